//! Calls about words to the requester: the glossary, the cause in two texts, and what requesters thought of it.

use axum::http::StatusCode;
use axum::response::Response;
use kernel::Locale;
use kernel::error::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Json, Path, Query};

use super::call::Call;
use crate::finding::{self, Finding};
use crate::glossary::{self, Asked, Term, Wanted};

/// A term of the glossary.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermJson {
    id: i64,
    /// `en` or `zh-CN`.
    language: String,
    /// The technical term.
    term: String,
    /// What it means, in a plain sentence.
    plain: String,
    /// Grows with each change; send it along to overwrite nothing unread.
    version: i64,
}

impl TermJson {
    fn of(term: Term) -> TermJson {
        TermJson {
            id: term.id,
            language: term.language.tag().to_owned(),
            term: term.term,
            plain: term.plain,
            version: term.version,
        }
    }
}

/// A page of the glossary.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermsJson {
    /// In the order of language and term.
    items: Vec<TermJson>,
    /// Pass it as `after` for the next page; null on the last.
    next: Option<String>,
}

/// A term as it is to stand.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TermChangeJson {
    /// `en` or `zh-CN`.
    language: String,
    /// The technical term, up to 80 characters.
    term: String,
    /// What it means, up to 300 characters.
    plain: String,
    /// The version that was read; 409 when somebody changed it since.
    #[serde(default)]
    version: Option<i64>,
}

impl TermChangeJson {
    fn wanted(&self) -> Result<Wanted> {
        Ok(Wanted {
            language: language(&self.language)?,
            term: self.term.clone(),
            plain: self.plain.clone(),
            read: self.version,
        })
    }
}

fn language(tag: &str) -> Result<Locale> {
    Locale::parse(tag).ok_or_else(|| Error::invalid("web.form.choice").field("language"))
}

/// Which terms.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct TermsQuery {
    /// `en` or `zh-CN`; both when left out.
    language: Option<String>,
    /// Words in the term or its sentence.
    q: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// The glossary.
#[utoipa::path(get, path = "/glossary", tag = "glossary", params(TermsQuery), responses((status = 200, body = TermsJson)))]
pub async fn list_terms(call: Call, Query(query): Query<TermsQuery>) -> web::Result<Json<TermsJson>> {
    let asked = Asked {
        language: query.language.as_deref().map(language).transpose()?,
        q: query.q.unwrap_or_default(),
        after: query.after,
    };
    call.read(move |tx, cx| {
        let page = glossary::list(tx, cx, &asked)?;
        Ok(TermsJson {
            items: page.items.into_iter().map(TermJson::of).collect(),
            next: page.next,
        })
    })
    .await
}

/// Add a term.
#[utoipa::path(post, path = "/glossary", tag = "glossary", request_body = TermChangeJson,
    responses((status = 201, body = TermJson)))]
pub async fn add_term(call: Call, Json(new): Json<TermChangeJson>) -> web::Result<Response> {
    let wanted = new.wanted()?;
    call.write(StatusCode::CREATED, move |tx, cx| {
        glossary::save(tx, cx, None, &wanted).map(TermJson::of)
    })
    .await
}

/// Change a term.
#[utoipa::path(put, path = "/glossary/{id}", tag = "glossary", params(("id" = i64, Path)),
    request_body = TermChangeJson, responses((status = 200, body = TermJson)))]
pub async fn change_term(
    call: Call,
    Path(id): Path<i64>,
    Json(new): Json<TermChangeJson>,
) -> web::Result<Response> {
    let wanted = new.wanted()?;
    call.write(StatusCode::OK, move |tx, cx| {
        glossary::save(tx, cx, Some(id), &wanted).map(TermJson::of)
    })
    .await
}

/// Remove a term; answers with what it was.
#[utoipa::path(delete, path = "/glossary/{id}", tag = "glossary", params(("id" = i64, Path)),
    responses((status = 200, body = TermJson)))]
pub async fn remove_term(call: Call, Path(id): Path<i64>) -> web::Result<Response> {
    call.write(StatusCode::OK, move |tx, cx| {
        let term = glossary::load(tx, cx, id)?;
        glossary::remove(tx, cx, id)?;
        Ok(TermJson::of(term))
    })
    .await
}

/// The cause of a ticket in two texts.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingJson {
    /// For the desk.
    technical: String,
    /// For the requester.
    plain: String,
    /// When it was written; null when it was not.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<kernel::Timestamp>,
}

impl FindingJson {
    fn of(finding: Finding) -> FindingJson {
        FindingJson {
            technical: finding.technical,
            plain: finding.plain,
            at: finding.at,
        }
    }
}

/// The two texts as they are to stand.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindingChangeJson {
    /// For the desk, up to 4,000 characters.
    #[serde(default)]
    technical: String,
    /// For the requester, up to 1,000 characters.
    #[serde(default)]
    plain: String,
}

/// What the glossary offers for a technical text.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferJson {
    /// The sentences as one text.
    plain: String,
    /// The terms that were found, in the order of the text.
    terms: Vec<TermJson>,
}

/// Which text.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OfferQuery {
    /// The technical text.
    technical: String,
}

/// The cause in two texts.
#[utoipa::path(get, path = "/tickets/{number}/finding", tag = "tickets", params(("number" = i64, Path)),
    responses((status = 200, body = FindingJson)))]
pub async fn get_finding(call: Call, Path(number): Path<i64>) -> web::Result<Json<FindingJson>> {
    call.read(move |tx, cx| finding::load(tx, cx, number).map(FindingJson::of))
        .await
}

/// Write the cause in two texts.
#[utoipa::path(put, path = "/tickets/{number}/finding", tag = "tickets", params(("number" = i64, Path)),
    request_body = FindingChangeJson, responses((status = 200, body = FindingJson)))]
pub async fn put_finding(
    call: Call,
    Path(number): Path<i64>,
    Json(new): Json<FindingChangeJson>,
) -> web::Result<Response> {
    let wanted = finding::Wanted {
        technical: new.technical,
        plain: new.plain,
    };
    call.write(StatusCode::OK, move |tx, cx| {
        finding::write(tx, cx, number, &wanted).map(FindingJson::of)
    })
    .await
}

/// What the glossary offers to tell the requester, in the requester's language.
#[utoipa::path(get, path = "/tickets/{number}/finding/offer", tag = "tickets",
    params(("number" = i64, Path), OfferQuery), responses((status = 200, body = OfferJson)))]
pub async fn offer_plain(
    call: Call,
    Path(number): Path<i64>,
    Query(query): Query<OfferQuery>,
) -> web::Result<Json<OfferJson>> {
    call.read(move |tx, cx| {
        let (terms, language) = finding::offered(tx, cx, number, &query.technical)?;
        Ok(OfferJson {
            plain: glossary::together(&terms, language),
            terms: terms.into_iter().map(TermJson::of).collect(),
        })
    })
    .await
}

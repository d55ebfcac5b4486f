//! The API document: collected from every slice, completed with what the kit itself does to each call.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::cx::Cx;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Required, ResponseBuilder,
};
use utoipa::{PartialSchema, ToSchema};

use crate::answer::html;
use crate::app::App;
use crate::extract::Json;
use crate::failure::Result;
use crate::page::Page;
use crate::present::{Problem, ProblemField};
use crate::routes::{API_PREFIX, Document};
use crate::shell::Shell;

/// The whole document.
pub(crate) fn document(documents: &[Document]) -> OpenApi {
    let info = InfoBuilder::new()
        .title("Mainstay")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "JSON interface of Mainstay. Errors are `application/problem+json` (RFC 9457) with a stable `code`. \
             Lists are paged by `cursor`. POST takes an `Idempotency-Key`: the same call again within a day gets the \
             same answer and is carried out once.",
        ))
        .build();
    let mut components = Components::new();
    components
        .schemas
        .insert(Problem::name().into_owned(), Problem::schema());
    components
        .schemas
        .insert(ProblemField::name().into_owned(), ProblemField::schema());
    components.add_security_scheme(
        "token",
        SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()),
    );
    let mut document = OpenApiBuilder::new().info(info).build();
    for (schemas, paths) in documents {
        components.schemas.extend(schemas.iter().cloned());
        for (path, item) in &paths.paths {
            let known = document
                .paths
                .paths
                .entry(format!("{API_PREFIX}{path}"))
                .or_default();
            known.merge_operations(item.clone());
        }
    }
    document.components = Some(components);
    document.security = Some(vec![SecurityRequirement::new("token", Vec::<String>::new())]);
    for item in document.paths.paths.values_mut() {
        complete(item);
    }
    document
}

fn complete(item: &mut PathItem) {
    let each = [
        &mut item.get,
        &mut item.post,
        &mut item.put,
        &mut item.patch,
        &mut item.delete,
    ];
    for operation in each.into_iter().flatten() {
        let content = ContentBuilder::new()
            .schema(Some(Ref::from_schema_name(Problem::name())))
            .build();
        let problem = ResponseBuilder::new()
            .description("What was refused, and why")
            .content("application/problem+json", content)
            .build();
        operation
            .responses
            .responses
            .entry("default".to_owned())
            .or_insert(RefOr::T(problem));
    }
    if let Some(operation) = &mut item.post {
        let parameter = ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(
                "Any text of at most 255 letters; the same call again is answered from memory",
            ))
            .schema(Some(String::schema()))
            .build();
        operation
            .parameters
            .get_or_insert_with(Vec::new)
            .push(parameter.into());
    }
}

/// `GET /api/v1/openapi.json`
pub(super) async fn json(State(app): State<App>) -> Json<OpenApi> {
    Json(app.api_document().clone())
}

struct Line {
    method: String,
    path: String,
    summary: String,
    need: String,
}

struct Section {
    tag: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "api_document.html")]
struct View {
    shell: Shell,
    sections: Vec<Section>,
}

/// `GET /api/docs`
pub(super) async fn page(State(app): State<App>, page: Page) -> Result {
    let mut sections: Vec<Section> = Vec::new();
    for (path, item) in &app.api_document().paths.paths {
        for (method, operation) in crate::routes::operations(item) {
            let line = line(&app, &page.cx, path, &method, operation);
            let tag = operation
                .tags
                .iter()
                .flatten()
                .next()
                .cloned()
                .unwrap_or_default();
            match sections.iter_mut().find(|section| section.tag == tag) {
                Some(section) => section.lines.push(line),
                None => sections.push(Section {
                    tag,
                    lines: vec![line],
                }),
            }
        }
    }
    html(View {
        shell: page.bare(&app, page.t("web-api-title")),
        sections,
    })
}

fn line(app: &App, cx: &Cx, path: &str, method: &Method, operation: &Operation) -> Line {
    let entry = app
        .route_table()
        .iter()
        .find(|entry| entry.path == path && entry.method == *method);
    Line {
        method: method.to_string(),
        path: path.to_owned(),
        summary: operation.summary.clone().unwrap_or_default(),
        need: entry.map_or_else(String::new, |entry| match entry.need {
            crate::routes::Need::Permission(name) => name.to_owned(),
            crate::routes::Need::SignedIn => cx.locale.t("web-api-signed-in"),
            crate::routes::Need::Public => String::new(),
        }),
    }
}

//! A form as a browser sends it: text fields, repeated fields, files; urlencoded or multipart.
//!
//! [`FormData`] is taken in with limits before a handler sees it; files go straight to the kernel's storage. [`read`]
//! turns it into the operation's input type; [`FormView`] shows it again with what was typed and what is wrong.
//!
//! [`read`]: FormData::read

mod typed;
mod view;

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use futures::TryStreamExt;
use kernel::error::{Error, Errors, Result};
use kernel::file::Stored;
use kernel::i18n::Locale;
use serde::de::DeserializeOwned;

pub use self::view::{Choice, FormView};
use crate::app::App;
use crate::failure::Failure;
use crate::{csrf, urlencoded};

/// One field may hold this much text.
const TEXT_BYTES: usize = 1024 * 1024;
/// All fields together; text is held in memory, unlike files.
const ALL_TEXT_BYTES: usize = 4 * 1024 * 1024;
const FIELDS_AT_MOST: usize = 2_000;
const FILES_AT_MOST: usize = 50;
/// A urlencoded body; the gate has already held it to less.
const BODY_BYTES: usize = 2 * 1024 * 1024;

/// A file that came with a form and is already in storage.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The field it came in.
    pub field: String,
    /// Its name on the sender's machine, without folders.
    pub name: String,
    /// What the sender says it is; not to be believed when it is shown.
    pub media_type: String,
    /// Where it is kept.
    pub stored: Stored,
}

/// See the module's text.
#[derive(Clone, Debug, Default)]
pub struct FormData {
    fields: Vec<(String, String)>,
    files: Vec<Upload>,
}

impl FormData {
    /// From pairs, as tests and commands have them.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let fields = pairs.into_iter().filter(|(name, _)| name != csrf::FIELD);
        Self {
            fields: fields.map(|(name, value)| (name, clean(&value))).collect(),
            files: Vec::new(),
        }
    }

    /// The trimmed text of a field; `""` when it is missing.
    pub fn text(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// The trimmed text of a field; `None` when it is missing or blank.
    pub fn optional(&self, name: &str) -> Option<&str> {
        self.all(name).next().filter(|value| !value.is_empty())
    }

    /// Every value of a repeated field, trimmed.
    pub fn all<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        self.fields
            .iter()
            .filter(move |(found, _)| found == name)
            .map(|(_, value)| value.trim())
    }

    /// Whether a box was checked.
    pub fn checked(&self, name: &str) -> bool {
        self.optional(name)
            .is_some_and(|value| !matches!(value, "false" | "0" | "off"))
    }

    /// A field as a number, an id, …; what is wrong with it goes to `errors`.
    pub fn parse<T: std::str::FromStr>(&self, name: &str, errors: &mut Errors) -> Option<T> {
        let Some(text) = self.optional(name) else {
            errors.push(name, "web.form.missing");
            return None;
        };
        let parsed = text.parse().ok();
        if parsed.is_none() {
            errors.push(name, "web.form.malformed");
        }
        parsed
    }

    /// The files of a field.
    pub fn files<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a Upload> + use<'a, 'n> {
        self.files.iter().filter(move |file| file.field == name)
    }

    /// All fields as a type of the operation's: text, numbers, `bool` (checked or not), `Option` (blank is `None`),
    /// `Vec` (repeated), enums, ids. A text that is missing is blank, for the operation to judge.
    ///
    /// # Errors
    /// 422 naming the field: `web.form.missing`, `web.form.malformed`, `web.form.choice`.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        typed::read(&self.fields)
    }

    /// To show the form as it was filled.
    pub fn view(&self) -> FormView {
        FormView::filled(&self.fields)
    }

    /// To show the form as it was filled, with what is wrong beside each field.
    pub fn refused(&self, error: &Error, locale: Locale) -> FormView {
        self.view().refused(error, locale)
    }
}

impl FromRequest<App> for FormData {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        if kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("multipart/form-data")) {
            let multipart = Multipart::from_request(request, app).await;
            let multipart = multipart.map_err(|error| Error::invalid("web.form.broken").caused_by(error))?;
            return Ok(take_in(app, multipart).await?);
        }
        let bytes = axum::body::to_bytes(request.into_body(), BODY_BYTES).await;
        let bytes = bytes.map_err(|_| Error::too_large("web.form.too_large"))?;
        // Counted before they are read: a pair takes two bytes to send and fifty to hold.
        if bytes.iter().filter(|byte| **byte == b'&').count() > FIELDS_AT_MOST {
            return Err(Error::too_large("web.form.too_large").into());
        }
        Ok(Self::from_pairs(urlencoded::pairs(&bytes)))
    }
}

async fn take_in(app: &App, mut multipart: Multipart) -> Result<FormData> {
    let mut form = FormData::default();
    let mut text_bytes = 0;
    while let Some(field) = multipart.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(base_name) {
            // A file field that was left empty arrives as a file without a name.
            Some(file_name) if file_name.is_empty() => {}
            Some(file_name) => {
                if form.files.len() >= FILES_AT_MOST {
                    return Err(Error::too_large("web.form.too_many_files")
                        .field(name)
                        .arg("max", FILES_AT_MOST));
                }
                let file = keep(app, field, name, file_name).await?;
                form.files.push(file);
            }
            None => {
                if form.fields.len() >= FIELDS_AT_MOST {
                    return Err(Error::too_large("web.form.too_large"));
                }
                let text = read_text(field, &name).await?;
                text_bytes += text.len();
                if text_bytes > ALL_TEXT_BYTES {
                    return Err(Error::too_large("web.form.too_large"));
                }
                if name != csrf::FIELD {
                    form.fields.push((name, clean(&text)));
                }
            }
        }
    }
    Ok(form)
}

async fn keep(app: &App, field: Field<'_>, name: String, file_name: String) -> Result<Upload> {
    let media_type = field
        .content_type()
        .unwrap_or("application/octet-stream")
        .to_owned();
    let limit = app.upload_limit();
    let stored = app
        .files
        .put_stream(field.map_err(std::io::Error::other), limit)
        .await;
    let stored = stored.map_err(|error| error.field(name.clone()))?;
    Ok(Upload {
        field: name,
        name: file_name,
        media_type,
        stored,
    })
}

async fn read_text(mut field: Field<'_>, name: &str) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(broken)? {
        if bytes.len() + piece.len() > TEXT_BYTES {
            return Err(Error::too_large("web.form.text_too_long")
                .field(name)
                .arg("max", TEXT_BYTES));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn broken(error: MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Error::too_large("web.form.too_large").caused_by(error);
    }
    Error::invalid("web.form.broken").caused_by(error)
}

/// Browsers send line ends as CR LF; the house keeps LF. NUL has no place in text and PostgreSQL refuses it.
fn clean(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\0', "")
}

fn base_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars()
        .filter(|letter| !letter.is_control())
        .take(200)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_trimmed_and_a_blank_one_is_as_good_as_missing() {
        let pairs = [
            ("title", "  VPN\r\ndown "),
            ("note", "  "),
            ("tag", "a"),
            ("tag", "b"),
            ("csrf", "secret"),
        ];
        let form = FormData::from_pairs(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(form.text("title"), "VPN\ndown");
        assert_eq!(form.optional("note"), None);
        assert_eq!(form.all("tag").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(form.text("csrf"), "");
    }

    #[test]
    fn a_file_name_loses_its_folders() {
        assert_eq!(base_name("C:\\Users\\li\\截图.png"), "截图.png");
        assert_eq!(base_name("../../etc/passwd"), "passwd");
    }
}

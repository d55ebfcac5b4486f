//! One error for the whole house: what went wrong, which field, and a stable code.
//!
//! The code (`desk.ticket.already_closed`) is the contract; the words are looked up in the reader's language when
//! the error is shown (`error-desk-ticket-already_closed`). Only `web` turns an [`Error`] into HTTP. Logging happens
//! once, where the error is handled, never here.

use std::fmt;

use crate::i18n::{Arg, Locale};

/// The result of everything that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What sort of failure it is; `web` maps each to one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 422: the input is well formed but not acceptable.
    Invalid,
    /// 401: who is asking is not known.
    Unauthenticated,
    /// 403: known, but without the right.
    Forbidden,
    /// 404: not there, or not to be known to this actor.
    NotFound,
    /// 409: the state of the thing does not allow it.
    Conflict,
    /// 413: larger than allowed.
    TooLarge,
    /// 429: too often.
    TooMany,
    /// 503: a part that is needed does not answer; nothing was stored.
    Unavailable,
    /// 500: a defect of ours.
    Internal,
}

/// A failure that belongs to one field of a form or JSON object.
#[derive(Clone, Debug)]
pub struct FieldError {
    /// Name of the field as the form and the JSON object call it.
    pub field: String,
    /// Stable code of what is wrong with it.
    pub code: String,
    /// Arguments of the text.
    pub args: Vec<(String, Arg)>,
}

impl FieldError {
    /// The words for the reader.
    pub fn message(&self, locale: Locale) -> String {
        text_of(locale, &self.code, &self.args)
    }

    /// Where it is mended, when that is not the form that was sent: the argument `link`, a path of this site.
    pub fn link(&self) -> Option<&str> {
        self.args.iter().find_map(|(name, value)| match value {
            Arg::Text(path) if name == "link" => Some(path.as_str()),
            _ => None,
        })
    }
}

/// See the module's text.
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: Kind,
    code: String,
    args: Vec<(String, Arg)>,
    fields: Vec<FieldError>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
    /// Set by the database when the whole transaction may be tried again.
    retryable: bool,
}

impl Error {
    /// An error of a kind with its stable code.
    pub fn new(kind: Kind, code: impl Into<String>) -> Self {
        let inner = Inner {
            kind,
            code: code.into(),
            args: Vec::new(),
            fields: Vec::new(),
            source: None,
            retryable: false,
        };
        Self {
            inner: Box::new(inner),
        }
    }

    /// 422, see [`Kind::Invalid`]. Name the field with [`Error::field`].
    pub fn invalid(code: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, code)
    }

    /// 401: sign in first.
    pub fn unauthenticated() -> Self {
        Self::new(Kind::Unauthenticated, "kernel.unauthenticated")
    }

    /// 403: the actor lacks a right.
    pub fn forbidden() -> Self {
        Self::new(Kind::Forbidden, "kernel.forbidden")
    }

    /// 404: not there, or not for this actor to know of.
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, "kernel.not_found")
    }

    /// 409: the state of the thing forbids it.
    pub fn conflict(code: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, code)
    }

    /// 413.
    pub fn too_large(code: impl Into<String>) -> Self {
        Self::new(Kind::TooLarge, code)
    }

    /// 429.
    pub fn too_many(code: impl Into<String>) -> Self {
        Self::new(Kind::TooMany, code)
    }

    /// 503: try again later; nothing was stored.
    pub fn unavailable(code: impl Into<String>) -> Self {
        Self::new(Kind::Unavailable, code)
    }

    /// 500: a defect; the source goes to the log, never to the reader.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::new(Kind::Internal, "kernel.internal").caused_by(source)
    }

    /// Keeps the underlying error for the log.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    /// Names the field that this error is about, as the form and the JSON object call it.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        let (code, args) = (self.inner.code.clone(), self.inner.args.clone());
        self.inner.fields.push(FieldError {
            field: field.into(),
            code,
            args,
        });
        self
    }

    /// Says of several fields what is wrong with each, beside the code of the whole.
    #[must_use]
    pub fn with_fields(mut self, fields: Vec<FieldError>) -> Self {
        self.inner.fields.extend(fields);
        self
    }

    /// Adds an argument of the text (`{ $max }`), also to the fields named so far.
    #[must_use]
    pub fn arg(mut self, name: impl Into<String>, value: impl Into<Arg>) -> Self {
        let (name, value) = (name.into(), value.into());
        for field in &mut self.inner.fields {
            field.args.push((name.clone(), value.clone()));
        }
        self.inner.args.push((name, value));
        self
    }

    /// Marks the whole transaction as worth another try (serialization failures).
    #[must_use]
    pub(crate) fn retryable(mut self) -> Self {
        self.inner.retryable = true;
        self
    }

    pub(crate) fn is_retryable(&self) -> bool {
        self.inner.retryable
    }

    /// What sort of failure it is.
    pub fn kind(&self) -> Kind {
        self.inner.kind
    }

    /// The stable code.
    pub fn code(&self) -> &str {
        &self.inner.code
    }

    /// The fields it is about; empty when it is about the whole.
    pub fn fields(&self) -> &[FieldError] {
        &self.inner.fields
    }

    /// The words for the reader.
    pub fn message(&self, locale: Locale) -> String {
        text_of(locale, &self.inner.code, &self.inner.args)
    }
}

fn text_of(locale: Locale, code: &str, args: &[(String, Arg)]) -> String {
    let key = format!("error-{}", code.replace('.', "-"));
    let args: Vec<(&str, Arg)> = args
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    locale.t_with(&key, &args)
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.code)?;
        for (name, value) in &self.inner.args {
            write!(f, " {name}={value}")?;
        }
        for field in &self.inner.fields {
            write!(f, " [{}: {}]", field.field, field.code)?;
        }
        match &self.inner.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {self}", self.inner.kind)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.inner.source.as_deref().map(|source| source as _)
    }
}

impl From<serde_json::Error> for Error {
    fn from(source: serde_json::Error) -> Self {
        Self::internal(source)
    }
}

/// Gathers what is wrong with several fields, so that a person corrects a form once.
#[derive(Debug, Default)]
pub struct Errors {
    fields: Vec<FieldError>,
}

impl Errors {
    /// Nothing wrong yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes that a field is wrong.
    pub fn push(&mut self, field: impl Into<String>, code: impl Into<String>) {
        self.fields.push(FieldError {
            field: field.into(),
            code: code.into(),
            args: Vec::new(),
        });
    }

    /// Notes that a field is wrong, with arguments for the text.
    pub fn push_with(&mut self, field: impl Into<String>, code: impl Into<String>, args: Vec<(String, Arg)>) {
        self.fields.push(FieldError {
            field: field.into(),
            code: code.into(),
            args,
        });
    }

    /// Takes over what another error says of fields.
    pub fn absorb(&mut self, error: &Error) {
        self.fields.extend(error.fields().iter().cloned());
    }

    /// Whether nothing is wrong so far.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// An [`Kind::Invalid`] error when a field is wrong.
    pub fn finish(self) -> Result<()> {
        if self.fields.is_empty() {
            return Ok(());
        }
        let mut error = Error::invalid("kernel.invalid");
        error.inner.fields = self.fields;
        Err(error)
    }
}

//! What goes wrong between the house and a mail server, in a form that can be stored, shown, and retried.
//!
//! The code has words in both languages (`mail-trouble-…`); the detail is what the server or the system said, for the
//! person who has to mend it. Neither ever holds a password.

use kernel::Locale;

/// One trouble.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// `imap_login_refused`: the text is `mail-trouble-imap_login_refused`.
    pub code: &'static str,
    /// What the other side said.
    pub detail: String,
}

/// The result of talking to a mail server.
pub type Outcome<T> = std::result::Result<T, Trouble>;

/// As long as a detail may be; servers can be talkative.
const DETAIL_AT_MOST: usize = 500;

impl Trouble {
    /// A trouble with what the other side said.
    pub fn new(code: &'static str, detail: impl std::fmt::Display) -> Self {
        let detail: String = detail
            .to_string()
            .chars()
            .filter(|letter| !letter.is_control())
            .collect();
        Self {
            code,
            detail: detail.chars().take(DETAIL_AT_MOST).collect(),
        }
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)
    }
}

impl From<kernel::Error> for Trouble {
    fn from(error: kernel::Error) -> Self {
        Self::new("house", error)
    }
}

/// The words for a stored code.
pub fn words(locale: Locale, code: &str) -> String {
    locale.t(&format!("mail-trouble-{code}"))
}

//! The close gate on the resolve form: what is missing, listed before one tries, each thing filled where it is asked for.
//!
//! The list stands beside the form, not in it: filling a gap sends its own small form and fetches the list anew, while what
//! is being written as the solution stays untouched. Without scripts the small forms open a new tab, to the same end.

use askama::Template;
use kernel::i18n::Locale;
use web::{Shell, html};

use super::acting::OnTicket;
use crate::gate::{self, Missing, Part, Standing};

/// The list beside a resolve form.
pub(super) struct GateList {
    pub number: i64,
    pub beside: String,
    /// Whether a gate stands before the ticket at all.
    pub stands: bool,
    pub gaps: Vec<Gap>,
    /// The gates' own words.
    pub words: Vec<String>,
    pub may_override: bool,
    /// At least so long a solution.
    pub solution_letters: i64,
    /// Whether the finding's texts are asked for.
    pub needs_technical: bool,
    pub needs_plain: bool,
}

/// Something that is not there.
pub(super) struct Gap {
    pub missing: Missing,
    pub text: String,
    /// Where it is filled.
    pub place: String,
}

impl Gap {
    fn of(missing: Missing, number: i64, locale: Locale) -> Gap {
        Gap {
            text: missing.message(number, locale),
            place: missing.place(number),
            missing,
        }
    }

    /// The question that is to be answered here.
    pub(super) fn question(&self) -> Option<&'static str> {
        self.missing.question.map(crate::diagnosis::Question::as_str)
    }

    pub(super) fn is_evidence(&self) -> bool {
        self.missing.part == Part::Evidence
    }

    pub(super) fn is_cause(&self) -> bool {
        self.missing.part == Part::Cause
    }
}

impl GateList {
    fn of(standing: Standing, beside: String, locale: Locale) -> GateList {
        let number = standing.number;
        let words = standing.gates.iter().filter_map(|gate| gate.words(locale));
        GateList {
            number,
            stands: !standing.gates.is_empty(),
            words: if standing.missing.is_empty() {
                Vec::new()
            } else {
                words.map(str::to_owned).collect()
            },
            gaps: standing
                .missing
                .into_iter()
                .map(|one| Gap::of(one, number, locale))
                .collect(),
            may_override: standing.may_override,
            solution_letters: standing.needs.solution,
            needs_technical: standing.needs.technical,
            needs_plain: standing.needs.plain,
            beside,
        }
    }

    /// Reads how the ticket stands now.
    pub(super) async fn read(on: &OnTicket) -> web::Result<GateList> {
        let standing = on.read(gate::standing).await?;
        Ok(GateList::of(standing, on.beside(), on.page.cx.locale))
    }

    /// The address of something that belongs to the ticket.
    pub(super) fn at(&self, path: &str) -> String {
        format!("/tickets/{}/{path}{}", self.number, self.beside)
    }
}

#[derive(Template)]
#[template(path = "console/views/gate.html")]
struct Fragment {
    shell: Shell,
    gate: GateList,
}

/// The list alone, after a gap was filled.
pub(super) async fn part(on: &OnTicket) -> web::Result {
    let gate = GateList::read(on).await?;
    let shell = on.page.bare(&on.app, "");
    html(Fragment { shell, gate })
}

/// `GET /tickets/{number}/gate`: the list alone, for live pages.
pub(super) async fn refresh(on: OnTicket) -> web::Result {
    part(&on).await
}

//! From the form to a wish, and from a rollout to the form: sizes, budgets, rings, numbers. Pure.

use ::rollout::plan::{Budget, Probing, RINGS_MOST, Ring, SPAN_MOST, Share, Size, Tries, Undo};
use kernel::Locale;
use kernel::error::{Error, Errors, FieldError, Result};
use kernel::i18n::Arg;
use web::FormData;

use super::scripting;
use crate::patch::planning;
use crate::rollout::Rollout;
use crate::rollout::drafting::{Manner, Wish};

/// Rows for rings on an empty form, besides the one for the rest.
const ROWS: usize = 5;
/// The row of the last ring.
const REST: &str = "rings.rest";
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// A form as it was understood.
pub(super) struct Asked {
    /// What is wanted.
    pub wish: Wish,
    /// The row of each ring: rows may be left empty, so that the numbers differ.
    rows: Vec<String>,
}

/// Reads the form.
///
/// # Errors
/// 422 with the fields that cannot be read.
pub(super) fn asked(form: &FormData, locale: Locale) -> Result<Asked> {
    let mut errors = Errors::new();
    let ticket = form.text("ticket").trim_start_matches('#');
    let ticket = plain(ticket).parse().unwrap_or_else(|_| {
        errors.push("ticket", "fleet.ticket_missing");
        0
    });
    let content = scripting::content(form, &mut errors);
    let patches = planning::read(form.text("patches")).unwrap_or_else(|error| {
        errors.absorb(&error);
        Vec::new()
    });
    let (rings, rows) = rings(form, locale, &mut errors);
    let manner = manner(form, rings, &mut errors);
    errors.finish()?;
    Ok(Asked {
        wish: Wish {
            ticket,
            title: form.text("title").to_owned(),
            query: form.text("query").to_owned(),
            first: form.text("first").to_owned(),
            content: content.ok_or_else(|| Error::invalid("web.form.malformed").field("check"))?,
            manner,
            patches,
        },
        rows,
    })
}

impl Asked {
    /// An error with the fields as the form calls them.
    pub(super) fn mended(&self, error: Error) -> Error {
        if error.fields().is_empty() {
            return error;
        }
        let fields = error.fields().iter().map(|field| self.field(field)).collect();
        Error::new(error.kind(), error.code()).with_fields(fields)
    }

    fn field(&self, found: &FieldError) -> FieldError {
        let mut found = found.clone();
        if let Some(name) = found.field.strip_prefix("parameter.") {
            // All values stand in one field, so the words must name the parameter.
            let name = name.to_owned();
            found.code = found.code.replace("fleet.parameter_", "fleet.rollout_parameter_");
            found.args.push(("name".to_owned(), name.into()));
            found.field = "values".to_owned();
        } else if found.field == "ticket" && found.code.starts_with("kernel.") {
            found.code = "fleet.rollout_ticket".to_owned();
        } else if let Some((ring, rest)) = found
            .field
            .strip_prefix("rings.")
            .and_then(|rest| rest.split_once('.'))
        {
            let row = ring.parse().ok().and_then(|ring: usize| self.rows.get(ring));
            found.field = row.map_or_else(|| "rings".to_owned(), |row| format!("{row}.{rest}"));
        }
        found
    }
}

/// How many rows for rings a form has.
pub(super) fn rows_of(form: &FormData) -> usize {
    let has = |row: &usize| form.all(&format!("rings.{row}.size")).next().is_some();
    let given = (0..RINGS_MOST).rev().find(has).map_or(0, |last| last + 1);
    given.clamp(ROWS, RINGS_MOST - 1)
}

/// The rings of a form, and the row of each.
fn rings(form: &FormData, locale: Locale, errors: &mut Errors) -> (Vec<Ring>, Vec<String>) {
    let (mut rings, mut rows) = (Vec::new(), Vec::new());
    for row in 0..rows_of(form) {
        let row = format!("rings.{row}");
        let text = |name: &str| form.text(&format!("{row}.{name}"));
        if text("name").is_empty() && text("size").is_empty() {
            continue;
        }
        let wanted = size(text("size")).unwrap_or_else(|| {
            errors.push(format!("{row}.size"), "fleet.rollout_size");
            Size::Count(1)
        });
        let usual = size_text(wanted);
        rings.push(ring(form, &row, wanted, &usual, errors));
        rows.push(row);
    }
    let usual = locale.t("fleet-rollout-ring-rest");
    rings.push(ring(form, REST, Size::Rest, &usual, errors));
    rows.push(REST.to_owned());
    (rings, rows)
}

fn ring(form: &FormData, row: &str, size: Size, usual_name: &str, errors: &mut Errors) -> Ring {
    let field = |name: &str| format!("{row}.{name}");
    let budget = budget(form.text(&field("fails"))).unwrap_or_else(|| {
        errors.push(field("fails"), "fleet.rollout_fails");
        NOTHING
    });
    let bake = number(form, &field("bake"), 0_i64, errors).saturating_mul(MINUTE);
    if !(0..=SPAN_MOST).contains(&bake) {
        errors.push(field("bake"), "rollout.plan_span");
    }
    Ring {
        name: form.optional(&field("name")).unwrap_or(usual_name).to_owned(),
        size,
        budget,
        bake,
        offline: percent_of(form, &field("offline"), USUAL_AWAY, errors),
        probe: if form.checked(&field("probe")) {
            Probing::Needed
        } else {
            Probing::Optional
        },
    }
}

fn manner(form: &FormData, rings: Vec<Ring>, errors: &mut Errors) -> Manner {
    let usual = Manner::default();
    let hours = usual.offline_most / HOUR;
    Manner {
        rings,
        budget: Budget {
            count: number(form, "fails_count", u32::MAX, errors),
            share: percent_of(form, "fails_percent", Share::ALL, errors),
        },
        in_flight_most: number(form, "in_flight_most", usual.in_flight_most, errors),
        sample: number(form, "sample", usual.sample, errors),
        undo: if form.text("undo") == "ring" {
            Undo::Ring
        } else {
            Undo::Failed
        },
        offline_most: number(form, "offline_most", hours, errors).saturating_mul(HOUR),
        tries: Tries {
            dry_run: number(form, "tries_dry_run", usual.tries.dry_run, errors),
            check: number(form, "tries_check", usual.tries.check, errors),
            apply: number(form, "tries_apply", usual.tries.apply, errors),
            verify: number(form, "tries_verify", usual.tries.verify, errors),
            roll_back: number(form, "tries_roll_back", usual.tries.roll_back, errors),
        },
    }
}

/// A number in a field; the usual one when it is blank.
fn number<T: std::str::FromStr>(form: &FormData, field: &str, usual: T, errors: &mut Errors) -> T {
    let text = plain(form.text(field));
    if text.is_empty() {
        return usual;
    }
    text.parse().unwrap_or_else(|_| {
        errors.push(field, "fleet.rollout_number");
        usual
    })
}

/// A share in a field, with or without its sign.
fn percent_of(form: &FormData, field: &str, usual: Share, errors: &mut Errors) -> Share {
    let text = plain(form.text(field));
    let text = text.trim_end_matches('%').trim();
    if text.is_empty() {
        return usual;
    }
    share(text).unwrap_or_else(|| {
        errors.push(field, "fleet.rollout_percent");
        usual
    })
}

/// Digits and signs as a Chinese keyboard may write them.
fn plain(text: &str) -> String {
    let narrow = |letter: char| match letter {
        '０'..='９' => {
            char::from_u32(u32::from(letter) - u32::from('０') + u32::from('0')).unwrap_or(letter)
        }
        '％' => '%',
        '，' | '、' => ',',
        '＝' => '=',
        letter => letter,
    };
    text.trim().chars().map(narrow).collect()
}

fn share(text: &str) -> Option<Share> {
    text.parse().ok().and_then(Share::percent)
}

/// `5` or `10%`.
fn size(text: &str) -> Option<Size> {
    let text = plain(text);
    match text.strip_suffix('%') {
        Some(percent) => share(percent.trim()).map(Size::Share),
        None => text.parse().ok().map(Size::Count),
    }
}

/// So much of a ring may be away unless somebody says otherwise: where all must be here, one that is off holds up everything.
const USUAL_AWAY: Share = match Share::percent(50) {
    Some(half) => half,
    None => Share::ALL,
};
/// Nothing may fail.
const NOTHING: Budget = Budget {
    count: 0,
    share: Share::ALL,
};

/// `1`, `10%`, or both: `5, 10%`; nothing may fail when it is blank.
fn budget(text: &str) -> Option<Budget> {
    let text = plain(text).replace(" %", "%");
    let (mut count, mut of) = (None, None);
    for part in text.split([',', ' ']).filter(|part| !part.is_empty()) {
        let is_new = match part.strip_suffix('%') {
            Some(percent) => of.replace(share(percent)?).is_none(),
            None => count.replace(part.parse().ok()?).is_none(),
        };
        if !is_new {
            return None;
        }
    }
    if count.is_none() && of.is_none() {
        return Some(NOTHING);
    }
    Some(Budget {
        count: count.unwrap_or(u32::MAX),
        share: of.unwrap_or(Share::ALL),
    })
}

/// A size as it is typed; nothing for the rest.
fn size_text(size: Size) -> String {
    match size {
        Size::Count(count) => count.to_string(),
        Size::Share(share) => format!("{}%", u8::from(share)),
        Size::Rest => String::new(),
    }
}

/// A budget as it is typed.
pub(super) fn budget_text(budget: Budget) -> String {
    let share = u8::from(budget.share);
    match (budget.count, share) {
        (0, _) | (_, 0) => "0".to_owned(),
        (u32::MAX, share) => format!("{share}%"),
        (count, 100) => count.to_string(),
        (count, share) => format!("{count}, {share}%"),
    }
}

type Pairs = Vec<(String, String)>;

/// The fields of a new form.
pub(super) fn fresh(locale: Locale) -> Pairs {
    let mut manner = Manner::default();
    // What the canary and the rest are called is the reader's language.
    if let [first, .., last] = manner.rings.as_mut_slice() {
        first.name = locale.t("fleet-rollout-ring-canary");
        last.name = locale.t("fleet-rollout-ring-rest");
    }
    let mut pairs = pairs_of(&manner);
    pairs.extend(scripting::fresh());
    pairs
}

/// The fields of a form for a rollout of approved patches.
pub(super) fn of_patches(locale: Locale, begin: planning::Beginning) -> Pairs {
    let mut pairs = fresh(locale);
    let own = [
        ("title", begin.title),
        ("query", begin.query),
        ("packages", begin.packages),
        ("patches", begin.patches),
    ];
    pairs.extend(own.map(|(name, value)| (name.to_owned(), value)));
    if begin.install {
        pairs.push(("install".to_owned(), "true".to_owned()));
    }
    pairs
}

/// The fields of a form that brings older agents to a version.
pub(super) fn of_agent(locale: Locale, version: &str) -> Pairs {
    let mut pairs = fresh(locale);
    pairs.retain(|(name, _)| name != "kind");
    let title = locale.t_with("fleet-rollout-agent-title", &[("version", Arg::from(version))]);
    let own = [
        ("kind", "agent".to_owned()),
        ("title", title),
        ("query", format!("agent:<{version}")),
        ("version", version.to_owned()),
    ];
    pairs.extend(own.map(|(name, value)| (name.to_owned(), value)));
    pairs
}

/// The fields of a form for another rollout like this one.
pub(super) fn like(rollout: &Rollout) -> Pairs {
    let plan = &rollout.plan;
    let manner = Manner {
        rings: plan.rings.clone(),
        budget: plan.budget,
        in_flight_most: plan.in_flight_most,
        sample: plan.sample,
        undo: plan.undo,
        offline_most: plan.offline_most,
        tries: plan.tries,
    };
    let mut pairs = pairs_of(&manner);
    pairs.extend(scripting::like(&rollout.content));
    let own = [
        ("ticket", rollout.ticket.to_string()),
        ("title", rollout.title.clone()),
        ("query", rollout.query.clone()),
        ("first", rollout.first.clone()),
    ];
    pairs.extend(own.map(|(name, value)| (name.to_owned(), value)));
    pairs
}

fn pairs_of(manner: &Manner) -> Pairs {
    let mut pairs: Pairs = Vec::new();
    let mut put = |name: &str, value: String| pairs.push((name.to_owned(), value));
    for (at, ring) in manner.rings.iter().enumerate() {
        let row = if ring.size == Size::Rest {
            REST.to_owned()
        } else {
            format!("rings.{at}")
        };
        put(&format!("{row}.name"), ring.name.clone());
        put(&format!("{row}.size"), size_text(ring.size));
        put(&format!("{row}.fails"), budget_text(ring.budget));
        put(&format!("{row}.bake"), (ring.bake / MINUTE).to_string());
        put(&format!("{row}.offline"), u8::from(ring.offline).to_string());
        if ring.probe == Probing::Needed {
            put(&format!("{row}.probe"), "true".to_owned());
        }
    }
    if manner.budget.count != u32::MAX {
        put("fails_count", manner.budget.count.to_string());
    }
    if manner.budget.share != Share::ALL {
        put("fails_percent", u8::from(manner.budget.share).to_string());
    }
    put("in_flight_most", manner.in_flight_most.to_string());
    put("sample", manner.sample.to_string());
    let undo = match manner.undo {
        Undo::Failed => "failed",
        Undo::Ring => "ring",
    };
    put("undo", undo.to_owned());
    put("offline_most", (manner.offline_most / HOUR).to_string());
    let tries = manner.tries;
    for (name, number) in [
        ("tries_dry_run", tries.dry_run),
        ("tries_check", tries.check),
        ("tries_apply", tries.apply),
        ("tries_verify", tries.verify),
        ("tries_roll_back", tries.roll_back),
    ] {
        put(name, number.to_string());
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: Pairs) -> FormData {
        FormData::from_pairs(pairs)
    }

    fn with(mut pairs: Pairs, changed: &[(&str, &str)]) -> FormData {
        for (name, value) in changed {
            pairs.retain(|(found, _)| found != name);
            pairs.push(((*name).to_owned(), (*value).to_owned()));
        }
        form(pairs)
    }

    fn percent(number: u8) -> Share {
        Share::percent(number).unwrap()
    }

    #[test]
    fn a_size_is_a_number_or_a_share() {
        assert_eq!(size("5"), Some(Size::Count(5)));
        assert_eq!(size(" 10 % "), Some(Size::Share(percent(10))));
        assert_eq!(size("１０％"), Some(Size::Share(percent(10))));
        for wrong in ["", "x", "-1", "101%", "1.5", "5 10%"] {
            assert_eq!(size(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_budget_is_a_number_a_share_or_both() {
        let of = |count, share| Some(Budget { count, share });
        assert_eq!(budget("1"), of(1, Share::ALL));
        assert_eq!(budget("10 %"), of(u32::MAX, percent(10)));
        assert_eq!(budget("5，10%"), of(5, percent(10)));
        assert_eq!(budget(""), Some(NOTHING));
        for wrong in ["x", "1 2", "10% 20%", "101%", "-1"] {
            assert_eq!(budget(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_typed_again_means_the_same() {
        for text in ["0", "1", "10%", "5, 10%"] {
            assert_eq!(budget_text(budget(text).unwrap()), text);
        }
        assert_eq!(size_text(size("10%").unwrap()), "10%");
    }

    #[test]
    fn the_usual_manner_survives_the_form() {
        let (manner, locale) = (Manner::default(), Locale::En);
        let form = form(pairs_of(&manner));
        let mut errors = Errors::new();
        let (rings, _) = rings(&form, locale, &mut errors);
        let read = super::manner(&form, rings, &mut errors);
        errors.finish().unwrap();
        // Nothing may fail: 0 and 0 % mean the same.
        let allowed = |manner: &Manner| {
            let of = |ring: &Ring| ring.budget.of(1_000);
            manner.rings.iter().map(of).collect::<Vec<_>>()
        };
        assert_eq!(allowed(&read), allowed(&manner));
        let without_budgets = |mut manner: Manner| {
            for ring in &mut manner.rings {
                ring.budget = NOTHING;
            }
            manner
        };
        assert_eq!(without_budgets(read), without_budgets(manner));
    }

    #[test]
    fn an_empty_row_is_left_out_and_an_error_finds_its_row() {
        let changed = [("rings.0.name", ""), ("rings.0.size", ""), ("ticket", "7")];
        let form = with(pairs_of(&Manner::default()), &changed);
        let (rings, rows) = rings(&form, Locale::En, &mut Errors::new());
        assert_eq!(
            (rings.len(), rows),
            (2, vec!["rings.1".to_owned(), REST.to_owned()])
        );
        let asked = Asked {
            wish: Wish {
                ticket: 7,
                title: String::new(),
                query: String::new(),
                first: String::new(),
                content: scripting::sample(),
                manner: Manner::default(),
                patches: Vec::new(),
            },
            rows: vec!["rings.1".to_owned(), REST.to_owned()],
        };
        let error = asked.mended(Error::invalid("rollout.plan_ring_empty").field("rings.0.size"));
        assert_eq!(error.fields()[0].field, "rings.1.size");
        let error = asked.mended(Error::invalid("fleet.parameter_missing").field("parameter.path"));
        let wrong = &error.fields()[0];
        assert_eq!(
            (wrong.field.as_str(), wrong.code.as_str()),
            ("values", "fleet.rollout_parameter_missing")
        );
    }

    #[test]
    fn the_form_of_patches_asks_for_what_they_are() {
        let begin = planning::Beginning {
            title: "Update openssl".to_owned(),
            query: "update:openssl=3.0.17-1~deb12u2".to_owned(),
            packages: "openssl = 3.0.17-1~deb12u2".to_owned(),
            patches: planning::written(&[crate::patch::PatchId::from_parts(1, &[0; 10])]),
            install: true,
        };
        let form = with(of_patches(Locale::En, begin), &[("ticket", "7")]);
        let wish = asked(&form, Locale::En).unwrap().wish;
        assert_eq!(wish.patches, [crate::patch::PatchId::from_parts(1, &[0; 10])]);
        let crate::rollout::Content::Package(packages) = wish.content else {
            panic!("{:?}", wish.content);
        };
        assert_eq!(packages.packages[0].version, "3.0.17-1~deb12u2");
        assert!(packages.install && !packages.downgrade);
    }

    #[test]
    fn the_form_of_a_release_asks_for_older_agents() {
        kernel::i18n::register(crate::LOCALES);
        let form = with(of_agent(Locale::En, "1.2.3"), &[("ticket", "7")]);
        let wish = asked(&form, Locale::En).unwrap().wish;
        assert_eq!(wish.query, "agent:<1.2.3");
        let crate::rollout::Content::Agent(agent) = wish.content else {
            panic!("{:?}", wish.content);
        };
        assert_eq!(agent.version, "1.2.3");
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_field() {
        let changed = [
            ("rings.1.size", "many"),
            ("rings.1.fails", "some"),
            ("rings.rest.offline", "200"),
            ("in_flight_most", "-1"),
            ("ticket", "seven"),
        ];
        let form = with(fresh(Locale::En), &changed);
        let error = asked(&form, Locale::En).err().unwrap();
        let fields: Vec<&str> = error.fields().iter().map(|field| field.field.as_str()).collect();
        for (field, _) in changed {
            assert!(fields.contains(&field), "{field}: {fields:?}");
        }
    }
}

//! One firing: once for each occasion, within the limits, its actions and its log in one transaction.
//!
//! An action that is refused is left out and the others are done. Since a refusal may come after the operation has
//! written something, the whole is rolled back and begun anew without it; so what is kept is exactly what the log says.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use kernel::Kernel;
use kernel::cx::{Actor, Cx, Via};
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use kernel::event::Event;
use kernel::i18n::Locale;

use super::{acting, limits, switching_off};
use crate::firing::{self, Deed, Firing, Outcome, Refusal};
use crate::matching::{judge, scene};
use crate::rule::word::Trigger;
use crate::rule::{Definition, Field, Rule, RuleId, checking, store};

/// What a rule is asked about.
#[derive(Debug, Clone)]
pub enum Occasion {
    /// An event of the log.
    Event(Box<Event>),
    /// What lasts on a ticket.
    Stretch(i64),
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Came {
    /// Whether the rule fired now.
    pub fired: bool,
    /// Whether later rules are not to be asked.
    pub stop: bool,
}

const NOTHING: Came = Came {
    fired: false,
    stop: false,
};

/// Actions that were refused, by their place.
type Refused = BTreeMap<usize, Refusal>;

/// Outside of an action.
const NOWHERE: usize = usize::MAX;

/// Asks a rule; it fires when its conditions hold and it has not fired on this occasion.
///
/// # Errors
/// Only what trying later could mend: the caller comes again.
pub async fn ask(kernel: &Kernel, rule: RuleId, occasion: &Occasion) -> Result<Came> {
    let base_url = kernel.config.base_url.clone();
    let cx = kernel.cx_system("automate.rules");
    let mut refused = Refused::new();
    // Most events hold nothing for a rule: that is found out by reading, so that writers do not wait for it.
    let looking = Attempt::new(&cx, rule, occasion, &base_url);
    if let Some(came) = kernel.db.read(move |tx| looking.peek(tx)).await? {
        return Ok(came);
    }
    loop {
        let mut attempt = Attempt::new(&cx, rule, occasion, &base_url);
        attempt.refused.clone_from(&refused);
        let place = attempt.place.clone();
        let error = match kernel.db.write(move |tx| attempt.run(tx)).await {
            Ok(came) => return Ok(came),
            Err(error) => error,
        };
        let at = place.load(Ordering::Relaxed);
        if error.kind() == Kind::Unavailable || at == NOWHERE || refused.contains_key(&at) {
            return Err(error);
        }
        if error.kind() == Kind::Internal {
            tracing::error!(%rule, action = at, %error, "an action of a rule broke");
        }
        refused.insert(at, refusal(&error));
    }
}

fn refusal(error: &Error) -> Refusal {
    let words = |locale: Locale| match error.fields().first() {
        Some(field) => field.message(locale),
        None => error.message(locale),
    };
    Refusal {
        code: error.code().to_owned(),
        en: words(Locale::En),
        zh: words(Locale::ZhCn),
    }
}

struct Attempt {
    cx: Cx,
    rule: RuleId,
    occasion: Occasion,
    base_url: String,
    refused: Refused,
    place: Arc<AtomicUsize>,
}

impl Attempt {
    fn new(cx: &Cx, rule: RuleId, occasion: &Occasion, base_url: &str) -> Self {
        Self {
            cx: cx.clone(),
            rule,
            occasion: occasion.clone(),
            base_url: base_url.to_owned(),
            refused: Refused::new(),
            place: Arc::new(AtomicUsize::new(NOWHERE)),
        }
    }

    fn number(&self) -> Option<i64> {
        match &self.occasion {
            Occasion::Event(event) => ticket_of(event),
            Occasion::Stretch(number) => Some(*number),
        }
    }

    /// What came of it already; none when the rule is to fire.
    fn peek(&self, tx: &mut Tx<'_>) -> Result<Option<Came>> {
        let rule = store::find(tx, self.rule)?.filter(|rule| rule.definition.enabled);
        let (Some(number), Some(rule)) = (self.number(), rule) else {
            return Ok(Some(NOTHING));
        };
        Ok(match self.prepared(tx, &rule, number)? {
            None => Some(NOTHING),
            Some((None, stop)) => Some(Came { fired: false, stop }),
            Some((Some(_), _)) => None,
        })
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<Came> {
        self.place.store(NOWHERE, Ordering::Relaxed);
        let Some(number) = self.number() else {
            return Ok(NOTHING);
        };
        tx.lock("desk.ticket", number)?;
        let Some(rule) = store::find(tx, self.rule)?.filter(|rule| rule.definition.enabled) else {
            return Ok(NOTHING);
        };
        let Some((fresh, stop)) = self.prepared(tx, &rule, number)? else {
            return Ok(NOTHING);
        };
        let Some(firing) = fresh else {
            return Ok(Came { fired: false, stop });
        };
        self.fire(tx, &rule, firing)
    }

    /// The firing that is to be, when the conditions hold: none inside when it was done before.
    fn prepared(&self, tx: &mut Tx<'_>, rule: &Rule, number: i64) -> Result<Option<(Option<Firing>, bool)>> {
        let stop = checking::stops(&rule.definition);
        if let Occasion::Event(event) = &self.occasion
            && firing::store::on(tx, rule.id, &format!("event:{}", event.seq))?.is_some()
        {
            return Ok(Some((None, stop)));
        }
        let Some(scene) = scene::load(tx, number)? else {
            return Ok(None);
        };
        let mut facts = scene.facts();
        let (seq, occasion, request) = match &self.occasion {
            Occasion::Event(event) => {
                let words = scene::said(tx, event)?;
                let at = scene::happened(event);
                scene.complete(&mut facts, Some((event, &words)), &scene.history, at)?;
                (event.seq, format!("event:{}", event.seq), event.request.clone())
            }
            Occasion::Stretch(_) => {
                scene.complete(&mut facts, None, &scene.history, self.cx.now())?;
                let begun = begun(&rule.definition, &scene.history);
                (begun, format!("stretch:{begun}"), String::new())
            }
        };
        let Some(matched) = judge(&rule.definition, &facts) else {
            return Ok(None);
        };
        if firing::store::on(tx, rule.id, &occasion)?.is_some() {
            return Ok(Some((None, stop)));
        }
        let cause = firing::of_request(&request);
        let cause = cause.map(|id| firing::store::find(tx, id)).transpose()?.flatten();
        let firing = Firing {
            id: 0,
            rule: rule.id,
            version: rule.version,
            occasion,
            seq,
            ticket: number,
            depth: cause.map_or(1, |cause| cause.depth + 1),
            outcome: Outcome::Done,
            matched,
            deeds: Vec::new(),
            at: self.cx.now(),
        };
        Ok(Some((Some(firing), stop)))
    }

    fn fire(&self, tx: &mut Tx<'_>, rule: &Rule, mut firing: Firing) -> Result<Came> {
        let limits = limits::load(tx)?;
        firing.outcome = within(tx, &firing, &limits)?;
        let Some(id) = firing::store::insert(tx, &firing)? else {
            return Ok(NOTHING);
        };
        if firing.outcome != Outcome::Done {
            return Ok(NOTHING);
        }
        firing.id = id;
        let cx = self.acting_as(rule, id);
        let around = acting::Around {
            rule: &rule.definition.name,
            firing: id,
            base_url: &self.base_url,
        };
        for (place, action) in rule.definition.then.iter().enumerate() {
            let refusal = self.refused.get(&place).cloned();
            let mut changed = false;
            if refusal.is_none() {
                self.place.store(place, Ordering::Relaxed);
                changed = acting::act(tx, &cx, firing.ticket, action, place, &around)?;
                self.place.store(NOWHERE, Ordering::Relaxed);
            }
            firing.deeds.push(Deed {
                action: action.clone(),
                changed,
                refusal,
            });
        }
        if !self.refused.is_empty() {
            firing.outcome = Outcome::Refused;
        }
        firing::store::set_deeds(tx, id, firing.outcome, &firing.deeds)?;
        switching_off::reckon(tx, &cx, rule, &firing, &limits, &self.base_url)?;
        Ok(Came {
            fired: true,
            stop: checking::stops(&rule.definition),
        })
    }

    /// Who acts: the rule, by its name; its events carry the firing they belong to.
    fn acting_as(&self, rule: &Rule, firing: i64) -> Cx {
        let mut cx = self.cx.clone();
        cx.actor = Actor::System(interned(&format!("rule {}", rule.definition.name)));
        cx.via = Via::Rule;
        cx.request = firing::request(firing).into();
        cx
    }
}

fn within(tx: &mut Tx<'_>, firing: &Firing, limits: &limits::Limits) -> Result<Outcome> {
    const MINUTE: i64 = 60_000;
    if firing.depth > limits.depth {
        return Ok(Outcome::TooDeep);
    }
    let (hour, minute) = (firing.at.add_millis(-60 * MINUTE), firing.at.add_millis(-MINUTE));
    let (most, of_rule) = (limits.per_ticket_hour, limits.per_rule_minute);
    if firing::store::count_on_ticket(tx, firing.ticket, hour, most)? >= most {
        return Ok(Outcome::TicketLimit);
    }
    if firing::store::count_of_rule(tx, firing.rule, minute, of_rule)? >= of_rule {
        return Ok(Outcome::RuleLimit);
    }
    Ok(Outcome::Done)
}

/// The ticket of an event.
#[must_use]
pub fn ticket_of(event: &Event) -> Option<i64> {
    event.subject.strip_prefix("ticket:")?.parse().ok()
}

/// The event with which the present stretch began: the last change of state that no rule made; for rules about tickets
/// without an assignee also the last change of that.
#[must_use]
pub fn begun(definition: &Definition, history: &[Event]) -> i64 {
    let mut tests = definition.groups.iter().flat_map(|group| &group.tests);
    let about_owner = tests.any(|test| test.field == Field::Unassigned);
    let changes = |event: &&Event| {
        let after = &event.data["after"];
        let by_rule = firing::of_request(&event.request).is_some();
        !by_rule && (after.get("state").is_some() || about_owner && after.get("assignee").is_some())
    };
    history.iter().rev().find(changes).map_or(0, |event| event.seq)
}

/// Whether a rule is asked about an event.
#[must_use]
pub fn hears(rule: &Rule, event: &Event) -> bool {
    Trigger::of(event).is_some_and(|trigger| rule.definition.when.contains(&trigger))
}

/// The kernel names the house's own actors by constants. Names of rules are few and change seldom, so each is kept once for
/// the life of the process.
fn interned(name: &str) -> &'static str {
    static NAMES: OnceLock<Mutex<BTreeMap<String, &'static str>>> = OnceLock::new();
    let names = NAMES.get_or_init(Mutex::default);
    let mut names = names.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return known;
    }
    let kept: &'static str = Box::leak(name.to_owned().into_boxed_str());
    names.insert(name.to_owned(), kept);
    kept
}

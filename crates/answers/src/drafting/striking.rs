//! Private data is struck out of a draft: each piece becomes a mark such as `[name 1]`, the same piece always the same mark, so
//! that the text can still be read. Pure.
//!
//! Somebody looks at each piece and may let it stand. What they write themselves is looked at again.

use kernel::Locale;
use privacy::{Kind, Known};

use super::Fault;

/// A piece that was struck out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Struck {
    /// What stands in its place: `[name 1]`.
    pub mark: String,
    /// What stood there.
    pub piece: String,
    /// What it seems to be.
    pub kind: Kind,
}

/// The word for a kind in a language.
#[must_use]
pub fn word(kind: Kind, locale: Locale) -> String {
    locale.t(&format!("answers-private-{}", kind.as_str()))
}

/// Strikes out what is private, but for what may stand. Pieces that were struck before keep their marks; new ones come behind them.
#[must_use]
pub fn strike(
    fault: &Fault,
    known: &Known<'_>,
    locale: Locale,
    may_stand: &[String],
    struck: &mut Vec<Struck>,
) -> Fault {
    fault.map(|text| {
        let (mut out, mut from) = (String::new(), 0);
        for piece in privacy::pieces(text, known) {
            let words = text.get(piece.start..piece.end).unwrap_or_default();
            if may_stand.iter().any(|one| one == words) || is_in_mark(text, piece.start, struck) {
                continue;
            }
            out.push_str(text.get(from..piece.start).unwrap_or_default());
            out.push_str(&mark(words, piece.kind, locale, struck));
            from = piece.end;
        }
        out.push_str(text.get(from..).unwrap_or_default());
        out
    })
}

/// The mark of a piece.
fn mark(words: &str, kind: Kind, locale: Locale, struck: &mut Vec<Struck>) -> String {
    if let Some(known) = struck.iter().find(|one| one.piece == words) {
        return known.mark.clone();
    }
    let count = struck.iter().filter(|one| one.kind == kind).count() + 1;
    let mark = format!("[{} {count}]", word(kind, locale));
    struck.push(Struck {
        mark: mark.clone(),
        piece: words.to_owned(),
        kind,
    });
    mark
}

/// A mark is nobody's data, whatever its words look like.
fn is_in_mark(text: &str, at: usize, struck: &[Struck]) -> bool {
    struck.iter().any(|one| {
        text.match_indices(&one.mark)
            .any(|(start, mark)| (start..start + mark.len()).contains(&at))
    })
}

/// Puts back what may stand.
#[must_use]
pub fn put_back(fault: &Fault, struck: &[Struck], keep: &[String]) -> Fault {
    fault.map(|text| {
        let kept = struck.iter().filter(|one| keep.contains(&one.mark));
        kept.fold(text.to_owned(), |text, one| text.replace(&one.mark, &one.piece))
    })
}

/// The marks without their numbers: to a reader all names are alike.
#[must_use]
pub fn finish(fault: &Fault, struck: &[Struck], locale: Locale) -> Fault {
    fault.map(|text| {
        struck.iter().fold(text.to_owned(), |text, one| {
            text.replace(&one.mark, &format!("[{}]", word(one.kind, locale)))
        })
    })
}

/// The kind of a word that a form sent.
#[must_use]
pub fn kind(word: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| kind.as_str() == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault() -> Fault {
        Fault {
            title: "李娜的打印机不出纸".to_owned(),
            symptom: "李娜（li.na@example.test）打 138 1234 5678 报的".to_owned(),
            solution: "Log on to LAPTOP-8H3K2 as 李娜".to_owned(),
            ..Fault::default()
        }
    }

    fn known(names: &[String]) -> Known<'_> {
        Known { names, hosts: &[] }
    }

    #[test]
    fn each_piece_has_one_mark_wherever_it_stands() {
        kernel::i18n::register(crate::LOCALES);
        let names = ["李娜".to_owned()];
        let mut struck = Vec::new();
        let clean = strike(&fault(), &known(&names), Locale::ZhCn, &[], &mut struck);
        assert_eq!(clean.title, "[姓名 1]的打印机不出纸");
        assert_eq!(clean.symptom, "[姓名 1]（[邮箱 1]）打 [电话 1] 报的");
        assert_eq!(clean.solution, "Log on to [主机 1] as [姓名 1]");
        assert_eq!(struck.len(), 4);
        assert_eq!(
            finish(&clean, &struck, Locale::ZhCn).title,
            "[姓名]的打印机不出纸"
        );
    }

    #[test]
    fn what_may_stand_is_put_back_and_not_struck_again() {
        kernel::i18n::register(crate::LOCALES);
        let names = ["李娜".to_owned()];
        let mut struck = Vec::new();
        let clean = strike(&fault(), &known(&names), Locale::ZhCn, &[], &mut struck);
        let host = struck.iter().find(|one| one.kind == Kind::Host).unwrap().clone();
        let back = put_back(&clean, &struck, &[host.mark]);
        assert_eq!(back.solution, "Log on to LAPTOP-8H3K2 as [姓名 1]");
        let again = strike(&back, &known(&names), Locale::ZhCn, &[host.piece], &mut struck);
        assert_eq!((again, struck.len()), (back, 4));
    }

    #[test]
    fn what_somebody_types_is_looked_at_too() {
        kernel::i18n::register(crate::LOCALES);
        let names = ["李娜".to_owned()];
        let mut struck = Vec::new();
        let mut clean = strike(&fault(), &known(&names), Locale::En, &[], &mut struck);
        clean.cause = "Bruno, bruno@example.test".to_owned();
        let again = strike(&clean, &known(&names), Locale::En, &[], &mut struck);
        assert_eq!(again.cause, "Bruno, [mail address 2]");
        assert_eq!(struck.len(), 5);
    }
}

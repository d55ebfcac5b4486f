//! Which part of a file a browser asks for: RFC 9110, section 14. Pure.
//!
//! One range is understood. Several at once, other units, and what makes no sense are answered with the whole, which the
//! standard allows; a range that begins behind the end is refused.

use std::ops::Range;

/// What is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// What is not there.
    Beyond,
}

/// Reads `Range: bytes=0-499` of a file of this size.
pub(super) fn read(header: Option<&str>, size: u64) -> Asked {
    let Some(wanted) = header.and_then(|text| text.trim().strip_prefix("bytes=")) else {
        return Asked::Whole;
    };
    let Some((first, last)) = wanted.split_once('-') else {
        return Asked::Whole;
    };
    let digits = |text: &str| -> Option<u64> {
        let text = text.trim();
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // A number too large for us lies behind every end.
        is_number.then(|| text.parse().unwrap_or(u64::MAX))
    };
    match (
        digits(first),
        digits(last),
        first.trim().is_empty(),
        last.trim().is_empty(),
    ) {
        (Some(first), _, _, true) if first < size => Asked::Part(first..size),
        (Some(first), Some(last), ..) if last < first => Asked::Whole,
        (Some(first), Some(last), ..) if first < size => Asked::Part(first..last.saturating_add(1).min(size)),
        (Some(_), _, _, true) | (Some(_), Some(_), ..) => Asked::Beyond,
        (None, Some(0), true, _) => Asked::Beyond,
        (None, Some(_), true, _) if size == 0 => Asked::Beyond,
        (None, Some(length), true, _) => Asked::Part(size.saturating_sub(length)..size),
        _ => Asked::Whole,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_range_is_understood() {
        for (header, asked) in [
            (None, Asked::Whole),
            (Some("bytes=0-"), Asked::Part(0..1000)),
            (Some("bytes=0-0"), Asked::Part(0..1)),
            (Some("bytes=500-999"), Asked::Part(500..1000)),
            (Some("bytes=500-5000"), Asked::Part(500..1000)),
            (Some("bytes=-200"), Asked::Part(800..1000)),
            (Some("bytes=-5000"), Asked::Part(0..1000)),
            (Some("bytes=1000-"), Asked::Beyond),
            (Some("bytes=-0"), Asked::Beyond),
            (Some("bytes=99999999999999999999999-"), Asked::Beyond),
            (Some("bytes=5-2"), Asked::Whole),
            (Some("bytes=0-1,5-6"), Asked::Whole),
            (Some("bytes=-"), Asked::Whole),
            (Some("bytes=+1-2"), Asked::Whole),
            (Some("lines=0-1"), Asked::Whole),
        ] {
            assert_eq!(read(header, 1000), asked, "{header:?}");
        }
        assert_eq!(read(Some("bytes=0-"), 0), Asked::Beyond);
        assert_eq!(read(Some("bytes=-5"), 0), Asked::Beyond);
    }

    proptest! {
        #[test]
        fn no_part_leads_out_of_the_file(header in "(bytes=)?[0-9 ,+-]{0,24}", size in 0_u64..5_000) {
            if let Asked::Part(part) = read(Some(&header), size) {
                prop_assert!(part.start < part.end && part.end <= size);
            }
        }
    }
}

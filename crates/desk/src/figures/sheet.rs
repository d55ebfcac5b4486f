//! Figures as files: CSV and XLSX, the same lines as on the page.

use kernel::error::{Error, Result};
use kernel::i18n::Locale;
use rust_xlsxwriter::{Format, Workbook};

use super::overview::{Overview, Spread};

/// A line of a sheet: a name and a number, durations in hours.
pub struct Line {
    pub name: String,
    pub value: f64,
}

#[expect(clippy::cast_precision_loss, reason = "counts and hours are small")]
fn number(value: i64) -> f64 {
    value as f64
}

/// The lines of the figures, in the order of the page.
pub fn lines(overview: &Overview, locale: Locale) -> Vec<Line> {
    let plain = |key: &str, value: i64| Line {
        name: locale.t(key),
        value: number(value),
    };
    let mut lines = vec![
        plain("desk-figures-opened", overview.opened),
        plain("desk-figures-solved", overview.solved),
        plain("desk-figures-met", overview.met),
        plain("desk-figures-missed", overview.missed),
        plain("desk-figures-first_contact", overview.first_contact),
        plain("desk-figures-reopened", overview.reopened),
        plain("desk-figures-bounced", overview.bounced),
    ];
    let mut spread = |key: &str, spread: &Spread| {
        for (percent, millis) in [("p50", spread.p50), ("p90", spread.p90), ("p95", spread.p95)] {
            lines.push(Line {
                name: format!("{} {percent} (h)", locale.t(key)),
                value: number(millis / 1000) / 3_600.0,
            });
        }
    };
    spread("desk-figures-response", &overview.response);
    spread("desk-figures-solution", &overview.solution);
    for (place, n) in overview.opened_by_priority.iter().enumerate() {
        lines.push(Line {
            name: format!("{} P{place}", locale.t("desk-figures-opened")),
            value: number(*n),
        });
    }
    for (place, n) in overview.backlog.iter().enumerate() {
        lines.push(Line {
            name: format!(
                "{} {}",
                locale.t("desk-figures-backlog"),
                locale.t(&format!("desk-figures-age-{place}"))
            ),
            value: number(*n),
        });
    }
    lines
}

/// As CSV; with a mark that tells spreadsheets that it is UTF-8.
pub fn csv(overview: &Overview, locale: Locale) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(b"\xEF\xBB\xBF".to_vec());
    let heading = [locale.t("desk-figures-name"), locale.t("desk-figures-value")];
    writer.write_record(&heading).map_err(Error::internal)?;
    for line in lines(overview, locale) {
        writer
            .write_record([line.name, line.value.to_string()])
            .map_err(Error::internal)?;
    }
    let days = [locale.t("desk-figures-day"), locale.t("desk-figures-opened")];
    writer.write_record(&days).map_err(Error::internal)?;
    for flow in &overview.flow {
        let row = [super::pages::day_text(flow.at), flow.opened.to_string()];
        writer.write_record(&row).map_err(Error::internal)?;
    }
    writer
        .into_inner()
        .map_err(|error| Error::internal(error.to_string()))
}

/// As XLSX: the figures on one sheet, the days on another.
pub fn xlsx(overview: &Overview, locale: Locale) -> Result<Vec<u8>> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    let fill = |book: &mut Workbook| -> std::result::Result<(), rust_xlsxwriter::XlsxError> {
        let sheet = book.add_worksheet().set_name(locale.t("desk-figures-title"))?;
        sheet.set_column_width(0, 40)?;
        sheet.write_with_format(0, 0, locale.t("desk-figures-name"), &bold)?;
        sheet.write_with_format(0, 1, locale.t("desk-figures-value"), &bold)?;
        for (row, line) in (1..).zip(lines(overview, locale)) {
            sheet.write(row, 0, line.name)?;
            sheet.write(row, 1, line.value)?;
        }
        let sheet = book.add_worksheet().set_name(locale.t("desk-figures-day"))?;
        for (column, key) in (0..).zip(["day", "opened", "solved"]) {
            sheet.write_with_format(0, column, locale.t(&format!("desk-figures-{key}")), &bold)?;
        }
        for (row, flow) in (1..).zip(&overview.flow) {
            sheet.write(row, 0, super::pages::day_text(flow.at))?;
            sheet.write(row, 1, number(flow.opened))?;
            sheet.write(row, 2, number(flow.solved))?;
        }
        Ok(())
    };
    fill(&mut book).map_err(Error::internal)?;
    book.save_to_buffer().map_err(Error::internal)
}

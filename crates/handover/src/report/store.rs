//! Every SQL statement about reports.

use kernel::db::{Row, Tx, params};
use kernel::error::{Error, Result};

use super::{Findings, Report, Verdict};
use crate::package::PackageId;

fn report(row: &Row<'_>) -> Result<Report> {
    let verdict: Option<String> = row.get("verdict")?;
    let verdict = verdict
        .map(|word| Verdict::known(&word).ok_or_else(|| Error::internal(format!("unknown verdict {word:?}"))))
        .transpose()?;
    Ok(Report {
        package: row.get("package")?,
        number: row.get("number")?,
        findings: Findings {
            cause_technical: row.get("cause_technical")?,
            cause_plain: row.get("cause_plain")?,
            fix: row.get("fix")?,
            fixed_in: row.get("fixed_in")?,
            prevention: row.get("prevention")?,
        },
        reported_by: row.get("reported_by")?,
        reported_at: row.get("reported_at")?,
        verdict,
        reason: row.get("reason")?,
        judged_by: row.get("judged_by")?,
        judged_at: row.get("judged_at")?,
    })
}

/// The reports of a package, latest first.
pub fn of_package(tx: &mut Tx<'_>, package: PackageId, limit: i64) -> Result<Vec<Report>> {
    tx.query(
        "SELECT package, number, cause_technical, cause_plain, fix, fixed_in, prevention, reported_by, reported_at, verdict, reason,
             judged_by, judged_at FROM handover_report WHERE package = $1 ORDER BY number DESC LIMIT $2",
        params![package, limit],
        report,
    )
}

/// Writes a new one.
pub fn insert(tx: &mut Tx<'_>, report: &Report) -> Result<()> {
    let findings = &report.findings;
    tx.execute(
        "INSERT INTO handover_report (package, number, cause_technical, cause_plain, fix, fixed_in, prevention, reported_by,
             reported_at, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            report.package,
            report.number,
            &findings.cause_technical,
            &findings.cause_plain,
            &findings.fix,
            &findings.fixed_in,
            &findings.prevention,
            report.reported_by,
            report.reported_at,
            &report.reason
        ],
    )?;
    Ok(())
}

/// Writes the verdict.
pub fn judge(tx: &mut Tx<'_>, report: &Report) -> Result<()> {
    tx.execute(
        "UPDATE handover_report SET verdict = $3, reason = $4, judged_by = $5, judged_at = $6 WHERE package = $1 AND number = $2",
        params![
            report.package,
            report.number,
            report.verdict.map(Verdict::as_str),
            &report.reason,
            report.judged_by,
            report.judged_at
        ],
    )?;
    Ok(())
}

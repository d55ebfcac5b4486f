//! Texts that a person reviews when they change: matrices and lists that the program computes.

/// Compares a text with the reviewed one in a file; writes the file when `MAINSTAY_TEST_WRITE` is set.
///
/// # Panics
/// When they differ, with the lines that do.
pub fn assert_reviewed(path: &str, found: &str) {
    if std::env::var_os("MAINSTAY_TEST_WRITE").is_some() {
        std::fs::write(path, found).unwrap();
    }
    let reviewed = std::fs::read_to_string(path).unwrap_or_default();
    let differing: Vec<String> = found
        .lines()
        .filter(|line| !reviewed.lines().any(|known| known == *line))
        .map(|line| format!("+ {line}"))
        .chain(
            reviewed
                .lines()
                .filter(|line| !found.lines().any(|known| known == *line))
                .map(|line| format!("- {line}")),
        )
        .collect();
    assert!(
        differing.is_empty() && reviewed == found,
        "{path} differs; if that is meant, run again with MAINSTAY_TEST_WRITE=1 and review the change:\n{}",
        differing.join("\n")
    );
}

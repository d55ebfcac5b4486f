//! Measures the budgets with a release build and writes down what came out.
//!
//! The measuring itself is `mainstay bench`: whoever runs Mainstay can repeat it on their own machine. This task builds,
//! runs, and keeps its Markdown as docs/performance.md.

use crate::demo::target;
use crate::shell::{self, Result, cargo, command, root, watch};
use crate::{machine, web};

/// The page that holds the last measurement.
const PAGE: &str = "docs/performance.md";

/// The task. Without arguments `mainstay bench` decides what to measure; with `--json` nothing is written.
pub fn run(arguments: &[String]) -> Result {
    machine::prepare_for_building()?;
    web::build()?;
    shell::run(cargo().args(["build", "--release", "--package", "server", "--bin", "mainstay"]))?;
    let (said, succeeded) = watch(
        command(target().join("release/mainstay"))
            .arg("bench")
            .args(arguments),
    )?;
    if !succeeded {
        return Err("the measurement broke off; nothing was written".to_owned());
    }
    match page(&said) {
        Some(page) if !arguments.iter().any(|argument| argument == "--json") => {
            let path = root().join(PAGE);
            std::fs::write(&path, page)
                .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
            println!("wrote {PAGE}");
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The Markdown in what the program said: from its first heading; progress may stand before it.
fn page(said: &str) -> Option<String> {
    let start = if said.starts_with("# ") {
        0
    } else {
        said.find("\n# ")? + 1
    };
    said.get(start..).map(|page| format!("{}\n", page.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_begins_at_the_first_heading() {
        assert_eq!(
            page("filling\n# Performance\n\n| a |\n\n"),
            Some("# Performance\n\n| a |\n".to_owned())
        );
        assert_eq!(page("# Performance"), Some("# Performance\n".to_owned()));
        assert_eq!(page("{\"list\": 4}"), None);
    }
}

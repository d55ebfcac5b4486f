//! A text between two marks of writing: what wikitext and HTML become before they become Markdown.

/// A piece that stands on lines of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Level 1 to 6.
    Heading(u8, Vec<Inline>),
    Paragraph(Vec<Inline>),
    List {
        /// The first number, when the list is numbered.
        first: Option<u64>,
        items: Vec<Entry>,
    },
    Quote(Vec<Block>),
    Callout(Callout, Vec<Block>),
    Code {
        language: String,
        text: String,
    },
    Table(Table),
    Rule,
}

/// One point of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Of a list of tasks: whether it is done.
    pub done: Option<bool>,
    pub blocks: Vec<Block>,
}

/// What a box says about its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callout {
    Note,
    Tip,
    Warning,
    Caution,
}

impl Callout {
    /// The word in Markdown.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note => "NOTE",
            Self::Tip => "TIP",
            Self::Warning => "WARNING",
            Self::Caution => "CAUTION",
        }
    }

    /// By what others call it; a note when it says nothing.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
        if says(&["caution", "danger", "error", "critical"]) {
            Self::Caution
        } else if says(&["warn", "attention", "important"]) {
            Self::Warning
        } else if says(&["tip", "hint", "success"]) {
            Self::Tip
        } else {
            Self::Note
        }
    }
}

/// Rows of cells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    pub caption: Vec<Inline>,
    /// Whether the first row names the columns.
    pub has_head: bool,
    pub rows: Vec<Vec<Vec<Inline>>>,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    Text(String),
    Strong(Vec<Inline>),
    Emphasis(Vec<Inline>),
    Strike(Vec<Inline>),
    Code(String),
    Link { address: String, text: Vec<Inline> },
    Picture { address: String, text: String },
    Break,
}

impl Inline {
    /// A text.
    #[must_use]
    pub fn text(words: impl Into<String>) -> Self {
        Self::Text(words.into())
    }
}

/// The words alone.
#[must_use]
pub fn words(inlines: &[Inline]) -> String {
    let mut out = String::new();
    for inline in inlines {
        match inline {
            Inline::Text(text) | Inline::Code(text) | Inline::Picture { text, .. } => out.push_str(text),
            Inline::Strong(inner)
            | Inline::Emphasis(inner)
            | Inline::Strike(inner)
            | Inline::Link { text: inner, .. } => out.push_str(&words(inner)),
            Inline::Break => out.push(' '),
        }
    }
    out
}

/// Blocks where only a line may stand, such as in a cell: what stood below each other follows, a break between.
#[must_use]
pub fn flat(blocks: Vec<Block>) -> Vec<Inline> {
    let mut out: Vec<Inline> = Vec::new();
    for block in blocks {
        let line = match block {
            Block::Heading(_, inner) => vec![Inline::Strong(inner)],
            Block::Paragraph(inner) => inner,
            Block::List { items, .. } => {
                let mut line = Vec::new();
                for entry in items {
                    if !line.is_empty() {
                        line.push(Inline::Break);
                    }
                    line.push(Inline::text("• "));
                    line.extend(flat(entry.blocks));
                }
                line
            }
            Block::Quote(inner) | Block::Callout(_, inner) => flat(inner),
            Block::Code { text, .. } => code_lines(&text),
            Block::Table(table) => cells(table),
            Block::Rule => continue,
        };
        if !out.is_empty() && !line.is_empty() {
            out.push(Inline::Break);
        }
        out.extend(line);
    }
    out
}

fn code_lines(text: &str) -> Vec<Inline> {
    let mut out = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if !out.is_empty() {
            out.push(Inline::Break);
        }
        out.push(Inline::Code(line.to_owned()));
    }
    out
}

fn cells(table: Table) -> Vec<Inline> {
    let mut out = Vec::new();
    for row in table.rows {
        if !out.is_empty() {
            out.push(Inline::Break);
        }
        for (place, cell) in row.into_iter().enumerate() {
            if place > 0 {
                out.push(Inline::text(" / "));
            }
            out.extend(cell);
        }
    }
    out
}

//! The plain words of a terminal: what a reader of its screen would have read, line by line, without colours and movements.
//!
//! Not a terminal: it knows one line and the place in it, which is what shells and most programs write. What a program draws on the
//! other screen (an editor, a pager) is left out, since its letters come in no order that could be read.

/// Longer no line is kept.
const LINE_MOST: usize = 4_000;
/// A sequence that does not end is none.
const SEQUENCE_MOST: usize = 4_000;

/// Turns output into lines.
#[derive(Clone, Debug, Default)]
pub struct Words {
    line: Vec<char>,
    place: usize,
    state: State,
    sequence: String,
    other_screen: bool,
    finished: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Plain,
    /// After ESC.
    Escape,
    /// After ESC and a byte that wants one more.
    Charset,
    /// In `ESC [`.
    Control,
    /// In a sequence of the operating system (a title), until BEL or `ESC \`.
    Text,
    /// In such a sequence, after ESC.
    TextEscape,
}

impl Words {
    /// Takes in output.
    pub fn take(&mut self, text: &str) {
        for letter in text.chars() {
            self.letter(letter);
        }
    }

    /// The lines that are finished, which are given once.
    pub fn lines(&mut self) -> Vec<String> {
        std::mem::take(&mut self.finished)
    }

    /// The end: the last line, too.
    #[must_use]
    pub fn finish(mut self) -> Vec<String> {
        self.end_line();
        self.finished
    }

    fn letter(&mut self, letter: char) {
        match self.state {
            State::Plain => self.plain(letter),
            State::Escape => self.escape(letter),
            State::Charset => self.state = State::Plain,
            State::Control => self.control(letter),
            State::Text => match letter {
                '\u{7}' => self.state = State::Plain,
                '\u{1b}' => self.state = State::TextEscape,
                _ => self.collect(letter),
            },
            State::TextEscape => self.state = if letter == '\\' { State::Plain } else { State::Text },
        }
    }

    fn plain(&mut self, letter: char) {
        match letter {
            '\u{1b}' => self.state = State::Escape,
            '\n' => self.end_line(),
            '\r' => self.place = 0,
            '\u{8}' => self.place = self.place.saturating_sub(1),
            '\t' => {
                let next = (self.place / 8 + 1) * 8;
                while self.place < next {
                    self.put(' ');
                }
            }
            letter if letter.is_control() => {}
            letter => self.put(letter),
        }
    }

    fn escape(&mut self, letter: char) {
        self.sequence.clear();
        self.state = match letter {
            '[' => State::Control,
            ']' | 'P' | 'X' | '^' | '_' => State::Text,
            '(' | ')' | '*' | '+' | '#' | '%' | ' ' => State::Charset,
            _ => State::Plain,
        };
    }

    fn collect(&mut self, letter: char) {
        if self.sequence.len() < SEQUENCE_MOST {
            self.sequence.push(letter);
        } else {
            self.state = State::Plain;
        }
    }

    fn control(&mut self, letter: char) {
        if !('@'..='~').contains(&letter) {
            self.collect(letter);
            return;
        }
        self.state = State::Plain;
        let count = self
            .sequence
            .split(';')
            .next()
            .and_then(|text| text.parse::<usize>().ok());
        let steps = count.unwrap_or(1).clamp(1, LINE_MOST);
        match letter {
            'C' => self.place = (self.place + steps).min(LINE_MOST),
            'D' => self.place = self.place.saturating_sub(steps),
            'G' => self.place = steps - 1,
            'K' if count.unwrap_or(0) == 0 => self.line.truncate(self.place),
            'K' if count == Some(2) => self.line.clear(),
            'P' => {
                let end = (self.place + steps).min(self.line.len());
                if self.place < end {
                    self.line.drain(self.place..end);
                }
            }
            '@' if self.place <= self.line.len() => {
                let blanks = std::iter::repeat_n(' ', steps);
                self.line.splice(self.place..self.place, blanks);
                self.line.truncate(LINE_MOST);
            }
            'H' | 'f' | 'A' | 'B' | 'E' | 'F' | 'J' => self.end_line(),
            'h' | 'l' if matches!(self.sequence.as_str(), "?1049" | "?47" | "?1047") => {
                self.end_line();
                self.other_screen = letter == 'h';
            }
            _ => {}
        }
    }

    fn put(&mut self, letter: char) {
        if self.place >= LINE_MOST {
            return;
        }
        while self.line.len() < self.place {
            self.line.push(' ');
        }
        match self.line.get_mut(self.place) {
            Some(place) => *place = letter,
            None => self.line.push(letter),
        }
        self.place += 1;
    }

    fn end_line(&mut self) {
        let text: String = self.line.drain(..).collect();
        self.place = 0;
        let text = text.trim_end();
        if !text.is_empty() && !self.other_screen {
            self.finished.push(text.to_owned());
        }
    }
}

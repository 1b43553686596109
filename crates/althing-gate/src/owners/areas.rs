//! Areas of CODEOWNERS.md: whom to ask about what (L-089).

use serde::Serialize;

/// An area that somebody knows well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Area {
    /// What it is called.
    pub name: String,
    /// Logins of whom to ask, in the order of the file.
    pub people: Vec<String>,
    /// Number of the line, from 1.
    pub line: u32,
}

/// The areas that a Markdown text lists: each line that mentions somebody (`@LOGIN`), as a row of
/// a table, a point of a list or a sentence. The area is what else the line says; where that is
/// nothing, it is the heading above.
pub fn areas(text: &str) -> Vec<Area> {
    let mut areas = Vec::<Area>::new();
    let mut heading = String::new();
    for (line, written) in (1..).zip(text.lines()) {
        if let Some(title) = written.trim().strip_prefix('#') {
            heading = plain(title.trim_start_matches('#'));
            continue;
        }
        let people = mentioned(written);
        if people.is_empty() {
            continue;
        }
        let said = plain(written);
        let name = if said.is_empty() {
            heading.clone()
        } else {
            said
        };
        match areas.last_mut() {
            Some(last) if last.name == name => last.people.extend(people),
            Some(_) | None => areas.push(Area { name, people, line }),
        }
    }
    areas
}

impl Area {
    /// Whether the area is meant by `asked`: every word of it stands in the name.
    pub fn is_meant_by(&self, asked: &str) -> bool {
        let words = |text: &str| -> Vec<String> {
            let words = text.split(|c: char| !c.is_alphanumeric());
            let words = words.filter(|word| !word.is_empty());
            words.map(str::to_lowercase).collect()
        };
        let (asked, name) = (words(asked), words(&self.name));
        !asked.is_empty() && asked.iter().all(|word| name.contains(word))
    }
}

fn is_of_login(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '-'
}

/// Logins after an `@` that begins a word.
fn mentioned(line: &str) -> Vec<String> {
    let mut people = Vec::new();
    let mut before = ' ';
    for (place, character) in line.char_indices() {
        let rest = line.get(place + 1..).unwrap_or_default();
        if character == '@' && !is_of_login(before) {
            let login: String = rest.chars().take_while(|c| is_of_login(*c)).collect();
            if !login.is_empty() {
                people.push(login);
            }
        }
        before = character;
    }
    people
}

/// A line without mentions and marks.
fn plain(line: &str) -> String {
    let words = line.split(|c: char| c.is_whitespace() || "|,;()[]".contains(c));
    let words = words.filter(|word| !word.contains('@'));
    let words = words.map(|word| word.trim_matches(|c: char| "*_`:-#".contains(c)));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

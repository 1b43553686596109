//! Markdown texts, taken apart.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// A Markdown text: its sections in order. The first one is what stands before any heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The sections, those below others after them.
    pub sections: Vec<Section>,
}

/// What stands between one heading and the next, of whatever level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// Level of the heading, from 1; 0 before the first one.
    pub level: u8,
    /// The heading, as plain words.
    pub heading: String,
    /// Line of the heading, from 1.
    pub line: u32,
    /// The words in it, without code blocks and comments.
    pub text: String,
    /// Code in it: blocks, and pieces within sentences.
    pub code: Vec<Code>,
    /// Alternative text and address of the images in it.
    pub images: Vec<String>,
    /// The points of its lists, each with those below it.
    pub items: Vec<Item>,
}

/// A point of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// Its line, from 1.
    pub line: u32,
    /// The words in it.
    pub text: String,
}

/// A piece of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Whether it is a block of its own.
    pub is_block: bool,
    /// The language that a block names; empty if it names none.
    pub language: String,
    /// The code.
    pub text: String,
}

impl Document {
    /// Takes a Markdown text apart. Every text is a document.
    pub fn parse(markdown: &str) -> Self {
        let mut reader = Reader {
            sections: vec![Section {
                line: 1,
                ..Section::default()
            }],
            place: Place::Text,
            lists: 0,
        };
        let parser = Parser::new_ext(markdown, Options::ENABLE_TABLES);
        let (mut line, mut read) = (1, 0);
        for (event, range) in parser.into_offset_iter() {
            // Events within each other begin again before the last one's end.
            if let Some(passed) = markdown.get(read..range.start) {
                line += passed.bytes().filter(|byte| *byte == b'\n').count();
                read = range.start;
            }
            reader.take(event, u32::try_from(line).unwrap_or(u32::MAX));
        }
        Self {
            sections: reader.sections,
        }
    }

    /// A section with those below it; `index` is its place among the sections.
    pub fn with_those_below(&self, index: usize) -> impl Iterator<Item = &Section> {
        let level = self.sections.get(index).map_or(0, |it| it.level);
        let rest = self.sections.iter().skip(index + 1);
        let below = rest.take_while(move |section| section.level > level && level > 0);
        self.sections.get(index).into_iter().chain(below)
    }
}

impl Section {
    /// Everything that it says, the heading and the code too.
    pub fn whole(&self) -> String {
        let mut whole = format!("{}\n{}", self.heading, self.text);
        for part in self.code.iter().map(|code| &code.text).chain(&self.images) {
            whole.push('\n');
            whole.push_str(part);
        }
        whole
    }

    /// Whether nothing stands under its heading.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty() && self.code.is_empty() && self.images.is_empty()
    }
}

struct Reader {
    sections: Vec<Section>,
    place: Place,
    /// How many lists are open, one within the other.
    lists: usize,
}

/// Where words belong.
enum Place {
    Text,
    Heading,
    Code(Code),
    Image(String),
}

impl Reader {
    fn take(&mut self, event: Event<'_>, line: u32) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                self.sections.push(Section {
                    level: level_of(level),
                    line,
                    ..Section::default()
                });
                self.place = Place::Heading;
            }
            Event::End(TagEnd::Heading(_)) => self.place = Place::Text,
            Event::Start(Tag::List(_)) => {
                if self.lists > 0 {
                    self.words("\n");
                }
                self.lists += 1;
            }
            Event::End(TagEnd::List(_)) => self.lists = self.lists.saturating_sub(1),
            Event::Start(Tag::Item) if self.lists == 1 => {
                if let Some(section) = self.sections.last_mut() {
                    let text = String::new();
                    section.items.push(Item { line, text });
                }
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match kind {
                    CodeBlockKind::Fenced(info) => info
                        .split_whitespace()
                        .next()
                        .unwrap_or_default()
                        .to_owned(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.place = Place::Code(Code {
                    is_block: true,
                    language,
                    text: String::new(),
                });
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                self.place = Place::Image(format!("{dest_url} "));
            }
            Event::End(TagEnd::CodeBlock | TagEnd::Image) => self.close(),
            Event::Text(words) => self.words(&words),
            Event::Code(words) => {
                self.words(&words);
                if let Some(section) = self.sections.last_mut() {
                    section.code.push(Code {
                        is_block: false,
                        language: String::new(),
                        text: words.into_string(),
                    });
                }
            }
            Event::SoftBreak | Event::HardBreak => self.words("\n"),
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell | TagEnd::TableRow) => {
                self.words("\n")
            }
            // Comments and tags say nothing, and the rest only frames words.
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::Rule
            | Event::TaskListMarker(_)
            | Event::Start(_)
            | Event::End(_) => {}
        }
    }

    fn words(&mut self, words: &str) {
        let Some(section) = self.sections.last_mut() else {
            return;
        };
        match &mut self.place {
            Place::Text => {
                section.text.push_str(words);
                if let Some(item) = section.items.last_mut().filter(|_| self.lists > 0) {
                    item.text.push_str(words);
                }
            }
            Place::Heading => section.heading.push_str(words),
            Place::Code(code) => code.text.push_str(words),
            Place::Image(image) => image.push_str(words),
        }
    }

    fn close(&mut self) {
        let place = std::mem::replace(&mut self.place, Place::Text);
        let Some(section) = self.sections.last_mut() else {
            return;
        };
        match place {
            Place::Code(code) => section.code.push(code),
            Place::Image(image) => section.images.push(image),
            Place::Text | Place::Heading => {}
        }
    }
}

fn level_of(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Document;

    const TEXT: &str = "\
Before.

# A `title`

<!-- hidden -->
Some *words*
here.

```mermaid
graph TD
```

## Below

![the cache](img/cache.svg)

| a | b |
|---|---|
| 1 | 2 |

Other
=====
    indented()

- one *point*
  - below
- two:
  more
";

    #[test]
    fn a_text_is_taken_apart() {
        let document = Document::parse(TEXT);
        let sections = &document.sections;
        let headings: Vec<_> = sections
            .iter()
            .map(|it| (it.level, it.heading.as_str(), it.line))
            .collect();
        let expect = [
            (0, "", 1),
            (1, "A title", 3),
            (2, "Below", 13),
            (1, "Other", 21),
        ];
        assert_eq!(headings, expect);
        assert_eq!(sections[1].text, "Some words\nhere.\n");
        assert_eq!(sections[1].code[1].language, "mermaid");
        assert_eq!(sections[2].images, ["img/cache.svg the cache"]);
        assert_eq!(sections[2].text, "\na\nb\n1\n2\n\n");
        assert_eq!(sections[3].code[0].text, "indented()\n");
        let items: Vec<_> = sections[3]
            .items
            .iter()
            .map(|it| (it.line, it.text.as_str()))
            .collect();
        assert_eq!(items, [(25, "one point\nbelow\n\n"), (27, "two:\nmore\n")]);
        let below: Vec<_> = document.with_those_below(1).map(|it| it.line).collect();
        assert_eq!(below, [3, 13]);
        assert_eq!(document.with_those_below(0).count(), 1);
    }

    proptest! {
        #[test]
        fn any_text_is_a_document(text in "([#`!\\[\\]()<>|=\\-*\\n a-c]|\\PC){0,60}") {
            let document = Document::parse(&text);
            prop_assert_eq!(document.sections[0].level, 0);
            let lines = document.sections.windows(2).all(|pair| pair[0].line <= pair[1].line);
            prop_assert!(lines);
        }
    }
}

//! The lines of a comment that are its writer's own words, told from what it quotes or shows.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, TagEnd};

/// A line of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// As written, without HTML comments and blanks around it.
    pub(super) text: String,
    /// From 1.
    pub(super) number: u32,
    /// Whether the line begins with plain text, not with code, a link, an escape or the like.
    pub(super) plain: bool,
}

/// What was found in a comment.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Lines {
    /// Paragraphs and headings that stand by themselves. Code, HTML, quotations, lists and
    /// tables are in none.
    pub(super) paragraphs: Vec<Vec<Line>>,
    /// Lines that begin at the margin and yet go on with a quotation, list or table, because no
    /// empty line parts them.
    pub(super) swallowed: Vec<Line>,
}

/// Takes a comment apart as Markdown.
pub(super) fn read(comment: &str) -> Lines {
    let mut reader = Reader {
        comment,
        lines: Lines::default(),
        around: Vec::new(),
        paragraph: None,
        counted: (0, 1),
    };
    // What forges render otherwise than plain CommonMark: a row of a table and a formula within
    // `$$` are no paragraphs there.
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_MATH;
    for (event, range) in Parser::new_ext(comment, options).into_offset_iter() {
        reader.take(&event, range);
    }
    reader.lines
}

struct Reader<'a> {
    comment: &'a str,
    lines: Lines,
    /// The blocks around the present place, innermost last.
    around: Vec<Around>,
    /// The paragraph being read, if it stands by itself.
    paragraph: Option<Paragraph>,
    /// A place and the number of its line, so that lines are counted once.
    counted: (usize, u32),
}

/// A block that has something else within.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    /// Goes on, or seems to, until an empty line.
    Open,
    /// Has an end of its own.
    Closed,
}

#[derive(Default)]
struct Paragraph {
    lines: Vec<Line>,
    /// Where the present line began and whether with plain text; `None` until its first event.
    line: Option<(usize, bool)>,
    /// Up to where the present line was read.
    end: usize,
    /// HTML comments within the present line.
    cuts: Vec<Range<usize>>,
}

impl Reader<'_> {
    fn take(&mut self, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag.to_end(), range),
            Event::End(tag) => self.end(*tag, range),
            Event::SoftBreak | Event::HardBreak => self.end_line(),
            Event::Text(_) => self.text(range),
            Event::InlineHtml(html) => {
                let is_comment = html.starts_with("<!");
                if let Some(paragraph) = self.inline(&range, false)
                    && is_comment
                {
                    paragraph.cuts.push(range);
                }
            }
            Event::Code(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::Html(_)
            | Event::FootnoteReference(_)
            | Event::Rule
            | Event::TaskListMarker(_) => {
                self.inline(&range, false);
            }
        }
    }

    fn start(&mut self, tag: TagEnd, range: Range<usize>) {
        if is_paragraph(tag) {
            if self.around.is_empty() {
                self.paragraph = Some(Paragraph::default());
            }
        } else if let Some(around) = around(tag) {
            self.around.push(around);
        } else {
            self.inline(&range, false);
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        if is_paragraph(tag) {
            self.end_line();
            let paragraph = self.paragraph.take();
            self.lines
                .paragraphs
                .extend(paragraph.map(|paragraph| paragraph.lines));
        } else if around(tag).is_some() {
            self.around.pop();
        } else {
            self.inline(&range, false);
        }
    }

    fn text(&mut self, range: Range<usize>) {
        let before = self.comment.get(..range.start).unwrap_or_default();
        if self.around.is_empty() {
            let line = before.rsplit('\n').next().unwrap_or_default();
            let first = line.trim().is_empty();
            self.inline(&range, first);
        } else if self.around.last() == Some(&Around::Open)
            && (before.is_empty() || before.ends_with('\n'))
        {
            let text = self.comment.get(range.clone()).unwrap_or_default();
            let line = Line {
                text: text.trim().to_owned(),
                number: self.number(range.start),
                plain: true,
            };
            self.lines.swallowed.push(line);
        }
    }

    /// Takes a part of a paragraph that stands by itself.
    fn inline(&mut self, range: &Range<usize>, plain: bool) -> Option<&mut Paragraph> {
        let paragraph = self.paragraph.as_mut()?;
        paragraph.line.get_or_insert((range.start, plain));
        paragraph.end = paragraph.end.max(range.end);
        Some(paragraph)
    }

    fn end_line(&mut self) {
        let Some(paragraph) = &mut self.paragraph else {
            return;
        };
        let Some((start, plain)) = paragraph.line.take() else {
            return;
        };
        let mut text = String::new();
        let mut from = start;
        for cut in paragraph.cuts.drain(..) {
            text.push_str(self.comment.get(from..cut.start).unwrap_or_default());
            from = cut.end;
        }
        text.push_str(self.comment.get(from..paragraph.end).unwrap_or_default());
        let text = text.trim().to_owned();
        let number = self.number(start);
        if let Some(paragraph) = &mut self.paragraph {
            paragraph.lines.push(Line {
                text,
                number,
                plain,
            });
        }
    }

    /// The number of the line that `at` is in. Places come in their order.
    fn number(&mut self, at: usize) -> u32 {
        let (from, number) = self.counted;
        let between = self.comment.get(from..at).unwrap_or_default();
        let newlines = between.bytes().filter(|byte| *byte == b'\n').count();
        let newlines = u32::try_from(newlines).unwrap_or(u32::MAX);
        self.counted = (at, number.saturating_add(newlines));
        self.counted.1
    }
}

/// A heading is one too: a line of dashes below a command, as mail programs put before a
/// signature, makes it a heading.
fn is_paragraph(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Paragraph | TagEnd::Heading(_))
}

/// What a block that is not a paragraph does with lines; `None` for parts of a paragraph.
fn around(tag: TagEnd) -> Option<Around> {
    match tag {
        TagEnd::BlockQuote(_)
        | TagEnd::List(_)
        | TagEnd::Item
        | TagEnd::FootnoteDefinition
        | TagEnd::DefinitionList
        | TagEnd::DefinitionListTitle
        | TagEnd::DefinitionListDefinition
        | TagEnd::Table
        | TagEnd::TableHead
        | TagEnd::TableRow
        | TagEnd::TableCell => Some(Around::Open),
        TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::MetadataBlock(_) => Some(Around::Closed),
        TagEnd::Paragraph
        | TagEnd::Heading(_)
        | TagEnd::Emphasis
        | TagEnd::Strong
        | TagEnd::Strikethrough
        | TagEnd::Superscript
        | TagEnd::Subscript
        | TagEnd::Link
        | TagEnd::Image => None,
    }
}

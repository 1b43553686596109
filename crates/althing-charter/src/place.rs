//! Places in the text of a YAML file, as bytes, and changes there.

use std::ops::Range;

use althing_diag::yaml::Spanned;

/// Where a value begins; nowhere if it stands elsewhere, by an alias.
pub(crate) fn at<T>(value: &Spanned<T>) -> Option<usize> {
    let place = value.referenced.span().byte_offset()?;
    let is_here = value.referenced == value.defined;
    usize::try_from(place).ok().filter(|_| is_here)
}

/// Where the line of a place begins.
pub(crate) fn line_start(text: &str, place: usize) -> usize {
    let before = text.get(..place).unwrap_or_default();
    before.rfind('\n').map_or(0, |end| end + 1)
}

/// How many bytes stand before a place in its line.
pub(crate) fn column(text: &str, place: usize) -> usize {
    place - line_start(text, place)
}

/// How far the line of a place is indented.
pub(crate) fn indent(text: &str, place: usize) -> usize {
    let line = text.get(line_start(text, place)..).unwrap_or_default();
    line.len() - line.trim_start_matches(' ').len()
}

/// Where what begins at a place ends, as whole lines: those that follow and are indented further
/// than `margin`. Empty lines and comments behind it are not part of it.
pub(crate) fn block_end(text: &str, place: usize, margin: usize) -> Option<usize> {
    let mut end = line_start(text, place);
    let mut here = end;
    for (number, line) in text.get(end..)?.split_inclusive('\n').enumerate() {
        let words = line.trim_start_matches(' ');
        let is_empty = words.trim().is_empty() || words.starts_with('#');
        if number > 0 && !is_empty && line.len() - words.len() <= margin {
            break;
        }
        here += line.len();
        if !is_empty {
            end = here;
        }
    }
    Some(end)
}

/// The items between the bracket or brace at a place and its partner, and where that ends.
pub(crate) fn flow_items(text: &str, place: usize) -> Option<(Vec<Range<usize>>, usize)> {
    let (mut items, mut item) = (Vec::new(), None::<Range<usize>>);
    let mut depth = 0_usize;
    let mut quote = None;
    let mut is_comment = false;
    let mut before = ' ';
    for (offset, c) in text.get(place..)?.char_indices() {
        let here = place + offset;
        let mut counts = !c.is_whitespace();
        match (quote, c) {
            _ if is_comment => {
                is_comment = c != '\n';
                counts = false;
            }
            (Some(open), _) => {
                if c == open && !(open == '"' && before == '\\') {
                    quote = None;
                }
            }
            (None, '"' | '\'') if item.is_none() || !before.is_alphanumeric() => quote = Some(c),
            (None, '#') if before.is_whitespace() => {
                is_comment = true;
                counts = false;
            }
            (None, '[' | '{') => {
                depth += 1;
                counts = depth > 1;
            }
            (None, ']' | '}') => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    items.extend(item);
                    return Some((items, here + 1));
                }
            }
            (None, ',') if depth == 1 => {
                items.extend(item.take());
                counts = false;
            }
            (None, _) => {}
        }
        if counts {
            let end = here + c.len_utf8();
            item = Some(item.map_or(here..end, |item| item.start..end));
        }
        before = c;
    }
    None
}

pub(crate) fn replaced(text: &str, range: Range<usize>, by: &str) -> Option<String> {
    let (before, after) = (text.get(..range.start)?, text.get(range.end..)?);
    Some(format!("{before}{by}{after}"))
}

pub(crate) fn insert(text: &str, place: usize, added: &str) -> Option<String> {
    replaced(text, place..place, added)
}

/// Inserts whole lines where a line begins, or the text ends.
pub(crate) fn insert_line(text: &str, place: usize, lines: &str) -> Option<String> {
    let apart = text.get(..place)?.ends_with('\n') || place == 0;
    let apart = if apart { "" } else { "\n" };
    insert(text, place, &format!("{apart}{lines}"))
}

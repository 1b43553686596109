//! A field in the text of a file: everything else stays, to the comment.

use std::fmt;

use althing_diag::yaml::{self, Spanned};
use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;

use crate::place::{at, block_end, column, indent, insert_line, line_start, replaced};

/// The text of a YAML or JSON file with a field of that value; `None` if it says so already.
/// `field` is a key, or several from the outside in, with dots between. One that is not there is
/// added as the last of its mapping.
///
/// The new text is read again, and must differ in that field alone.
///
/// # Errors
/// Why it was not changed, in a sentence.
pub fn set_field(
    name: &str,
    text: &str,
    field: &str,
    value: &str,
) -> Result<Option<String>, String> {
    let read = |text: &str| yaml::parse::<Value>(name, text).map_err(|finding| finding.to_string());
    let keys: Vec<&str> = field.split('.').collect();
    let scalar = written(value);
    let mut wanted = read(text)?;
    let new = read(&scalar)?;
    if keys.iter().try_fold(&wanted, |value, key| value.get(key)) == Some(&new) {
        return Ok(None);
    }
    let by_hand =
        || format!("`{field}` in {name} is written in a way that is not changed by machine");
    want(&mut wanted, &keys, new).ok_or_else(by_hand)?;
    let changed = change(name, text, &keys, &scalar).ok_or_else(by_hand)?;
    let is_wanted = read(&changed).is_ok_and(|found| found == wanted);
    is_wanted.then_some(Some(changed)).ok_or_else(by_hand)
}

/// A value as it is written: as it is if it is a word, else in quotation marks.
fn written(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./+".contains(c);
    let begins = value.starts_with(|c: char| c.is_ascii_alphanumeric());
    if begins && value.chars().all(is_plain) {
        value.to_owned()
    } else {
        Value::String(value.to_owned()).to_string()
    }
}

fn want(value: &mut Value, keys: &[&str], new: Value) -> Option<()> {
    let (last, outer) = keys.split_last()?;
    let mut inner = value;
    for key in outer {
        inner = inner.get_mut(key)?;
    }
    let fields = inner.as_object_mut()?;
    let is_scalar = |value: &Value| !value.is_object() && !value.is_array();
    if fields.get(*last).is_some_and(|old| !is_scalar(old)) {
        return None;
    }
    fields.insert((*last).to_owned(), new);
    Some(())
}

fn change(name: &str, text: &str, keys: &[&str], scalar: &str) -> Option<String> {
    let (last, outer) = keys.split_last()?;
    let root: Node = yaml::parse(name, text).ok()?;
    let mut fields = root.fields();
    for key in outer {
        fields = find(fields, key)?.value.fields();
    }
    if let Some(old) = find(fields, last) {
        let start = at(old)?;
        return replaced(text, start..scalar_end(text, start)?, scalar);
    }
    let (key, _) = fields.last()?;
    let place = at(key)?;
    let margin = indent(text, place);
    // Only where the mapping is written in lines of its own.
    if column(text, place) != margin || line_start(text, place) + margin != place {
        return None;
    }
    let line = format!("{}{}: {scalar}\n", " ".repeat(margin), written(last));
    insert_line(text, block_end(text, place, margin)?, &line)
}

fn find<'a>(
    fields: &'a [(Spanned<String>, Spanned<Node>)],
    key: &str,
) -> Option<&'a Spanned<Node>> {
    let field = fields.iter().find(|(name, _)| name.value == key);
    field.map(|(_, value)| value)
}

/// Where a value in one line ends.
fn scalar_end(text: &str, start: usize) -> Option<usize> {
    let line = text.get(start..)?.lines().next()?;
    let ends = |c: char| matches!(c, ',' | ']' | '}');
    let mut before = ' ';
    let quote = line.chars().next().filter(|c| matches!(c, '"' | '\''));
    for (offset, c) in line.char_indices() {
        let is_end = match quote {
            Some(quote) => offset > 0 && c == quote && before != '\\',
            None => ends(c) || (c == '#' && before.is_whitespace()),
        };
        if is_end {
            let end = offset + if quote.is_some() { c.len_utf8() } else { 0 };
            return Some(start + line.get(..end)?.trim_end().len());
        }
        before = c;
    }
    quote.is_none().then(|| start + line.trim_end().len())
}

/// A value of which only mappings matter.
enum Node {
    Map(Vec<(Spanned<String>, Spanned<Node>)>),
    Leaf,
}

impl Node {
    fn fields(&self) -> &[(Spanned<String>, Spanned<Node>)] {
        match self {
            Self::Map(fields) => fields,
            Self::Leaf => &[],
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Node::Leaf)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Node::Map(fields))
    }
}

//! Search texts (`is:open label:"a b" words`) and the SQL conditions that they become.

use sqlx::{QueryBuilder, Row as _, Sqlite, sqlite::SqliteRow};

use super::{Answer, Forge};
use crate::model::{IssueFilter, IssueState, Slice, Window};

/// A value bound to a placeholder.
#[derive(Clone, Debug)]
pub(super) enum Bind {
    Number(i64),
    Text(String),
}

impl From<i64> for Bind {
    fn from(number: i64) -> Self {
        Bind::Number(number)
    }
}

impl From<&str> for Bind {
    fn from(text: &str) -> Self {
        Bind::Text(text.to_owned())
    }
}

/// Conditions that must all hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Conditions {
    parts: Vec<(String, Vec<Bind>)>,
}

impl Conditions {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// `left` compared with a value, for example `i.repo_id = `.
    pub(super) fn add(&mut self, left: &str, value: impl Into<Bind>) {
        self.sql(format!("{left}?"), [value.into()]);
    }

    /// A condition with one `?` for each value. The text comes from this program alone.
    pub(super) fn sql(&mut self, text: impl Into<String>, values: impl IntoIterator<Item = Bind>) {
        self.parts.push((text.into(), values.into_iter().collect()));
    }

    fn query(&self, select: String) -> QueryBuilder<Sqlite> {
        let mut query = QueryBuilder::new(select);
        for (index, (text, values)) in self.parts.iter().enumerate() {
            query.push(if index == 0 { " WHERE (" } else { " AND (" });
            let mut pieces = text.split('?');
            query.push(pieces.next().unwrap_or(""));
            for (value, piece) in values.iter().zip(pieces) {
                match value {
                    Bind::Number(number) => query.push_bind(*number),
                    Bind::Text(text) => query.push_bind(text.clone()),
                };
                query.push(piece);
            }
            query.push(")");
        }
        query
    }

    /// A filter on `issue_row i`.
    pub(super) fn filter(&mut self, filter: &IssueFilter) {
        if let Some(is_pull) = filter.is_pull {
            self.add("i.is_pull = ", i64::from(is_pull));
        }
        if let Some(state) = filter.state {
            self.add("i.open = ", i64::from(state == IssueState::Open));
        }
        for label in &filter.labels {
            self.label(std::slice::from_ref(label), false);
        }
        match filter.assignee.as_deref() {
            None => {}
            Some("none") => self.sql(
                "NOT EXISTS (SELECT 1 FROM assignee s WHERE s.issue_id = i.id)",
                [],
            ),
            Some("*") => self.sql(
                "EXISTS (SELECT 1 FROM assignee s WHERE s.issue_id = i.id)",
                [],
            ),
            Some(login) => self.assignee(&[login.to_owned()], false),
        }
        if let Some(author) = &filter.author {
            self.add("i.author_login = ", author.as_str());
        }
        if let Some(login) = &filter.mentioned {
            self.sql(
                "instr(lower(i.body), ?) > 0",
                [Bind::Text(format!("@{}", login.to_lowercase()))],
            );
        }
        if let Some(since) = filter.since {
            self.add("i.updated_at >= ", since.as_millisecond());
        }
    }

    fn label(&mut self, names: &[String], negated: bool) {
        let text = "EXISTS (SELECT 1 FROM issue_label x JOIN label l ON l.id = x.label_id \
                    WHERE x.issue_id = i.id AND l.name IN (#))";
        self.among(text, names, negated);
    }

    fn assignee(&mut self, logins: &[String], negated: bool) {
        let text = "EXISTS (SELECT 1 FROM assignee s JOIN account a ON a.id = s.account_id \
                    WHERE s.issue_id = i.id AND a.login IN (#))";
        self.among(text, logins, negated);
    }

    /// `text` with `#` replaced by a placeholder for each value.
    fn among(&mut self, text: &str, values: &[String], negated: bool) {
        let marks = vec!["?"; values.len()].join(", ");
        let not = if negated { "NOT " } else { "" };
        let repeat = text.matches('#').count();
        let binds = std::iter::repeat_n(values, repeat)
            .flatten()
            .map(|value| Bind::Text(value.clone()));
        self.sql(
            format!("{not}{}", text.replace('#', &marks)),
            binds.collect::<Vec<_>>(),
        );
    }
}

impl Forge {
    /// Rows of `from` under conditions, cut to a window.
    pub(super) async fn select(
        &self,
        conditions: Conditions,
        from: &str,
        columns: &str,
        order: &str,
        window: Window,
    ) -> Answer<Slice<SqliteRow>> {
        let total: i64 = conditions
            .query(format!("SELECT count(*) FROM {from}"))
            .build()
            .fetch_one(&self.readers)
            .await?
            .try_get(0)?;
        let (start, take) = window.resolve(total.unsigned_abs());
        let mut query = conditions.query(format!("SELECT {columns} FROM {from}"));
        query.push(format!(" ORDER BY {order} LIMIT {take} OFFSET {start}"));
        Ok(Slice {
            items: query.build().fetch_all(&self.readers).await?,
            start,
            total: total.unsigned_abs(),
        })
    }
}

/// One term of a search text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub negated: bool,
    /// `None` for a plain word.
    pub key: Option<String>,
    /// Alternatives.
    pub values: Vec<String>,
}

/// Takes a search text apart. Any text has terms; quotes that do not close end with the text.
pub(super) fn parse(text: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let negated = rest.len() > 1 && rest.starts_with('-');
        if negated {
            rest = rest.get(1..).unwrap_or("");
        }
        let key = key(rest);
        if let Some(key) = key {
            rest = rest.get(key.len() + 1..).unwrap_or("");
        }
        let mut values = Vec::new();
        loop {
            let (value, after) = value(rest, key.is_some());
            values.push(value);
            rest = after;
            match rest.strip_prefix(',') {
                Some(after) if key.is_some() => rest = after,
                _ => break,
            }
        }
        terms.push(Term {
            negated,
            key: key.map(str::to_lowercase),
            values,
        });
        rest = rest.trim_start();
    }
    terms
}

fn key(text: &str) -> Option<&str> {
    let (key, _) = text.split_once(':')?;
    let is_key = !key.is_empty()
        && key
            .chars()
            .all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    is_key.then_some(key)
}

fn value(text: &str, comma_ends: bool) -> (String, &str) {
    if let Some(quoted) = text.strip_prefix('"') {
        return match quoted.split_once('"') {
            Some((value, rest)) => (value.to_owned(), rest),
            None => (quoted.to_owned(), ""),
        };
    }
    let end = text
        .find(|c: char| c.is_whitespace() || (comma_ends && c == ','))
        .unwrap_or(text.len());
    let (value, rest) = text.split_at(end);
    (value.to_owned(), rest)
}

/// What a qualifier that is about issues was turned into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Applied {
    Yes,
    /// The key, or a value for it, is not known here.
    No,
}

/// Adds the condition for a term about `issue_row i`.
pub(super) fn apply(conditions: &mut Conditions, term: &Term) -> Applied {
    let not = if term.negated { "NOT " } else { "" };
    match term.key.as_deref() {
        Some("is" | "state" | "type") => {
            for value in &term.values {
                let Some(condition) = state(value) else {
                    return Applied::No;
                };
                conditions.sql(format!("{not}({condition})"), []);
            }
        }
        Some("label") => conditions.label(&term.values, term.negated),
        Some("assignee") => conditions.assignee(&term.values, term.negated),
        Some("author") => conditions.among("i.author_login IN (#)", &term.values, term.negated),
        Some("repo") => {
            let text = "lower(i.repo_owner || '/' || i.repo_name) IN (#)";
            let values: Vec<String> = term
                .values
                .iter()
                .map(|value| value.to_lowercase())
                .collect();
            conditions.among(text, &values, term.negated);
        }
        Some("org" | "user") => conditions.among("i.repo_owner IN (#)", &term.values, term.negated),
        Some("no") => {
            for value in &term.values {
                let table = match value.as_str() {
                    "label" => "issue_label",
                    "assignee" => "assignee",
                    _ => return Applied::No,
                };
                let has = format!("NOT EXISTS (SELECT 1 FROM {table} n WHERE n.issue_id = i.id)");
                conditions.sql(format!("{not}({has})"), []);
            }
        }
        _ => return Applied::No,
    }
    Applied::Yes
}

fn state(value: &str) -> Option<&'static str> {
    let merged = "i.id IN (SELECT issue_id FROM pull WHERE merged_at IS NOT NULL)";
    match value.to_ascii_lowercase().as_str() {
        "open" => Some("i.open"),
        "closed" => Some("NOT i.open"),
        "issue" => Some("NOT i.is_pull"),
        "pr" | "pull-request" => Some("i.is_pull"),
        "merged" => Some(merged),
        "unmerged" => {
            Some("i.is_pull AND i.id IN (SELECT issue_id FROM pull WHERE merged_at IS NULL)")
        }
        "draft" => Some("i.id IN (SELECT issue_id FROM pull WHERE draft)"),
        _ => None,
    }
}

/// Adds the condition that a word stands in one of these columns.
pub(super) fn word(conditions: &mut Conditions, columns: &[&str], word: &str, negated: bool) {
    let not = if negated { "NOT " } else { "" };
    let tests: Vec<String> = columns
        .iter()
        .map(|column| format!("instr(lower({column}), ?) > 0"))
        .collect();
    let values = columns.iter().map(|_| Bind::Text(word.to_lowercase()));
    conditions.sql(
        format!("{not}({})", tests.join(" OR ")),
        values.collect::<Vec<_>>(),
    );
}

/// Adds the condition that an item `t` had one of these values in the field `name` at a time in
/// milliseconds.
pub(super) fn field(
    conditions: &mut Conditions,
    at: i64,
    name: &str,
    values: &[String],
    negated: bool,
) {
    let not = if negated { "NOT " } else { "" };
    let marks = vec!["?"; values.len()].join(", ");
    let text = format!(
        "{not}EXISTS (SELECT 1 FROM item_value_ever v JOIN field f ON f.id = v.field_id
            LEFT JOIN field_option n ON n.field_id = v.field_id AND n.id = v.option_id
         WHERE v.item_id = t.id AND v.updated_at <= ? AND (v.until IS NULL OR v.until > ?) AND lower(replace(f.name, ' ', '-')) = ?
           AND (n.name IN ({marks}) OR v.text IN ({marks})))"
    );
    let texts = std::iter::repeat_n(values, 2)
        .flatten()
        .map(|value| Bind::Text(value.clone()));
    conditions.sql(
        text,
        [Bind::Number(at), Bind::Number(at), Bind::from(name)]
            .into_iter()
            .chain(texts)
            .collect::<Vec<_>>(),
    );
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Term, parse};

    fn term(negated: bool, key: Option<&str>, values: &[&str]) -> Term {
        Term {
            negated,
            key: key.map(str::to_owned),
            values: values.iter().map(|&value| value.to_owned()).collect(),
        }
    }

    #[test]
    fn a_search_text_has_qualifiers_and_words() {
        let terms = parse(r#"is:open status:"In progress" -label:"a b",c,"d,e" crash "two words""#);
        assert_eq!(
            terms,
            [
                term(false, Some("is"), &["open"]),
                term(false, Some("status"), &["In progress"]),
                term(true, Some("label"), &["a b", "c", "d,e"]),
                term(false, None, &["crash"]),
                term(false, None, &["two words"]),
            ]
        );
    }

    proptest! {
        #[test]
        fn any_text_can_be_taken_apart(text in "[-a:,\" é]{0,30}") {
            let terms = parse(&text);
            prop_assert!(terms.len() <= text.chars().count());
        }
    }
}

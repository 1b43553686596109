//! Conditions: what a CEL expression over a subject says.

use std::{collections::BTreeMap, fmt, sync::Arc};

use cel::Value;

use super::{Attribute, AttributeKind, AttributeValue};
use crate::{AttributeName, LifecycleName, RoleName};

/// What conditions know about a subject beside its attributes, as `subject.title` and so on.
/// No attribute can have such a name.
pub(super) const RESERVED: &[&str] = &["id", "lifecycle", "opener", "state", "title"];

/// The names that a condition can begin with.
pub(super) const ROOTS: &[&str] = &["catalog", "holders", "subject"];

/// A CEL expression that was read and tried on values of the declared types.
#[derive(Clone)]
pub struct Condition {
    /// As written.
    pub source: String,
    /// Ready to be evaluated.
    pub program: Arc<cel::Program>,
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Condition({:?})", self.source)
    }
}

/// What conditions are asked about.
#[derive(Clone, Copy, Debug)]
pub struct ConditionFacts<'a> {
    /// Name of the subject.
    pub id: &'a str,
    /// Its title.
    pub title: &'a str,
    /// The state in which it is.
    pub state: &'a str,
    /// Its kind.
    pub lifecycle: &'a LifecycleName,
    /// Login of whoever opened it.
    pub opener: &'a str,
    /// What is declared about such subjects.
    pub declared: &'a BTreeMap<AttributeName, Attribute>,
    /// What is said about this one. What is not said is the empty text, the empty list, 0 or
    /// false; a person is a login.
    pub attributes: &'a BTreeMap<AttributeName, AttributeValue>,
    /// How many people hold each role.
    pub holders: &'a BTreeMap<RoleName, u32>,
    /// Facts that were given in.
    pub catalog: &'a serde_json::Value,
}

impl Condition {
    /// Whether it holds.
    ///
    /// # Errors
    /// Why that cannot be told: a fact is missing, or the answer is neither yes nor no.
    pub fn holds(&self, facts: ConditionFacts<'_>) -> Result<bool, String> {
        let mut context = cel::Context::default();
        let holders: BTreeMap<&str, i64> = (facts.holders.iter())
            .map(|(role, number)| (role.as_str(), i64::from(*number)))
            .collect();
        let told = |error: cel::SerializationError| error.to_string();
        context.add_variable_from_value("subject", facts.subject());
        context.add_variable_from_value("holders", cel::to_value(holders).map_err(told)?);
        context.add_variable_from_value("catalog", cel::to_value(facts.catalog).map_err(told)?);
        match self.program.execute(&context) {
            Ok(Value::Bool(holds)) => Ok(holds),
            Ok(_) => Err("it is neither true nor false".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl ConditionFacts<'_> {
    fn subject(&self) -> Value {
        let mut subject = BTreeMap::new();
        for (name, attribute) in self.declared {
            let value = match self.attributes.get(name) {
                Some(value) => given(value),
                None => blank(&attribute.kind),
            };
            subject.insert(name.as_str(), value);
        }
        for (name, value) in [
            ("id", self.id),
            ("lifecycle", self.lifecycle.as_str()),
            ("opener", self.opener),
            ("state", self.state),
            ("title", self.title),
        ] {
            subject.insert(name, text(value));
        }
        let entries = subject
            .into_iter()
            .map(|(name, value)| (name.into(), value));
        let map = Arc::new(entries.collect());
        Value::Map(cel::objects::Map { map })
    }
}

fn given(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::Boolean(value) => Value::Bool(*value),
        AttributeValue::Number(value) => Value::Int(*value),
        AttributeValue::Text(value) => text(value),
        AttributeValue::List(values) => list(values),
        AttributeValue::Person(account) => text(&account.login),
    }
}

fn blank(kind: &AttributeKind) -> Value {
    match kind {
        AttributeKind::Boolean => Value::Bool(false),
        AttributeKind::Number => Value::Int(0),
        AttributeKind::List(_) => list(&[]),
        AttributeKind::Text
        | AttributeKind::OneOf(_)
        | AttributeKind::Person
        | AttributeKind::Role(_)
        | AttributeKind::Date
        | AttributeKind::Link => text(""),
    }
}

fn text(text: &str) -> Value {
    Value::String(Arc::new(text.to_owned()))
}

fn list(texts: &[String]) -> Value {
    Value::List(Arc::new(texts.iter().map(|it| text(it)).collect()))
}

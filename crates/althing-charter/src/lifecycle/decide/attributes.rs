//! What is said about a subject, held against what its lifecycle declares.

use std::collections::BTreeMap;

use althing_diag::{Code, Finding};
use serde_json::Value;

use super::Run;
use crate::{
    Attribute, AttributeKind, AttributeName, AttributeValue, RoleRef,
    calendar::read_date,
    lifecycle::{Context, Lifecycle},
};

/// The longest text of an attribute or title, in bytes.
const LONGEST: usize = 10_000;

/// Adds what is set to what is said already. Nothing (`null`, an empty text) takes it away.
///
/// # Errors
/// An [`Code::AttributeInvalid`] refusal for the first value that does not fit, and for the first
/// required one that is missing.
pub(super) fn set(
    ctx: &Context<'_>,
    lifecycle: &Lifecycle,
    before: &BTreeMap<AttributeName, AttributeValue>,
    set: &BTreeMap<AttributeName, Value>,
) -> Result<BTreeMap<AttributeName, AttributeValue>, Box<Finding>> {
    let mut attributes = before.clone();
    for (name, value) in set {
        let Some(declared) = lifecycle.attributes.get(name) else {
            return Err(unknown(lifecycle, name));
        };
        if is_nothing(value) {
            attributes.remove(name);
            continue;
        }
        let value = read(ctx, &declared.kind, value).map_err(|want| {
            let message = format!("`{name}` cannot be {}: it is {want}", shown(value));
            Box::new(invalid(message, declared))
        })?;
        attributes.insert(name.clone(), value);
    }
    for (name, declared) in &lifecycle.attributes {
        if attributes.contains_key(name) {
            continue;
        }
        if let Some(default) = &declared.default {
            attributes.insert(name.clone(), default.clone());
        } else if declared.required {
            let message = format!("`{name}` is missing");
            return Err(Box::new(invalid(message, declared)));
        }
    }
    Ok(attributes)
}

/// A title that says something.
pub(super) fn title(title: &str) -> Result<String, Box<Finding>> {
    let title = title.trim();
    if title.is_empty() || title.len() > LONGEST {
        let message = "the title says nothing, or is too long";
        let help = "give it a title of a few words";
        return super::refuse(Code::AttributeInvalid, message, help);
    }
    Ok(title.to_owned())
}

impl Run<'_> {
    /// What should be said about a person and is not (L-099…L-102).
    pub(super) fn remind_of_attributes(&mut self) {
        if self.lifecycle.about.is_none() {
            return;
        }
        for (name, declared) in &self.lifecycle.attributes {
            if !self.subject.attributes.contains_key(name) {
                let message = format!("nothing is said about `{name}` of {}", self.subject.id);
                let what = declared.description.as_deref().unwrap_or("it is missed");
                let note =
                    Finding::error(Code::EvidenceMissing, message, format!("add it: {what}"));
                let note = note.with_severity(althing_diag::Severity::Warning);
                self.note(note.by_rule(declared.location.clone()));
            }
        }
    }
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// The value, or what it should be.
fn read(ctx: &Context<'_>, kind: &AttributeKind, value: &Value) -> Result<AttributeValue, String> {
    match kind {
        AttributeKind::Text => text(value).map(AttributeValue::Text),
        AttributeKind::Link => {
            let text = text(value)?;
            if text.contains(char::is_whitespace) {
                return Err("a link, which has no blanks".to_owned());
            }
            Ok(AttributeValue::Text(text))
        }
        AttributeKind::OneOf(texts) => {
            let text = text(value)?;
            if texts.contains(&text) {
                Ok(AttributeValue::Text(text))
            } else {
                Err(format!("one of {}", texts.join(", ")))
            }
        }
        AttributeKind::Person => {
            let login = text(value)?;
            let account = ctx.account(&login);
            account
                .map(AttributeValue::Person)
                .ok_or_else(|| "the login of somebody who is known here or on the forge".to_owned())
        }
        AttributeKind::Role(roles) => role(ctx, roles, &text(value)?),
        AttributeKind::Date => {
            let text = text(value)?;
            let date = read_date(&text);
            date.map(|date| AttributeValue::Text(date.to_string()))
                .ok_or_else(|| "a date such as 2026-01-31".to_owned())
        }
        AttributeKind::Number => {
            let written = value.as_str().and_then(|text| text.trim().parse().ok());
            written
                .or_else(|| value.as_i64())
                .map(AttributeValue::Number)
                .ok_or_else(|| "a whole number".to_owned())
        }
        AttributeKind::Boolean => match value {
            Value::Bool(value) => Ok(AttributeValue::Boolean(*value)),
            Value::String(text) if text == "true" => Ok(AttributeValue::Boolean(true)),
            Value::String(text) if text == "false" => Ok(AttributeValue::Boolean(false)),
            Value::Null
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => Err("true or false".to_owned()),
        },
        AttributeKind::List(count) => {
            let texts = list(value)?;
            let number = u32::try_from(texts.len()).unwrap_or(u32::MAX);
            if count.contains(&number) {
                Ok(AttributeValue::List(texts))
            } else {
                let (least, most) = (count.start(), count.end());
                Err(match *most {
                    u32::MAX => format!("a list of at least {least}"),
                    _ if least == most => format!("a list of {least}"),
                    most => format!("a list of {least} to {most}"),
                })
            }
        }
    }
}

fn role(ctx: &Context<'_>, roles: &[RoleRef], text: &str) -> Result<AttributeValue, String> {
    let role = text.parse::<RoleRef>().ok();
    let declared = role.filter(|role| can_be_held(ctx, role));
    let fits = |role: &RoleRef| roles.is_empty() || roles.iter().any(|it| role.satisfies(it));
    match declared.filter(fits) {
        Some(role) => Ok(AttributeValue::Text(role.to_string())),
        None if roles.is_empty() => Err("a role of the charter, with its scope".to_owned()),
        None => {
            let roles: Vec<String> = roles.iter().map(ToString::to_string).collect();
            let roles = roles.join(", ");
            Err(format!("one of the roles {roles}, with its scope"))
        }
    }
}

/// A role that has scopes is held in one of them, any other in none.
fn can_be_held(ctx: &Context<'_>, role: &RoleRef) -> bool {
    let declared = ctx.charter.roles().get(&role.role);
    declared.is_some_and(|declared| match &role.scope {
        Some(scope) => declared.scopes.contains(&scope.kind),
        None => declared.scopes.is_empty(),
    })
}

fn text(value: &Value) -> Result<String, String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return Err("a text".to_owned()),
    };
    if text.len() > LONGEST {
        return Err(format!("a text of at most {LONGEST} bytes"));
    }
    Ok(text)
}

/// A list, or one text in which commas separate.
fn list(value: &Value) -> Result<Vec<String>, String> {
    let texts: Vec<String> = match value.as_array() {
        Some(values) => values.iter().map(text).collect::<Result<_, _>>()?,
        None => {
            let all = text(value)?;
            all.split(',').map(|part| part.trim().to_owned()).collect()
        }
    };
    let mut seen = std::collections::BTreeSet::new();
    for text in &texts {
        if text.is_empty() || !seen.insert(text) {
            return Err("a list of different texts".to_owned());
        }
    }
    Ok(texts)
}

fn invalid(message: String, declared: &Attribute) -> Finding {
    let help = declared.description.as_deref();
    let help = help.unwrap_or("see what the lifecycle declares");
    let finding = Finding::error(Code::AttributeInvalid, message, help);
    finding.by_rule(declared.location.clone())
}

fn unknown(lifecycle: &Lifecycle, name: &AttributeName) -> Box<Finding> {
    let names: Vec<String> = (lifecycle.attributes.keys())
        .map(|name| format!("`{name}`"))
        .collect();
    let message = format!("a `{}` has no `{name}`", lifecycle.name);
    let help = if names.is_empty() {
        "it has a title, and nothing else is said about it".to_owned()
    } else {
        format!("it has {}", names.join(", "))
    };
    let finding = Finding::error(Code::AttributeInvalid, message, help);
    Box::new(finding.by_rule(lifecycle.location.clone()))
}

fn shown(value: &Value) -> String {
    let text = value.as_str().map_or(value.to_string(), str::to_owned);
    let short: String = text.chars().take(60).collect();
    format!("`{short}`")
}

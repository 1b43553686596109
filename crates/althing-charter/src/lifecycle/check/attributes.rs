//! What attributes must satisfy.

use std::{collections::BTreeMap, ops::RangeInclusive};

use althing_diag::{
    Code,
    yaml::{self, Spanned},
};

use super::Check;
use crate::{
    Attribute, AttributeKind, AttributeName, AttributeValue, RoleRef,
    calendar::read_date,
    lifecycle::{
        condition::RESERVED,
        raw::{RawAttribute, RawAttributeType, RawValue},
    },
    placeholder::is_placeholder,
    raw::Named,
    rules::{bad_name, shown},
};

impl Check<'_, '_> {
    pub(super) fn attributes(
        &mut self,
        raw: Named<RawAttribute>,
    ) -> BTreeMap<AttributeName, Attribute> {
        let mut attributes = BTreeMap::new();
        for (key, raw) in raw.0 {
            if RESERVED.contains(&key.value.as_str()) || key.value == "subject" {
                let message = format!("`{}` is said about every subject already", key.value);
                let help = "choose another name, or use what every subject has";
                self.report.error(&key, Code::CharterValue, message, help);
            }
            let name = bad_name(key.value.parse(), &key, &mut self.report);
            let attribute = self.attribute(&key, raw);
            attributes.extend(name.zip(attribute));
        }
        attributes
    }

    fn attribute(&mut self, key: &Spanned<String>, raw: RawAttribute) -> Option<Attribute> {
        let kind = self.kind(key, &raw);
        let default = match (&raw.default, &kind) {
            (Some(written), Some(kind)) => self.default(written, kind),
            (Some(_) | None, _) => None,
        };
        let description = self.report.text("description", raw.description);
        Some(Attribute {
            kind: kind?,
            required: raw.required,
            default,
            description,
            location: yaml::location(self.report.file, key),
        })
    }

    fn kind(&mut self, key: &Spanned<String>, raw: &RawAttribute) -> Option<AttributeKind> {
        let kind = raw
            .kind
            .as_ref()
            .map_or(RawAttributeType::Text, |it| it.value);
        if let (Some(count), false) = (&raw.count, kind == RawAttributeType::List) {
            let message = format!("`{}` is no list, so there is nothing to count", key.value);
            let help = "remove `count`, or write `type: list`";
            self.report.error(count, Code::CharterValue, message, help);
        }
        let allowed = raw.one_of.as_ref();
        if let Some(allowed) = allowed {
            self.allowed(key, allowed, kind);
        }
        Some(match kind {
            RawAttributeType::Text => match allowed {
                Some(allowed) => {
                    let texts = allowed.value.iter().map(|it| it.value.clone());
                    AttributeKind::OneOf(texts.collect())
                }
                None => AttributeKind::Text,
            },
            RawAttributeType::Role => {
                let roles = allowed.map_or(&[][..], |allowed| &allowed.value);
                let roles = roles.iter();
                let roles = roles.filter_map(|it| self.names.role_ref(it, &mut self.report));
                AttributeKind::Role(roles.collect())
            }
            RawAttributeType::List => AttributeKind::List(match &raw.count {
                Some(count) => self.count(count)?,
                None => 0..=u32::MAX,
            }),
            RawAttributeType::Person => AttributeKind::Person,
            RawAttributeType::Date => AttributeKind::Date,
            RawAttributeType::Number => AttributeKind::Number,
            RawAttributeType::Boolean => AttributeKind::Boolean,
            RawAttributeType::Link => AttributeKind::Link,
        })
    }

    /// What `one-of` must satisfy.
    fn allowed(
        &mut self,
        key: &Spanned<String>,
        allowed: &Spanned<Vec<Spanned<String>>>,
        kind: RawAttributeType,
    ) {
        let code = Code::CharterValue;
        if !matches!(kind, RawAttributeType::Text | RawAttributeType::Role) {
            let message = format!("`{}` cannot be one of several texts", key.value);
            let help = "remove `one-of`, or make it a text or a role";
            self.report.error(allowed, code, message, help);
        }
        if allowed.value.is_empty() {
            let message = format!("`{}` could be nothing at all", key.value);
            let help = "list under `one-of` what it can be, or remove the line";
            self.report
                .error(allowed, Code::CharterEmpty, message, help);
        }
        for (index, written) in allowed.value.iter().enumerate() {
            let mut before = allowed.value.iter().take(index);
            if is_placeholder(&written.value) {
                let message = format!("`{}` could be something that is not filled in", key.value);
                let help = "write what it can be, or remove the line";
                self.report
                    .error(written, Code::CharterEmpty, message, help);
            } else if before.any(|other| other.value == written.value) {
                let message = format!("`{}` is listed twice", shown(&written.value));
                self.report.error(written, code, message, "list it once");
            }
        }
    }

    fn count(&mut self, written: &Spanned<String>) -> Option<RangeInclusive<u32>> {
        let range = read_range(&written.value);
        if range.is_none() {
            let message = format!("`{}` does not say how many", shown(&written.value));
            let help = "write `3`, `3..5` or `3..`";
            self.report
                .error(written, Code::CharterValue, message, help);
        }
        range
    }

    fn default(
        &mut self,
        written: &Spanned<RawValue>,
        kind: &AttributeKind,
    ) -> Option<AttributeValue> {
        let value = match default_value(&written.value, kind) {
            Ok(value) => value,
            Err(help) => {
                let message = "this cannot be the default of such an attribute";
                self.report
                    .error(written, Code::CharterValue, message, help);
                return None;
            }
        };
        if let (AttributeKind::Role(_), AttributeValue::Text(text)) = (kind, &value) {
            let text = Spanned::new(text.clone(), written.referenced, written.defined);
            self.names.role_ref(&text, &mut self.report)?;
        }
        Some(value)
    }
}

/// `3`, `3..5`, `3..`.
fn read_range(text: &str) -> Option<RangeInclusive<u32>> {
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u32>().ok()).flatten()
    };
    let text = text.trim();
    let range = match text.split_once("..") {
        None => number(text)?..=number(text)?,
        Some((least, "")) => number(least)?..=u32::MAX,
        Some((least, most)) => number(least)?..=number(most)?,
    };
    (!range.is_empty() && *range.end() > 0).then_some(range)
}

/// A default as a value of the kind, or what to write instead.
fn default_value(written: &RawValue, kind: &AttributeKind) -> Result<AttributeValue, String> {
    match (kind, written) {
        (AttributeKind::Text | AttributeKind::Link, RawValue::Text(text)) => {
            Ok(AttributeValue::Text(text.clone()))
        }
        (AttributeKind::Text | AttributeKind::Link, _) => {
            Err("write a text, in quotation marks if it looks like something else".to_owned())
        }
        (AttributeKind::OneOf(texts), RawValue::Text(text)) if texts.contains(text) => {
            Ok(AttributeValue::Text(text.clone()))
        }
        (AttributeKind::OneOf(texts), _) => Err(format!("write one of: {}", texts.join(", "))),
        (AttributeKind::Person, _) => {
            Err("remove it: a person is said when a subject is opened".to_owned())
        }
        (AttributeKind::Role(allowed), RawValue::Text(text)) => {
            let role = text.parse::<RoleRef>().ok();
            let fits =
                |role: &RoleRef| allowed.is_empty() || allowed.iter().any(|it| role.satisfies(it));
            let role = role
                .filter(fits)
                .ok_or("write a role that `one-of` allows")?;
            Ok(AttributeValue::Text(role.to_string()))
        }
        (AttributeKind::Role(_), _) => Err("write a role".to_owned()),
        (AttributeKind::Date, RawValue::Text(text)) if read_date(text).is_some() => {
            Ok(AttributeValue::Text(text.clone()))
        }
        (AttributeKind::Date, _) => Err("write a date such as `2026-12-25`".to_owned()),
        (AttributeKind::Number, RawValue::Number(number)) => Ok(AttributeValue::Number(*number)),
        (AttributeKind::Number, _) => Err("write a whole number".to_owned()),
        (AttributeKind::Boolean, RawValue::Boolean(value)) => Ok(AttributeValue::Boolean(*value)),
        (AttributeKind::Boolean, _) => Err("write `true` or `false`".to_owned()),
        (AttributeKind::List(count), RawValue::List(texts)) => {
            let number = u32::try_from(texts.len()).unwrap_or(u32::MAX);
            if count.contains(&number) {
                Ok(AttributeValue::List(texts.clone()))
            } else {
                Err(format!("write a {kind}"))
            }
        }
        (AttributeKind::List(_), _) => Err("write a list of texts: `[a, b]`".to_owned()),
    }
}

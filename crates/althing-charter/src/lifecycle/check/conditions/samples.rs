//! Subjects as there can be, to ask conditions about.

use std::collections::BTreeMap;

use althing_diag::id::{Account, UserId};

use super::asked::Asked;
use crate::{
    Attribute, AttributeKind, AttributeName, AttributeValue, ConditionFacts, LifecycleName, Role,
    RoleName,
};

/// The most subjects that a condition is asked about.
const MOST: usize = 256;

/// The fewest, where there are so many and asking takes long.
const FEWEST: usize = 4;

/// The most texts in a list that stands for lists.
pub(super) const LONGEST_LIST: usize = 10;

/// Values of the attributes that a condition asks about.
pub(in super::super) struct Samples<'a> {
    lifecycle: &'a LifecycleName,
    declared: &'a BTreeMap<AttributeName, Attribute>,
    /// Attributes with some of the values that they can have; `None` where nothing is said.
    values: Vec<(&'a AttributeName, Vec<Option<AttributeValue>>)>,
    /// How many hold each role: nobody, or one each.
    holders: [BTreeMap<RoleName, u32>; 2],
    /// Whether every value that matters is among them.
    pub(super) complete: bool,
}

/// A subject as there can be.
pub(in super::super) struct Sample {
    attributes: BTreeMap<AttributeName, AttributeValue>,
    /// Whether each role is held.
    held: bool,
}

impl<'a> Samples<'a> {
    pub(in super::super) fn of(
        lifecycle: &'a LifecycleName,
        declared: &'a BTreeMap<AttributeName, Attribute>,
        roles: &BTreeMap<RoleName, Role>,
        asked: &Asked<'_>,
    ) -> Self {
        let asked_about = |name: &AttributeName| asked.attributes.contains(name.as_str());
        let about = declared.iter().filter(|(name, _)| asked_about(name));
        let values: Vec<_> = about
            .map(|(name, attribute)| (name, values(attribute)))
            .collect();
        let finite = values.iter().all(|(name, _)| {
            let kind = declared.get(*name).map(|attribute| &attribute.kind);
            matches!(kind, Some(AttributeKind::OneOf(_) | AttributeKind::Boolean))
        });
        let of_attributes = asked.attributes.len() == values.len() && asked.roles.is_empty();
        let only_subject = asked.roots.iter().all(|root| *root == "subject");
        let held = |number| roles.keys().map(|role| (role.clone(), number)).collect();
        let mut samples = Self {
            lifecycle,
            declared,
            values,
            holders: [held(0), held(1)],
            complete: false,
        };
        samples.complete = finite && of_attributes && only_subject;
        samples
    }

    /// How many there are: every combination.
    pub(super) fn number(&self) -> usize {
        let numbers = self.values.iter().map(|(_, values)| values.len());
        numbers.fold(self.holders.len(), usize::saturating_mul)
    }

    /// So many of them, evenly spread: all, if they are few.
    pub(in super::super) fn some(&self, times: usize) -> impl Iterator<Item = Sample> {
        let number = self.number();
        let most = times.clamp(FEWEST, MOST);
        // An odd step meets every place of every attribute.
        let step = if number <= most {
            1
        } else {
            number.div_ceil(most) | 1
        };
        (0..number).step_by(step).map(|index| self.sample(index))
    }

    fn sample(&self, index: usize) -> Sample {
        let held = index % 2 == 1;
        let mut index = index / 2;
        let mut attributes = BTreeMap::new();
        for (name, values) in &self.values {
            let place = index.checked_rem(values.len()).unwrap_or_default();
            index = index.checked_div(values.len()).unwrap_or_default();
            if let Some(Some(value)) = values.get(place) {
                attributes.insert((*name).clone(), value.clone());
            }
        }
        Sample { attributes, held }
    }
}

impl Sample {
    pub(in super::super) fn facts<'a>(
        &'a self,
        samples: &'a Samples<'_>,
        state: &'a str,
    ) -> ConditionFacts<'a> {
        let [nobody, one_each] = &samples.holders;
        ConditionFacts {
            id: "S1",
            title: "Title",
            state,
            lifecycle: samples.lifecycle,
            opener: "m1",
            declared: samples.declared,
            attributes: &self.attributes,
            holders: if self.held { one_each } else { nobody },
            catalog: &serde_json::Value::Null,
        }
    }

    /// ` when kind is general and level is pack`; nothing where nothing is said.
    pub(in super::super) fn described(&self) -> String {
        let mut words = Vec::new();
        for (name, value) in &self.attributes {
            let shown = value.to_string();
            let shown = if shown.is_empty() { "empty" } else { &shown };
            words.push(format!("{name} is {shown}"));
        }
        if words.is_empty() {
            String::new()
        } else {
            format!(" when {}", words.join(" and "))
        }
    }
}

/// Some of the values that an attribute can have: all, if they are few.
fn values(attribute: &Attribute) -> Vec<Option<AttributeValue>> {
    let text = |text: &str| AttributeValue::Text(text.to_owned());
    let mut values = match &attribute.kind {
        AttributeKind::Text => vec![text("text")],
        AttributeKind::OneOf(texts) => texts.iter().map(|it| text(it)).collect(),
        AttributeKind::Person => vec![AttributeValue::Person(Account {
            id: UserId(1),
            login: "m1".to_owned(),
        })],
        AttributeKind::Role(allowed) if allowed.is_empty() => vec![text("role")],
        AttributeKind::Role(allowed) => allowed.iter().map(|it| text(&it.to_string())).collect(),
        AttributeKind::Date => vec![text("2026-01-31")],
        AttributeKind::Number => vec![AttributeValue::Number(1), AttributeValue::Number(2)],
        AttributeKind::Boolean => vec![
            AttributeValue::Boolean(true),
            AttributeValue::Boolean(false),
        ],
        AttributeKind::List(count) => {
            let least = (*count.start()).max(1);
            let most = (*count.end()).min(least.saturating_add(1));
            let lists = (least..=most).map(|number| {
                let number = usize::try_from(number).unwrap_or(LONGEST_LIST);
                let texts = (1..=number.min(LONGEST_LIST)).map(|it| format!("text-{it}"));
                AttributeValue::List(texts.collect())
            });
            lists.collect()
        }
        AttributeKind::Link => vec![text("https://forge.example/1")],
    };
    values.extend(attribute.default.clone());
    let mut values: Vec<_> = values.into_iter().map(Some).collect();
    if !attribute.required {
        values.push(None);
    }
    values
}

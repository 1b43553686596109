//! The configuration file: a YAML mapping whose keys are the names of variables.

use std::{fmt, marker::PhantomData};

use althing_diag::{
    Code, Finding,
    yaml::{self, Spanned},
};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};

use super::{settings::Value, table::SETTINGS};

/// The entries in their order, each with its place.
struct Entries(Vec<(Spanned<String>, Option<Spanned<String>>)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Mapping(PhantomData<Entries>);

        impl<'de> Visitor<'de> for Mapping {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping of variables")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(Mapping(PhantomData))
    }
}

/// The values of the file `name` with this text, by variable.
///
/// # Errors
/// [`Code::YamlInvalid`] when it is no such mapping, [`Code::EnvironmentInvalid`] for every key
/// that is no setting; each with file, line and column.
pub(super) fn parse(name: &str, text: &str) -> Result<Vec<(String, Value)>, Vec<Finding>> {
    let entries = if text.trim().is_empty() {
        Entries(Vec::new())
    } else {
        yaml::parse(name, text).map_err(|finding| vec![*finding])?
    };
    let (mut values, mut findings) = (Vec::new(), Vec::new());
    for (key, value) in entries.0 {
        if !SETTINGS.iter().any(|setting| setting.name == key.value) {
            let message = format!("`{}` is no setting", key.value);
            let finding = Finding::error(Code::EnvironmentInvalid, message, help(&key.value));
            findings.push(finding.at(yaml::location(name, &key)));
        } else if let Some(value) = value {
            let place = yaml::location(name, &value);
            values.push((key.value, Value::new(value.value, place)));
        }
    }
    if findings.is_empty() {
        Ok(values)
    } else {
        Err(findings)
    }
}

fn help(key: &str) -> String {
    let meant = SETTINGS.iter().find(|setting| {
        let plain = |text: &str| text.to_lowercase().replace('-', "_");
        let short = setting.flag.map(plain);
        setting.name.eq_ignore_ascii_case(key) || short == Some(plain(key))
    });
    match meant {
        Some(setting) => format!("write it as `{}`", setting.name),
        None => "keys are the variables that docs/formats.md lists".to_owned(),
    }
}

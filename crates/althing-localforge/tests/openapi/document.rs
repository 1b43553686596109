//! GitHub's published description of its REST API, as a judge of our answers.

use std::{cmp::Reverse, fs, path::PathBuf, sync::LazyLock};

use jsonschema::{Draft, Registry};
use serde_json::{Map, Value, json};

const URI: &str = "json-schema:///github";

/// The document, 13 MB: read, translated and indexed once for each process.
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../.cache/github/openapi/api.github.com.json");
    let text = fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run scripts/setup test", path.display()));
    let mut document = serde_json::from_slice(&text).expect("the document is JSON");
    translate(&mut document);
    close(&mut document);
    document
});

static REGISTRY: LazyLock<Registry<'static>> = LazyLock::new(|| {
    Registry::new()
        .draft(Draft::Draft4)
        .add(URI, &*DOCUMENT)
        .and_then(|builder| builder.prepare())
        .expect("the document's references resolve")
});

/// OpenAPI 3.0 says `nullable: true` where JSON Schema says `"type": [.., "null"]`.
pub(crate) fn translate(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(translate),
        Value::Object(members) => {
            members.values_mut().for_each(translate);
            if members.get("nullable") != Some(&Value::Bool(true)) {
                return;
            }
            members.remove("nullable");
            if let Some(choices) = members.get_mut("enum").and_then(Value::as_array_mut)
                && !choices.contains(&Value::Null)
            {
                choices.push(Value::Null);
            }
            match members.get("type") {
                Some(Value::String(kind)) => {
                    let kinds = json!([kind, "null"]);
                    members.insert("type".to_owned(), kinds);
                }
                _ => *value = json!({ "anyOf": [value.take(), { "type": "null" }] }),
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Forbids members that the document does not name, so that an answer cannot hold inventions.
/// The parts of an `allOf` stay open: each names only some of the members.
pub(crate) fn close(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(close),
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                match (name.as_str(), member) {
                    ("allOf", Value::Array(parts)) => {
                        let inner = parts.iter_mut().filter_map(Value::as_object_mut);
                        inner.flat_map(Map::values_mut).for_each(close_named);
                    }
                    ("properties", member) => close_named(member),
                    (_, member) => close(member),
                }
            }
            if members.get("properties").is_some_and(Value::is_object) {
                members
                    .entry("additionalProperties")
                    .or_insert(Value::Bool(false));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Closes the schemas in a table of members, which is no schema itself.
fn close_named(members: &mut Value) {
    if let Value::Object(members) = members {
        members.values_mut().for_each(close);
    }
}

/// A documented operation: method and path template.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Operation {
    /// Upper case.
    pub(crate) method: String,
    /// For example `/repos/{owner}/{repo}/git/ref/{ref}`.
    pub(crate) template: String,
}

impl Operation {
    /// The operation that documents a request, if any does.
    pub(crate) fn find(method: &str, path: &str) -> Option<Self> {
        let wanted: Vec<&str> = path.split('/').collect();
        let key = method.to_ascii_lowercase();
        DOCUMENT["paths"]
            .as_object()?
            .iter()
            .filter(|(_, operations)| operations.get(&key).is_some())
            .map(|(template, _)| template.split('/').collect::<Vec<_>>())
            .filter(|template| covers(template, &wanted))
            .max_by_key(|template| {
                let parameters = template.iter().filter(|part| part.starts_with('{'));
                (template.len(), Reverse(parameters.count()))
            })
            .map(|template| Self {
                method: method.to_owned(),
                template: template.join("/"),
            })
    }

    /// What is wrong with an answer; empty when it is as documented.
    pub(crate) fn judge(&self, status: u16, media: &str, body: &[u8]) -> Vec<String> {
        let pointer = match self.schema(status, media) {
            Ok(Some(pointer)) => pointer,
            Ok(None) if status == 204 && !body.is_empty() => {
                return vec!["204 with a body".to_owned()];
            }
            Ok(None) => return Vec::new(),
            Err(problem) => return vec![problem],
        };
        match serde_json::from_slice(body) {
            Ok(mut value) => {
                // GitHub sends it with every error; its description names it only in some.
                if let (400.., Value::Object(members)) = (status, &mut value) {
                    members.remove("status");
                }
                violations(&pointer, &value)
            }
            Err(error) => vec![format!("not JSON: {error}")],
        }
    }

    /// JSON pointer of the schema for an answer; `None` when the answer is no JSON.
    fn schema(&self, status: u16, media: &str) -> Result<Option<String>, String> {
        let key = self.method.to_ascii_lowercase();
        let operation = format!("/paths/{}/{key}", escape(&self.template));
        let response = resolve(&format!("{operation}/responses/{status}"));
        let content = response
            .as_ref()
            .and_then(|at| DOCUMENT.pointer(&format!("{at}/content/{}/schema", escape(media))))
            .is_some();
        let is_json = media == "application/json";
        match (response, status) {
            (Some(at), _) if content && is_json => {
                Ok(Some(format!("{at}/content/{}/schema", escape(media))))
            }
            // Errors that GitHub answers everywhere but documents only here and there.
            (_, 422) if is_json => Ok(Some("/components/schemas/validation-error".to_owned())),
            (_, 400..) if is_json => Ok(Some("/components/schemas/basic-error".to_owned())),
            (Some(_), 204) => Ok(None),
            // A representation other than JSON: `vnd.github.diff`, `vnd.github.raw`.
            (Some(_), 200) if !is_json && media.starts_with("application/vnd.github.") => Ok(None),
            _ => Err(format!("{status} {media:?} is not documented")),
        }
    }
}

/// Names of the members that a request body may have, by the document.
pub(crate) fn body_members(operation: &Operation) -> Vec<String> {
    let key = operation.method.to_ascii_lowercase();
    let at = format!(
        "/paths/{}/{key}/requestBody/content/application~1json/schema/properties",
        escape(&operation.template)
    );
    let members = DOCUMENT.pointer(&at).and_then(Value::as_object);
    members.map_or_else(Vec::new, |members| members.keys().cloned().collect())
}

/// Where `value` departs from the schema at `pointer`.
pub(crate) fn violations(pointer: &str, value: &Value) -> Vec<String> {
    // A fragment of an address holds no braces.
    let fragment = pointer.replace('{', "%7B").replace('}', "%7D");
    let schema = json!({ "$ref": format!("{URI}#{fragment}") });
    let validator = jsonschema::options()
        .with_draft(Draft::Draft4)
        .with_registry(&REGISTRY)
        .should_validate_formats(true)
        .build(&schema)
        .unwrap_or_else(|error| panic!("{pointer}: {error}"));
    validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// Follows a `$ref` at `pointer`, if there is one; `None` when nothing stands there.
fn resolve(pointer: &str) -> Option<String> {
    let value = DOCUMENT.pointer(pointer)?;
    match value.get("$ref").and_then(Value::as_str) {
        Some(reference) => resolve(reference.strip_prefix('#')?),
        None => Some(pointer.to_owned()),
    }
}

fn escape(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}

/// Whether a template covers a path. Names of refs and paths of files may hold slashes.
fn covers(template: &[&str], path: &[&str]) -> bool {
    let Some((first, rest)) = template.split_first() else {
        return path.is_empty();
    };
    let longest = match *first {
        "{ref}" | "{path}" | "{branch}" | "{basehead}" | "{tree_sha}" => path.len(),
        _ => path.len().min(1),
    };
    let is_parameter = first.starts_with('{') && !first.contains("}.");
    // The root folder has an empty path.
    let shortest = usize::from(*first != "{path}");
    (shortest..=longest).any(|length| {
        let (here, after) = path.split_at(length);
        (is_parameter || here == [*first]) && covers(rest, after)
    })
}

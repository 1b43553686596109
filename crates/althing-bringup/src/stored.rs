//! Credentials in files of whoever runs the worker. The agent runs as the same user and may read
//! them; that none of them gets out is made sure of by searching what it leaves.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{
    Secret,
    child_env::{Vars, codex_home},
};

/// Shorter texts are no tokens, and would be found everywhere.
const SHORTEST: usize = 16;

/// The logins of codex, the hub's client and `gh`, as far as their files can be read.
pub(crate) fn stored_secrets(vars: &Vars) -> Vec<Secret> {
    let mut found = Vec::new();
    if let Some(text) = codex_home(vars).and_then(|it| read(&it.join("auth.json"))) {
        tokens(&serde_json::from_str(&text).unwrap_or_default(), &mut found);
    }
    found.extend(hub_token(vars).and_then(|it| read(&it)));
    if let Some(text) = gh_hosts(vars).and_then(|it| read(&it)) {
        let lines = text.lines();
        let values = lines.filter_map(|line| line.trim().strip_prefix("oauth_token:"));
        found.extend(values.map(|it| it.trim().trim_matches(['"', '\'']).to_owned()));
    }
    let found = found.iter().map(|it| it.trim());
    found
        .filter(|it| it.len() >= SHORTEST)
        .map(Secret::new)
        .collect()
}

fn read(file: &Path) -> Option<String> {
    fs::read_to_string(file).ok()
}

/// Every text under a name that ends with `token` or `key`, at any depth.
fn tokens(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let name = name.to_lowercase();
                match value {
                    Value::String(text) if name.ends_with("token") || name.ends_with("key") => {
                        found.push(text.clone());
                    }
                    Value::Object(_) | Value::Array(_) => tokens(value, found),
                    Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| tokens(item, found)),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn hub_token(vars: &Vars) -> Option<PathBuf> {
    let named = vars.get("HF_TOKEN_PATH").map(PathBuf::from);
    let in_home = || Some(Path::new(vars.get("HF_HOME")?).join("token"));
    let usual = || Some(Path::new(vars.get("HOME")?).join(".cache/huggingface/token"));
    named.or_else(in_home).or_else(usual)
}

fn gh_hosts(vars: &Vars) -> Option<PathBuf> {
    let named = vars.get("GH_CONFIG_DIR").map(PathBuf::from);
    let in_config = || Some(Path::new(vars.get("XDG_CONFIG_HOME")?).join("gh"));
    let usual = || Some(Path::new(vars.get("HOME")?).join(".config/gh"));
    let folder = named.or_else(in_config).or_else(usual)?;
    Some(folder.join("hosts.yml"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::stored_secrets;

    #[test]
    fn logins_of_codex_hub_and_gh_are_found() {
        let home = tempfile::tempdir().expect("tempdir");
        for (file, text) in [
            (
                ".codex/auth.json",
                r#"{ "OPENAI_API_KEY": null, "account": "an account with a long name", "tokens": {
                    "access_token": "codex-access-0123456789", "refresh_token": "short" } }"#,
            ),
            (".cache/huggingface/token", "hf_0123456789abcdef\n"),
            (
                ".config/gh/hosts.yml",
                "github.com:\n    user: w\n    oauth_token: gho_0123456789abcdef\n",
            ),
        ] {
            let file = home.path().join(file);
            fs::create_dir_all(file.parent().expect("a folder")).expect("dir");
            fs::write(file, text).expect("file");
        }
        let vars = [("HOME".to_owned(), home.path().display().to_string())].into();
        let found = stored_secrets(&vars);
        let found: Vec<&str> = found.iter().map(|it| it.expose()).collect();
        assert_eq!(
            found,
            [
                "codex-access-0123456789",
                "hf_0123456789abcdef",
                "gho_0123456789abcdef"
            ]
        );
        assert!(stored_secrets(&[].into()).is_empty());
    }
}

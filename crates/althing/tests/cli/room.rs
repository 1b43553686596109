//! A community in a folder, without a forge.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use super::run::{json, program};

pub(crate) const CHARTER: &str = "charter: 1
name: Models
version: 1.0.0
extends: [llama-stack]
";

pub(crate) const MEMBERS: &str = "\
- { id: 1001, login: m1, roles: [maintainer@project] }
- { id: 1002, login: m2, roles: [maintainer@project] }
- { id: 1003, login: m3, roles: [maintainer@project] }
";

/// Commands in a folder with rules and no forge.
pub(crate) struct Room {
    folder: tempfile::TempDir,
}

impl Room {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        write_rules(folder.path());
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("written");
    }

    /// A command at a time.
    pub(crate) fn run(&self, now: &str, args: &[&str]) -> (i32, Value) {
        self.look(&[args, &["--now", now]].concat())
    }

    /// A command.
    pub(crate) fn look(&self, args: &[&str]) -> (i32, Value) {
        let mut command = Command::new(program());
        command.current_dir(self.folder.path()).args(args);
        json(command)
    }

    pub(crate) fn ledger(&self, args: &[&str]) -> Value {
        let (code, answer) = self.look(&[&["ledger"], args].concat());
        assert_eq!(code, 0, "{answer}");
        answer["data"].clone()
    }
}

/// Writes charter and members into a folder.
pub(crate) fn write_rules(folder: &Path) {
    let rules = folder.join(".althing");
    fs::create_dir_all(&rules).expect("folder");
    fs::write(rules.join("charter.yaml"), CHARTER).expect("charter");
    fs::write(rules.join("members.yaml"), MEMBERS).expect("members");
}

/// A public and a secret key, as `age-keygen` writes them.
pub(crate) fn age_key() -> (String, String) {
    use age::secrecy::ExposeSecret;
    let identity = age::x25519::Identity::generate();
    let public = identity.to_public().to_string();
    (public, identity.to_string().expose_secret().to_owned())
}

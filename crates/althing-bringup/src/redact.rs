//! Nothing that is posted or logged shows a credential (B-115).

use crate::{Environment, Secret, child_env::Vars, stored::stored_secrets};

/// Replaces the known secrets in texts.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    secrets: Vec<Secret>,
}

impl Redactor {
    /// A redactor of these values; longer ones are replaced first, so that a secret that
    /// contains another leaves nothing behind.
    pub fn new(mut secrets: Vec<Secret>) -> Self {
        secrets.retain(|secret| !secret.expose().is_empty());
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.expose().len()));
        Self { secrets }
    }

    /// A redactor of everything that this process knows: the credentials among its variables and
    /// settings, and the logins stored on this machine.
    pub(crate) fn of(environment: &Environment, vars: &Vars) -> Self {
        let told = environment.secrets.iter().cloned();
        Self::new(told.chain(stored_secrets(vars)).collect())
    }

    /// Whether one of them is in `bytes`.
    pub fn finds(&self, bytes: &[u8]) -> bool {
        self.secrets.iter().any(|secret| {
            let wanted = secret.expose().as_bytes();
            bytes.windows(wanted.len()).any(|window| window == wanted)
        })
    }

    /// The text without them.
    pub fn redact(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| {
            text.replace(secret.expose(), "[redacted]")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Redactor;
    use crate::Secret;

    #[test]
    fn no_secret_stays_even_where_one_contains_another() {
        let redactor = Redactor::new(["hf_abc", "hf_abcdef", ""].map(Secret::new).to_vec());
        assert_eq!(
            redactor.redact("a hf_abcdef b hf_abc"),
            "a [redacted] b [redacted]"
        );
        assert_eq!(redactor.redact("plain"), "plain");
        assert!(redactor.finds(b"\xff hf_abc") && !redactor.finds(b"hf_ab"));
    }
}

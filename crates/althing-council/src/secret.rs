//! Ballots that only the electorate can read (L-106).
//!
//! A ballot is sealed with age (age-encryption.org/v1) to the electorate's public keys, beside a
//! commitment: the BLAKE3 hash of the very bytes that are sealed, which begin with random salt,
//! so that nobody can find the ballot by trying. Whoever has the key can check both.

use std::{io::Write, iter};

use age::{
    Encryptor,
    armor::{ArmoredWriter, Format},
    x25519::{Identity, Recipient},
};
use althing_charter::{Ballot, BallotBox, Standing};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::CouncilError;

/// The electorate's keys: public ones to cast, secret ones to count.
#[derive(Default)]
pub struct Keys {
    recipients: Vec<Recipient>,
    identities: Vec<Identity>,
}

/// What is sealed is as long as a multiple of this, so that its length does not tell a yes from a
/// no.
const BLOCK: usize = 1024;

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Content {
    salt: String,
    ballot: Ballot,
    standing: Standing,
    at: Timestamp,
}

impl Keys {
    /// Reads public keys (`age1…`) and secret keys (`AGE-SECRET-KEY-1…`), one per line, with
    /// comments behind `#`, as `age-keygen` writes them.
    ///
    /// # Errors
    /// When a line is neither; the message does not repeat it.
    pub fn read(public: Option<&str>, secret: Option<&str>) -> Result<Self, CouncilError> {
        let mut keys = Self::default();
        for (number, line) in lines(public) {
            keys.recipients.push(line.parse().map_err(|_| {
                CouncilError::Key(format!("line {number} of the public keys is not one"))
            })?);
        }
        for (number, line) in lines(secret) {
            let identity: Identity = line.parse().map_err(|_| {
                CouncilError::Key(format!("line {number} of the key file is no secret key"))
            })?;
            keys.recipients.push(identity.to_public());
            keys.identities.push(identity);
        }
        Ok(keys)
    }

    /// Seals a ballot.
    ///
    /// # Errors
    /// When there is no public key: a secret ballot is never recorded in the open.
    pub fn seal(
        &self,
        ballot: Ballot,
        standing: Standing,
        at: Timestamp,
    ) -> Result<BallotBox, CouncilError> {
        let content = Content {
            salt: iter::repeat_with(Uuid::new_v4)
                .take(2)
                .map(|uuid| uuid.simple().to_string())
                .collect(),
            ballot,
            standing,
            at,
        };
        let content = padded(serde_json::to_vec(&content).map_err(CouncilError::encoding)?);
        if self.recipients.is_empty() {
            let why = "this vote is secret, and there is no key to seal the ballot with";
            return Err(CouncilError::Key(why.to_owned()));
        }
        Ok(BallotBox::Sealed {
            commitment: blake3::hash(&content).to_string(),
            sealed: self.armored(&content).map_err(CouncilError::encoding)?,
        })
    }

    /// Opens what was sealed, if one of the secret keys fits and the commitment holds.
    pub fn open(&self, sealed: &BallotBox) -> Option<BallotBox> {
        let BallotBox::Sealed { commitment, sealed } = sealed else {
            return None;
        };
        let content = self
            .identities
            .iter()
            .find_map(|identity| age::decrypt(identity, sealed.as_bytes()).ok())?;
        if blake3::hash(&content).to_string() != *commitment {
            return None;
        }
        let content: Content = serde_json::from_slice(&content).ok()?;
        Some(BallotBox::Open {
            ballot: content.ballot,
            standing: content.standing,
            at: Some(content.at),
        })
    }

    fn armored(&self, content: &[u8]) -> Result<String, Box<dyn std::error::Error>> {
        let recipients = self.recipients.iter();
        let recipients = recipients.map(|recipient| recipient as &dyn age::Recipient);
        let mut sealed = Vec::new();
        let armor = ArmoredWriter::wrap_output(&mut sealed, Format::AsciiArmor)?;
        let mut writer = Encryptor::with_recipients(recipients)?.wrap_output(armor)?;
        writer.write_all(content)?;
        writer.finish()?.finish()?;
        Ok(String::from_utf8(sealed)?)
    }
}

/// Blanks behind it are still JSON.
fn padded(mut content: Vec<u8>) -> Vec<u8> {
    content.resize(content.len().next_multiple_of(BLOCK), b' ');
    content
}

fn lines(text: Option<&str>) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.unwrap_or_default().lines().map(str::trim).enumerate();
    let written = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    written.map(|(index, line)| (index + 1, line))
}

#[cfg(test)]
mod tests {
    use age::{secrecy::ExposeSecret, x25519::Identity};
    use althing_charter::{Ballot, BallotBox, Choice, Standing};
    use althing_diag::id::UserId;

    use super::Keys;

    fn keys() -> (Keys, Keys) {
        let identity = Identity::generate();
        let public = identity.to_public().to_string();
        let secret = identity.to_string();
        let public = Keys::read(Some(&public), None).expect("public");
        let secret = Keys::read(None, Some(secret.expose_secret())).expect("secret");
        (public, secret)
    }

    fn ballot(choice: Choice) -> Ballot {
        Ballot {
            voter: UserId(7),
            choice,
            reason: Some("too early".to_owned()),
        }
    }

    #[test]
    fn a_ballot_is_read_with_the_secret_key_alone() {
        let (public, secret) = keys();
        let at = "2026-03-05T12:00:00Z".parse().expect("time");
        let sealed = public
            .seal(ballot(Choice::No), Standing::Binding, at)
            .expect("sealed");
        assert_eq!(public.open(&sealed), None);
        assert_eq!(keys().1.open(&sealed), None, "another key");
        let opened = secret.open(&sealed).expect("opened");
        let expected = BallotBox::Open {
            ballot: ballot(Choice::No),
            standing: Standing::Binding,
            at: Some(at),
        };
        assert_eq!(opened, expected);
    }

    #[test]
    fn two_ballots_look_alike_and_are_never_the_same() {
        let (public, _) = keys();
        let at = "2026-03-05T12:00:00Z".parse().expect("time");
        let seal = |choice| match public.seal(ballot(choice), Standing::Binding, at) {
            Ok(BallotBox::Sealed { commitment, sealed }) => (commitment, sealed),
            other => panic!("{other:?}"),
        };
        let (yes, abstain) = (seal(Choice::Yes), seal(Choice::Abstain));
        let length = |length| super::padded(vec![b'x'; length]).len();
        assert_eq!((length(200), length(260)), (1024, 1024));
        assert_ne!(yes, seal(Choice::Yes));
        assert_ne!(yes.0, abstain.0);
    }

    #[test]
    fn a_ballot_that_was_exchanged_is_not_read() {
        let (public, secret) = keys();
        let at = "2026-03-05T12:00:00Z".parse().expect("time");
        let sealed = |choice| {
            public
                .seal(ballot(choice), Standing::Binding, at)
                .expect("sealed")
        };
        let (BallotBox::Sealed { commitment, .. }, BallotBox::Sealed { sealed, .. }) =
            (sealed(Choice::Yes), sealed(Choice::No))
        else {
            panic!("not sealed");
        };
        assert_eq!(secret.open(&BallotBox::Sealed { commitment, sealed }), None);
    }

    #[test]
    fn no_key_no_ballot() {
        let at = "2026-03-05T12:00:00Z".parse().expect("time");
        let refused = Keys::default().seal(ballot(Choice::Yes), Standing::Binding, at);
        assert!(refused.is_err());
        let error = Keys::read(Some("# ours\n\nsecret words"), None)
            .err()
            .expect("refused");
        assert!(error.to_string().contains("line 3"), "{error}");
        assert!(!error.to_string().contains("secret words"));
    }
}

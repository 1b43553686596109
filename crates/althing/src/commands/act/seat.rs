//! Where a decision is taken: the rules, the record, and in whose name.

use std::{fs, path::PathBuf};

use althing_charter::{Actor, Community};
use althing_council::{Book, Council, CouncilError, Keys};
use althing_diag::{
    Code, Finding, Location,
    id::{Account, UserId},
};
use althing_forge::Forge;
use althing_ledger::Ledger;
use clap::Args;
use jiff::Timestamp;

use crate::{
    commands::{connect, ledger::LedgerPath},
    failure::Failure,
    rules::RulesArgs,
};

/// Flags of every command that reads how subjects stand.
#[derive(Clone, Debug, Args)]
pub(crate) struct Place {
    #[command(flatten)]
    ledger: LedgerPath,
    /// File with the electorate's secret key, to count secret ballots.
    #[arg(long, value_name = "FILE", env = "ALTHING_BALLOT_KEY")]
    ballot_key: Option<PathBuf>,
    /// File with the electorate's public keys, to cast secret ballots.
    #[arg(long, value_name = "FILE", default_value = ".althing/electorate.pub")]
    ballot_recipients: PathBuf,
    /// Take this as the time, for a rehearsal. The record never goes back behind it.
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
}

/// Flags of every command that decides.
#[derive(Clone, Debug, Args)]
pub(crate) struct Seat {
    #[command(flatten)]
    rules: RulesArgs,
    #[command(flatten)]
    place: Place,
    /// In whose name: the login of a member, or ID:LOGIN. Whoever `gh` is logged in as, if left
    /// out. The record trusts whoever may write it.
    #[arg(long = "as", value_name = "LOGIN", env = "ALTHING_ACTOR")]
    actor: Option<String>,
    /// Somebody whom an attribute names and who is no member; may be given several times.
    #[arg(long = "person", value_name = "ID:LOGIN", value_parser = person)]
    people: Vec<Account>,
}

impl Seat {
    /// Gives `work` the council and whoever acts, and closes the ledger afterwards.
    pub(crate) async fn sit<T>(
        &self,
        work: impl AsyncFnOnce(&mut Council<'_>, &Actor) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let rules = self.rules.read()?;
        let keys = self.place.keys()?;
        let account = match &self.actor {
            Some(named) => named_actor(named, &rules)?,
            None => connect().await?.viewer().await?,
        };
        let member = rules.members().by_id(account.id);
        let actor = Actor {
            automation: member.is_some_and(|member| member.bot),
            account,
        };
        let clock = || self.place.now();
        self.place
            .ledger
            .append(async |ledger| {
                let mut council =
                    Council::convene(ledger, &rules, keys, &actor.account, clock).await?;
                self.people.iter().for_each(|account| council.meet(account));
                work(&mut council, &actor).await
            })
            .await
    }
}

impl Place {
    /// Gives `work` the state that the ledger has, and closes it afterwards.
    pub(crate) async fn look<T>(
        &self,
        work: impl AsyncFnOnce(&Book, &Ledger, &Keys) -> Result<T, CouncilError>,
    ) -> Result<T, Failure> {
        let keys = self.keys()?;
        let looked = self
            .ledger
            .read(async |ledger| {
                Ok(match Book::read(ledger, &keys).await {
                    Ok(book) => work(&book, ledger, &keys).await,
                    Err(error) => Err(error),
                })
            })
            .await?;
        Ok(looked?)
    }

    /// Members and subjects, as the ledger has them. `None` if there is no ledger, or nothing was
    /// decided yet.
    pub(crate) async fn community(&self) -> Result<Option<Community>, Failure> {
        let read = async |book: &Book, _: &Ledger, _: &Keys| Ok(book.community().cloned());
        match self.look(read).await {
            Err(Failure::Findings(findings))
                if findings
                    .iter()
                    .all(|finding| finding.code == Code::LedgerUnreadable) =>
            {
                Ok(None)
            }
            read => read,
        }
    }

    /// The time that was said.
    pub(crate) fn said(&self) -> Option<Timestamp> {
        self.now
    }

    /// The time.
    pub(crate) fn now(&self) -> Timestamp {
        self.now.unwrap_or_else(Timestamp::now)
    }

    fn keys(&self) -> Result<Keys, Failure> {
        let public = match fs::read_to_string(&self.ballot_recipients) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(unreadable(&self.ballot_recipients, &error)),
        };
        let secret = match &self.ballot_key {
            Some(path) => Some(fs::read_to_string(path).map_err(|error| unreadable(path, &error))?),
            None => None,
        };
        Ok(Keys::read(public.as_deref(), secret.as_deref())?)
    }
}

fn unreadable(path: &std::path::Path, error: &std::io::Error) -> Failure {
    let help = "name a file with keys as `age-keygen` writes them";
    Finding::error(Code::FileUnreadable, error.to_string(), help)
        .at(Location::file(path.display().to_string()))
        .into()
}

/// Anybody, as ID:LOGIN.
fn person(text: &str) -> Result<Account, String> {
    let (id, login) = text.split_once(':').ok_or("expected ID:LOGIN")?;
    match id.parse() {
        Ok(id) if id > 0 && !login.is_empty() => Ok(Account {
            id: UserId(id),
            login: login.to_owned(),
        }),
        Ok(_) | Err(_) => Err(format!("`{id}` is no account id")),
    }
}

/// A member by login, or anybody as ID:LOGIN.
fn named_actor(named: &str, rules: &althing_charter::Rules) -> Result<Account, Failure> {
    if let Ok(account) = person(named) {
        return Ok(account);
    }
    match rules.members().by_login(named) {
        Some(member) => Ok(Account {
            id: member.id,
            login: member.login.clone(),
        }),
        None => {
            let message = format!("`{named}` is no member");
            let help = "name a member's login, or write ID:LOGIN with the numeric account id";
            Err(Finding::error(Code::NotAllowed, message, help).into())
        }
    }
}

impl From<CouncilError> for Failure {
    fn from(error: CouncilError) -> Self {
        error.findings().into()
    }
}

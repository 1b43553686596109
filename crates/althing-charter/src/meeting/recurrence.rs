//! Recurrence rules of RFC 5545, as far as meetings need them.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use rrule::{RRuleError, RRuleSet};

/// The longest rule, in bytes.
const LONGEST: usize = 200;

/// The parts a rule may have. The others say what `starts` and the time zone say already (the
/// time of day), or make two programs disagree (`UNTIL` without a zone).
const PARTS: &[&str] = &[
    "FREQ",
    "INTERVAL",
    "COUNT",
    "BYDAY",
    "BYMONTH",
    "BYMONTHDAY",
    "BYSETPOS",
    "WKST",
];

const FREQUENCIES: &[&str] = &["DAILY", "WEEKLY", "MONTHLY", "YEARLY"];

/// A recurrence rule with its first occurrence.
///
/// It is followed on the local clock alone: the rule speaks of days and times of day, and what
/// instants these are in a zone is worked out afterwards with the same database as everywhere.
#[derive(Clone, Debug)]
pub(crate) struct Recurrence {
    written: String,
    /// Local times as if they were UTC.
    set: RRuleSet,
}

impl Recurrence {
    /// Reads a rule that first occurs at `starts`, or says what is wrong with it.
    pub(crate) fn read(rule: &str, starts: DateTime) -> Result<Self, String> {
        check_parts(rule)?;
        let text = format!(
            "DTSTART:{}Z\nRRULE:{rule}",
            starts.strftime("%Y%m%dT%H%M%S")
        );
        let set: RRuleSet = text
            .parse()
            .map_err(|error: RRuleError| error.to_string().trim_end_matches('.').to_owned())?;
        let recurrence = Self {
            written: rule.to_owned(),
            set: set.limit(),
        };
        let first = recurrence.all().next();
        match first {
            Some(first) if first == starts => Ok(recurrence),
            Some(first) => Err(format!(
                "it does not occur at `starts`; the first time after that is {}",
                first.strftime("%Y-%m-%dT%H:%M")
            )),
            None => Err("it never occurs".to_owned()),
        }
    }

    /// As written.
    pub(crate) fn written(&self) -> &str {
        &self.written
    }

    /// The occurrences from `from` (included) to `to` (excluded).
    pub(crate) fn between(
        &self,
        from: DateTime,
        to: DateTime,
    ) -> impl Iterator<Item = DateTime> + use<> {
        self.all()
            .skip_while(move |at| *at < from)
            .take_while(move |at| *at < to)
    }

    /// Ends where the calendar of the library does, or where it has looked for long in vain.
    fn all(&self) -> impl Iterator<Item = DateTime> + use<> {
        self.set.into_iter().map_while(|at| {
            let at = Timestamp::from_second(at.timestamp()).ok()?;
            Some(at.to_zoned(TimeZone::UTC).datetime())
        })
    }
}

fn check_parts(rule: &str) -> Result<(), String> {
    if rule.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    let mut seen = Vec::new();
    for part in rule.split(';') {
        let Some((key, value)) = part.split_once('=') else {
            return Err(format!("`{part}` is not a part such as `FREQ=WEEKLY`"));
        };
        if !PARTS.contains(&key) {
            return Err(format!("`{key}` is none of {}", PARTS.join(", ")));
        }
        if seen.contains(&key) {
            return Err(format!("`{key}` stands there twice"));
        }
        seen.push(key);
        let fine = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || ",+-".contains(c);
        if value.is_empty() || !value.chars().all(fine) {
            return Err(format!("`{part}` has no value that a rule can have"));
        }
        if key == "FREQ" && !FREQUENCIES.contains(&value) {
            return Err(format!("`{value}` is none of {}", FREQUENCIES.join(", ")));
        }
        if key == "INTERVAL" && !matches!(value.parse::<u16>(), Ok(1..=1000)) {
            return Err(format!("`{part}` is not from 1 to 1000"));
        }
    }
    if seen.first() != Some(&"FREQ") {
        return Err("it does not begin with `FREQ=`".to_owned());
    }
    Ok(())
}

//! How fast a record becomes a state again: a million entries about 1,000 subjects that are open
//! at once, with 200 ballots each. Each ballot comes by comment, so that five entries stand for
//! it: what was cast, what was heard, who took the thread, what was answered, what was shown.
//!
//! The fold over entries in memory is measured by criterion; reading an SQLite ledger alone, and
//! reading with folding, which is what every command begins with, once each.

#![expect(clippy::expect_used, reason = "a measurement that cannot go on ends")]
#![expect(
    clippy::print_stdout,
    reason = "prints what it measured beside criterion"
)]

use std::{
    collections::BTreeMap,
    fs,
    hint::black_box,
    path::Path,
    time::{Duration, Instant},
};

use althing_charter::{
    Actor, Charter, Choice, Context, EffectKey, Event, Members, Record, Source, Subject, TextHash,
    decide,
};
use althing_council::{Book, Keys, draft};
use althing_diag::id::{Account, SubjectId, UserId};
use althing_ledger::{Draft, Entry, Filter, Ledger, LedgerLocation};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::runtime;

const SUBJECTS: usize = 1_000;
const VOTERS: u64 = 200;

const CHARTER: &str = "
charter: 1
name: Bench
version: 1.0.0
roles: { voter: {} }
lifecycles:
  proposal:
    title: Proposal
    opened-by: [anyone]
    states:
      voting: the voters vote
      accepted: { final: true, description: agreed }
      rejected: { final: true, description: not agreed }
    transitions:
      - name: ballot
        from: voting
        to: accepted
        otherwise: rejected
        needs:
          vote:
            electorate: [voter]
            passes: { more-than: 50%, of: yes-and-no }
            quorum: { at-least: 50%, of: electorate, abstentions: count }
            veto: none
            open-for: 7 days
";

fn replay(criterion: &mut Criterion) {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("runtime");
    let folder = tempfile::tempdir().expect("folder");
    let place = LedgerLocation::Sqlite(folder.path().join("ledger.db"));
    let ledger = runtime.block_on(Ledger::open(&place)).expect("ledger");
    let count = runtime.block_on(fill(&ledger));
    println!("{count} entries about {SUBJECTS} subjects with {VOTERS} ballots each");

    // Memory first, while nothing else has been allocated.
    let before = resident_kib();
    let (both, book) = timed(|| {
        runtime
            .block_on(Book::read(&ledger, &no_keys()))
            .expect("read")
    });
    let grown = resident_kib().saturating_sub(before);
    let live = book.live().len();
    println!("{grown} KiB more resident for the state: {live} live subjects, every vote open");
    drop(book);
    let (reading, read) = timed(|| runtime.block_on(read(&ledger)));
    assert_eq!(read, count);
    println!(
        "reading and folding : reading SQLite alone = {:.2} : 1",
        both / reading
    );
    println!("reading and folding: {:.0} entries/s", count as f64 / both);

    let entries = runtime
        .block_on(ledger.entries(&Filter::default()))
        .expect("entries");
    let mut group = criterion.benchmark_group("replay");
    group
        .throughput(Throughput::Elements(count as u64))
        .sample_size(10)
        .measurement_time(Duration::from_secs(20));
    group.bench_function("fold entries", |bench| {
        bench.iter(|| black_box(fold(&entries)));
    });
    group.finish();
}

fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let begin = Instant::now();
    let done = work();
    (begin.elapsed().as_secs_f64(), done)
}

fn fold(entries: &[Entry]) -> Book {
    let mut book = Book::default();
    let keys = no_keys();
    for entry in entries {
        book.add(entry, &keys).expect("folds");
    }
    book
}

async fn read(ledger: &Ledger) -> usize {
    let mut pages = ledger.pages(&Filter::default()).await.expect("reads");
    let mut count = 0;
    while let Some(page) = pages.next().await.expect("page") {
        count += page.len();
    }
    count
}

fn resident_kib() -> u64 {
    let status = fs::read_to_string(Path::new("/proc/self/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    number.unwrap_or(0)
}

/// Fills the ledger and says with how many entries. One subject's decisions, made by the engine,
/// are the decisions of all; their entries take turns, so that all subjects are open while the
/// ballots come.
async fn fill(ledger: &Ledger) -> usize {
    let charter = Charter::parse(Source::new("charter.yaml", CHARTER), &[]).expect("a charter");
    let members: String = (1..=VOTERS)
        .map(|id| format!("- {{ id: {id}, login: v{id}, roles: [voter] }}\n"))
        .collect();
    let parsed = Members::parse(Source::new("members.yaml", &members), &charter).expect("members");
    let begin: Timestamp = "2026-01-05T12:00:00Z".parse().expect("time");
    let entry = |time, actor: &Account, on: &SubjectId, record: &Record| {
        draft(time, actor, on, charter.hash(), record).expect("encodes")
    };

    let adopted = [
        Record::CharterAdopted {
            hash: charter.hash(),
            files: vec![("charter.yaml".to_owned(), CHARTER.to_owned())],
        },
        Record::MembersAdopted {
            file: "members.yaml".to_owned(),
            text: members,
        },
    ];
    let house: SubjectId = "charter".parse().expect("id");
    let first = adopted.map(|record| entry(begin, &voter(1), &house, &record));
    ledger.append(&first).await.expect("appended");

    let mut count = first.len();
    for (time, actor, record) in one_subject(&charter, &parsed, begin) {
        let of_all = (0..SUBJECTS).map(|number| entry(time, &actor, &subject(number), &record));
        let of_all: Vec<Draft> = of_all.collect();
        ledger.append(&of_all).await.expect("appended");
        count += of_all.len();
    }
    count
}

fn one_subject(
    charter: &Charter,
    members: &Members,
    begin: Timestamp,
) -> Vec<(Timestamp, Account, Record)> {
    let mut steps = Vec::new();
    let mut state: Option<Subject> = None;
    let open = Event::Open {
        id: subject(0),
        lifecycle: "proposal".parse().expect("name"),
        title: "A proposal".to_owned(),
        set: BTreeMap::new(),
        source: None,
        body: String::new(),
    };
    let ballots = (1..=VOTERS).map(|id| {
        let choice = if id % 3 == 0 { "no" } else { "yes" };
        let event = Event::Vote {
            choice: Choice::from(choice.to_owned()),
            reason: None,
        };
        (id, event)
    });
    for (id, event) in std::iter::once((1, open)).chain(ballots) {
        let now = begin + SignedDuration::from_mins(i64::try_from(id).expect("small"));
        let context = Context {
            charter,
            members,
            people: &BTreeMap::new(),
            catalog: &Value::Null,
            now,
        };
        let actor = Actor {
            automation: false,
            account: voter(id),
        };
        let decision = decide(&context, state.as_ref(), &actor, &event).expect("allowed");
        for record in decision.records {
            match &mut state {
                Some(subject) => subject.apply(now, &actor.account, record.clone()),
                None => {
                    state = Subject::opened(
                        subject(0),
                        charter.hash(),
                        now,
                        &actor.account,
                        record.clone(),
                    );
                }
            }
            steps.push((now, actor.account.clone(), record));
        }
        for record in around(id, now) {
            steps.push((now, actor.account.clone(), record));
        }
    }
    steps
}

/// What is recorded around a ballot that came by comment.
fn around(id: u64, now: Timestamp) -> [Record; 4] {
    let key = EffectKey(format!("s-0/reply/{id}"));
    [
        Record::CommentHeard {
            comment: id,
            command: 1,
            effects: Vec::new(),
        },
        Record::EffectsTaken {
            until: now + SignedDuration::from_mins(2),
        },
        Record::EffectDone { key },
        Record::StatusShown {
            comment: "IC_0".to_owned(),
            text: TextHash::of_body(&id.to_string()),
        },
    ]
}

fn no_keys() -> Keys {
    Keys::read(None, None).expect("no keys to read")
}

fn subject(number: usize) -> SubjectId {
    format!("s-{number}").parse().expect("id")
}

fn voter(id: u64) -> Account {
    Account {
        id: UserId(id),
        login: format!("v{id}"),
    }
}

criterion_group!(benches, replay);
criterion_main!(benches);

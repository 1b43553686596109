//! What holds wherever a ledger is kept.

use std::time::Duration;

use althing_diag::Code;
use althing_ledger::{
    EntryHash, EntryKind, Filter, LOCK_WAIT, Ledger, LedgerError, Verified, verify_jsonl,
};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::json;

use crate::{
    draft, drafts,
    place::{Kind, Place},
    time,
};

/// A place with a ledger of so many entries.
async fn filled(kind: Kind, count: i64) -> Option<(Place, Ledger)> {
    let place = Place::new(kind).await?;
    let ledger = Ledger::open(place.location()).await.unwrap();
    let entries = ledger.append(&drafts(count)).await.unwrap();
    assert_eq!(entries.len(), usize::try_from(count).unwrap());
    Some((place, ledger))
}

#[rstest]
#[tokio::test]
async fn entries_are_recorded_in_order_and_found_again(
    #[values(Kind::Sqlite, Kind::Postgres, Kind::Git, Kind::Shared)] kind: Kind,
) {
    let Some((place, ledger)) = filled(kind, 5).await else {
        return;
    };
    ledger.close().await;
    let ledger = Ledger::open_existing(place.location_from("second"))
        .await
        .unwrap();
    let all = ledger.entries(&Filter::default()).await.unwrap();
    let seqs: Vec<u64> = all.iter().map(|entry| entry.seq).collect();
    assert_eq!(seqs, [1, 2, 3, 4, 5]);
    assert_eq!(all[0].previous, EntryHash::GENESIS);
    for pair in all.windows(2) {
        assert_eq!(pair[1].previous, pair[0].hash);
    }
    assert_eq!(all[3].data, draft(3, EntryKind::StatusMoved).data);
    assert_eq!(
        ledger.verify().await.unwrap(),
        Verified {
            count: 5,
            head: all[4].hash
        }
    );
    assert_eq!(ledger.head().await.unwrap(), all[4].hash);
    ledger.verify_against(all[2].hash).await.unwrap();

    let ended = [draft(6, EntryKind::RunEnded)];
    ledger.append(&ended).await.unwrap();
    let seqs = async |filter: Filter| -> Vec<u64> {
        let entries = ledger.entries(&filter).await.unwrap();
        entries.iter().map(|entry| entry.seq).collect()
    };
    let all = Filter::default();
    let subject = Some("o/r#0".parse().unwrap());
    let of_subject = Filter {
        subject: subject.clone(),
        ..all.clone()
    };
    assert_eq!(seqs(of_subject).await, [1, 4, 6]);
    let kind = Some(EntryKind::RunEnded);
    let of_kind = Filter {
        kind,
        ..all.clone()
    };
    assert_eq!(seqs(of_kind).await, [6]);
    let second_of_subject = Filter {
        subject,
        after: 1,
        limit: Some(1),
        ..all.clone()
    };
    assert_eq!(seqs(second_of_subject).await, [4]);
    let none = Filter {
        limit: Some(0),
        ..all
    };
    assert!(seqs(none).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn an_empty_ledger_verifies(
    #[values(Kind::Sqlite, Kind::Postgres, Kind::Git, Kind::Shared)] kind: Kind,
) {
    let Some((_place, ledger)) = filled(kind, 0).await else {
        return;
    };
    let verified = ledger.verify().await.unwrap();
    let head = EntryHash::GENESIS;
    assert_eq!(verified, Verified { count: 0, head });
    assert_eq!(ledger.head().await.unwrap(), head);
    assert_eq!(ledger.export(&mut Vec::new()).await.unwrap(), 0);
}

#[rstest]
#[tokio::test]
async fn reading_makes_no_ledger(
    #[values(Kind::Sqlite, Kind::Postgres, Kind::Git, Kind::Shared)] kind: Kind,
) {
    let Some(place) = Place::new(kind).await else {
        return;
    };
    for _ in 0..2 {
        let error = Ledger::open_existing(place.location()).await.unwrap_err();
        assert!(matches!(error, LedgerError::Missing { .. }), "{error}");
    }
    assert!(!place.file().exists());
}

#[rstest]
#[tokio::test]
async fn more_entries_than_a_page_are_read_in_pages(
    #[values(Kind::Sqlite, Kind::Postgres, Kind::Git, Kind::Shared)] kind: Kind,
) {
    let Some((_place, ledger)) = filled(kind, 2_001).await else {
        return;
    };
    let verified = ledger.verify().await.unwrap();
    assert_eq!(verified.count, 2_001);
    let mut export = Vec::new();
    assert_eq!(ledger.export(&mut export).await.unwrap(), 2_001);
    assert_eq!(verify_jsonl(export.as_slice(), None).unwrap(), verified);

    let mut pages = ledger.pages(&Filter::default()).await.unwrap();
    // What is appended from now on is not part of what is being read.
    ledger
        .append(&[draft(2_001, EntryKind::RunEnded)])
        .await
        .unwrap();
    let mut seqs = Vec::new();
    while let Some(page) = pages.next().await.unwrap() {
        assert!((1..=1_000).contains(&page.len()), "{}", page.len());
        seqs.extend(page.iter().map(|entry| entry.seq));
    }
    assert!(pages.next().await.unwrap().is_none());
    assert_eq!(seqs, (1..=2_001).collect::<Vec<_>>());
}

#[rstest]
#[tokio::test]
async fn what_was_decided_on_an_older_state_is_not_recorded(
    #[values(Kind::Sqlite, Kind::Postgres, Kind::Git, Kind::Shared)] kind: Kind,
) {
    let Some((_place, ledger)) = filled(kind, 0).await else {
        return;
    };
    let first = ledger
        .append_after(EntryHash::GENESIS, &drafts(2))
        .await
        .unwrap();
    let head = first[1].hash;
    for older in [EntryHash::GENESIS, first[0].hash] {
        let late = [draft(3, EntryKind::RunEnded)];
        let error = ledger.append_after(older, &late).await.unwrap_err();
        assert!(matches!(error, LedgerError::LostRace), "{error}");
        assert_eq!(error.finding().code, Code::LedgerMoved);
    }
    let third = [draft(3, EntryKind::RunEnded)];
    let third = ledger.append_after(head, &third).await.unwrap();
    assert_eq!((third[0].seq, third[0].previous), (3, head));
}

#[rstest]
#[tokio::test]
async fn an_append_is_all_or_nothing(
    #[values(Kind::Sqlite, Kind::Postgres, Kind::Git, Kind::Shared)] kind: Kind,
) {
    let Some((_place, ledger)) = filled(kind, 2).await else {
        return;
    };
    let mut inexact = draft(3, EntryKind::RunEnded);
    inexact.data = json!({ "n": [1_u64 << 53] });
    let error = ledger
        .append(&[draft(3, EntryKind::ChecksRun), inexact])
        .await
        .unwrap_err();
    assert!(matches!(error, LedgerError::Data { .. }), "{error}");
    assert_eq!(error.finding().code, Code::LedgerRefused);
    assert_eq!(ledger.verify().await.unwrap().count, 2);
}

#[rstest]
#[tokio::test]
async fn a_clock_that_goes_back_is_refused_beyond_the_longest_wait(
    #[values(Kind::Sqlite, Kind::Postgres, Kind::Git, Kind::Shared)] kind: Kind,
) {
    let Some((_place, ledger)) = filled(kind, 0).await else {
        return;
    };
    let first = [draft(100, EntryKind::ClaimWon)];
    ledger.append(&first).await.unwrap();
    let wait = SignedDuration::try_from(LOCK_WAIT).unwrap();
    let mut late = draft(0, EntryKind::ClaimLost);

    late.time = time(100) - wait;
    let recorded = ledger.append(std::slice::from_ref(&late)).await.unwrap();
    assert_eq!(recorded[0].time, time(100));

    late.time -= SignedDuration::from_nanos(1);
    let error = ledger.append(&[late]).await.unwrap_err();
    assert!(matches!(error, LedgerError::ClockBehind { .. }), "{error}");
    assert_eq!(error.finding().code, Code::LedgerRefused);
    assert_eq!(ledger.verify().await.unwrap().count, 2);
}

/// Every writer opens the ledger on its own, as another process would, the first one making it.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_at_once_make_one_chain(
    #[values(Kind::Sqlite, Kind::Postgres, Kind::Git, Kind::Shared)] kind: Kind,
) {
    let Some(place) = Place::new(kind).await else {
        return;
    };
    let (writers, each) = match kind {
        Kind::Sqlite | Kind::Postgres => (4, 25),
        Kind::Git | Kind::Shared => (3, 4),
    };
    let mut tasks = tokio::task::JoinSet::new();
    // A git folder must not be cloned while others write to it.
    let locations: Vec<_> = (0..writers)
        .map(|writer| place.location_from(&format!("machine-{writer}")))
        .collect();
    for (writer, location) in locations.into_iter().enumerate() {
        tasks.spawn(async move {
            let ledger = Ledger::open(location).await.unwrap();
            for number in 0..each {
                let mut entry = draft(0, EntryKind::ClaimLost);
                entry.data = json!({ "writer": writer, "number": number });
                ledger.append(&[entry]).await.unwrap();
            }
        });
    }
    while let Some(outcome) = tasks.join_next().await {
        outcome.unwrap();
    }
    let ledger = Ledger::open_existing(place.location()).await.unwrap();
    let count = u64::try_from(writers * each).unwrap();
    assert_eq!(ledger.verify().await.unwrap().count, count);
    let entries = ledger.entries(&Filter::default()).await.unwrap();
    for writer in 0..writers {
        let of_writer = entries
            .iter()
            .filter(|entry| entry.data["writer"] == writer);
        let numbers: Vec<_> = of_writer
            .map(|entry| entry.data["number"].as_i64().unwrap())
            .collect();
        assert_eq!(numbers, (0..each).map(i64::from).collect::<Vec<_>>());
    }
}

/// Two decide on the same state; whoever is second decides again.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_decisions_on_one_state_one_is_taken_again(
    #[values(Kind::Sqlite, Kind::Postgres, Kind::Git, Kind::Shared)] kind: Kind,
) {
    let Some((place, first)) = filled(kind, 3).await else {
        return;
    };
    let second = Ledger::open(place.location_from("second")).await.unwrap();
    for round in 0..5 {
        let head = first.head().await.unwrap();
        let decide = async |ledger: &Ledger| {
            let draft = [draft(10 + round, EntryKind::StateChanged)];
            ledger.append_after(head, &draft).await
        };
        let (one, other) = tokio::join!(decide(&first), decide(&second));
        let (won, lost, loser) = match (one, other) {
            (Ok(won), Err(lost)) => (won, lost, &second),
            (Err(lost), Ok(won)) => (won, lost, &first),
            (one, other) => panic!("{one:?}, {other:?}"),
        };
        assert!(matches!(lost, LedgerError::LostRace), "{lost}");
        let head = loser.head().await.unwrap();
        assert_eq!(head, won[0].hash);
        let again = [draft(10 + round, EntryKind::StateChanged)];
        loser.append_after(head, &again).await.unwrap();
    }
    assert_eq!(second.verify().await.unwrap().count, 3 + 2 * 5);
    assert_eq!(first.verify().await.unwrap().count, 3 + 2 * 5);
}

/// A reader that is slow, and one that gives up, keep nobody from appending.
#[rstest]
#[tokio::test]
async fn readers_keep_nobody_from_appending(
    #[values(Kind::Sqlite, Kind::Postgres, Kind::Git, Kind::Shared)] kind: Kind,
) {
    let Some((_place, ledger)) = filled(kind, 1_001).await else {
        return;
    };
    let mut slow = ledger.pages(&Filter::default()).await.unwrap();
    assert_eq!(slow.next().await.unwrap().unwrap().len(), 1_000);
    drop(ledger.pages(&Filter::default()).await.unwrap());
    let entry = [draft(1_001, EntryKind::RunEnded)];
    let append = tokio::time::timeout(Duration::from_secs(20), ledger.append(&entry));
    append.await.unwrap().unwrap();
    assert_eq!(slow.next().await.unwrap().unwrap().len(), 1);
}

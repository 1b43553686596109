//! From one place to another, keeping every hash.

use althing_ledger::{Broken, EntryKind, Imported, Ledger, LedgerError};
use rstest::rstest;

use crate::{
    draft, drafts,
    place::{Kind, Place},
};

async fn export(ledger: &Ledger) -> Vec<u8> {
    let mut export = Vec::new();
    ledger.export(&mut export).await.unwrap();
    export
}

#[rstest]
#[tokio::test]
async fn an_export_is_the_same_after_an_import(
    #[values(Kind::Sqlite, Kind::Postgres, Kind::Git, Kind::Shared)] from: Kind,
    #[values(Kind::Sqlite, Kind::Postgres, Kind::Git, Kind::Shared)] to: Kind,
) {
    let (Some(from), Some(to)) = (Place::new(from).await, Place::new(to).await) else {
        return;
    };
    let first = Ledger::open(from.location()).await.unwrap();
    first.append(&drafts(1_500)).await.unwrap();
    let exported = export(&first).await;

    let second = Ledger::open(to.location()).await.unwrap();
    let verified = first.verify().await.unwrap();
    let imported = second.import(exported.as_slice()).await.unwrap();
    let added = 1_500;
    assert_eq!(imported, Imported { added, verified });
    assert_eq!(export(&second).await, exported);

    // It goes on from there, here and there.
    let more = [draft(2_000, EntryKind::RunEnded)];
    second.append(&more).await.unwrap();
    let exported = export(&second).await;
    for added in [1, 0] {
        let imported = first.import(exported.as_slice()).await.unwrap();
        assert_eq!(imported.added, added);
        assert_eq!(imported.verified, second.verify().await.unwrap());
    }
    assert_eq!(export(&first).await, exported);
}

#[rstest]
#[tokio::test]
async fn what_does_not_go_on_from_the_ledger_is_not_imported(
    #[values(Kind::Sqlite, Kind::Postgres, Kind::Git, Kind::Shared)] kind: Kind,
) {
    let (Some(place), Some(other)) = (Place::new(kind).await, Place::new(Kind::Sqlite).await)
    else {
        return;
    };
    let ledger = Ledger::open(place.location()).await.unwrap();
    ledger.append(&drafts(3)).await.unwrap();
    let whole = export(&ledger).await;

    let other = Ledger::open(other.location()).await.unwrap();
    let another = [draft(0, EntryKind::ClaimWon)];
    other.append(&another).await.unwrap();
    for shorter_or_another in [Vec::new(), export(&other).await] {
        let error = ledger.import(shorter_or_another.as_slice()).await;
        let error = error.unwrap_err();
        assert!(
            matches!(error, LedgerError::NotFollowing { seq: 3 }),
            "{error}"
        );
    }
    other.append(&drafts(5)).await.unwrap();
    let longer = export(&other).await;
    let error = ledger.import(longer.as_slice()).await.unwrap_err();
    assert!(matches!(error, LedgerError::NotFollowing { .. }), "{error}");
    assert_eq!(export(&ledger).await, whole);
}

#[rstest]
#[tokio::test]
async fn nothing_of_a_changed_export_is_imported(
    #[values(Kind::Sqlite, Kind::Postgres, Kind::Git, Kind::Shared)] kind: Kind,
) {
    let (Some(place), Some(from)) = (Place::new(kind).await, Place::new(Kind::Sqlite).await) else {
        return;
    };
    let from = Ledger::open(from.location()).await.unwrap();
    from.append(&drafts(1_200)).await.unwrap();
    let changed = String::from_utf8(export(&from).await).unwrap();
    let changed = changed.replacen("\"second\":1100", "\"second\":1101", 1);

    let ledger = Ledger::open(place.location()).await.unwrap();
    let error = ledger.import(changed.as_bytes()).await.unwrap_err();
    let found = LedgerError::finding_in(&error, "export.jsonl");
    assert!(
        matches!(
            error,
            LedgerError::Tampered(Broken::Changed { seq: 1_101, .. })
        ),
        "{error}"
    );
    assert_eq!(found.location.unwrap().to_string(), "export.jsonl:1101:1");
    assert_eq!(ledger.verify().await.unwrap().count, 0);
}

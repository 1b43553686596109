//! The encoding, and that nothing in it can be changed unseen.

use althing_diag::id::{Account, UserId};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Broken, Walk};
use crate::{Draft, EntryHash, EntryKind, LedgerError, Verified, stored::Stored, verify_jsonl};

fn draft(second: i64, data: Value) -> Draft {
    Draft {
        time: Timestamp::from_second(1_800_000_000 + second).unwrap(),
        actor: Account {
            id: UserId(3),
            login: "w1".to_owned(),
        },
        subject: "yieldthought/ttnn_models#12".parse().unwrap(),
        kind: EntryKind::ClaimWon,
        data,
        charter: None,
    }
}

fn chain(data: impl IntoIterator<Item = Value>) -> Vec<Stored> {
    let mut previous = EntryHash::GENESIS.to_string();
    let mut chain = Vec::new();
    for (seq, data) in (1..).zip(data) {
        let stored = Stored::place(&draft(seq, data), seq, &previous).unwrap();
        previous.clone_from(&stored.hash);
        chain.push(stored);
    }
    chain
}

fn walk(chain: &[Stored]) -> Result<Verified, Broken> {
    let mut walk = Walk::new(None);
    chain.iter().try_for_each(|stored| walk.step(stored))?;
    walk.end()
}

fn export(chain: &[Stored]) -> String {
    let lines = chain.iter().map(|stored| stored.line().unwrap() + "\n");
    lines.collect()
}

/// If this fails, every ledger in the world has become unverifiable: the encoding must not
/// change under its context.
#[test]
fn the_encoding_never_drifts() {
    let data = json!({ "z": 1, "a": [true, null, 0.5, "é\n"], "top1": "0.91" });
    let mut draft = draft(0, data);
    draft.charter = Some(althing_charter::CharterHash::of(["charter", "members"]));
    let stored = Stored::place(&draft, 1, &EntryHash::GENESIS.to_string()).unwrap();
    let line = r#"{"actor":{"id":3,"login":"w1"},"charter":"4d70283f3d7cf4f44908df49630150f771993419fbc80e50a40fd7f3d913539d","data":{"a":[true,null,0.5,"é\n"],"top1":"0.91","z":1},"hash":"79f0b023564f3cf2b39b6df5af61c0cd82795abf19062856f708c9966615fe3a","kind":"claim.won","previous":"0000000000000000000000000000000000000000000000000000000000000000","seq":1,"subject":"yieldthought/ttnn_models#12","time":"2027-01-15T08:00:00Z"}"#;
    assert_eq!(stored.line().unwrap(), line);
}

#[test]
fn an_entry_linked_to_another_past_is_found() {
    let mut forged = chain([json!(1), json!(2), json!(3)]);
    forged[1] = Stored::place(&draft(2, json!("other")), 2, &forged[0].hash).unwrap();
    assert_eq!(walk(&forged), Err(Broken::Unlinked { seq: 3 }));
}

#[test]
fn time_that_runs_backwards_is_found() {
    let first = Stored::place(&draft(9, json!(1)), 1, &EntryHash::GENESIS.to_string()).unwrap();
    let second = Stored::place(&draft(8, json!(2)), 2, &first.hash).unwrap();
    let found = walk(&[first, second]);
    assert!(matches!(found, Err(Broken::Earlier { seq: 2, .. })));
}

#[test]
fn an_export_cut_at_its_end_is_found_with_a_known_hash() {
    let chain = chain([json!(1), json!(2), json!(3)]);
    let head = chain[2].hash.parse().unwrap();
    let whole = verify_jsonl(export(&chain).as_bytes(), Some(head)).unwrap();
    assert_eq!(whole, Verified { count: 3, head });
    let cut = verify_jsonl(export(&chain[..2]).as_bytes(), Some(head));
    assert!(matches!(
        cut,
        Err(LedgerError::Tampered(Broken::KnownMissing { .. }))
    ));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-(1_i64 << 53) + 1..1 << 53).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,4}", inner, 0..4)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_is_recorded_reads_back_and_verifies(data in any_json()) {
        let chain = chain([data, json!({})]);
        let verified = walk(&chain).unwrap();
        prop_assert_eq!(verify_jsonl(export(&chain).as_bytes(), None).unwrap(), verified);
        prop_assert_eq!(chain[0].entry().unwrap().hash.to_string(), chain[0].hash.clone());
    }

    #[test]
    fn a_line_is_canonical_whatever_stands_in_it(login in any::<String>(), data in any_json()) {
        let mut draft = draft(0, data);
        draft.actor.login = login;
        let stored = Stored::place(&draft, 1, &EntryHash::GENESIS.to_string()).unwrap();
        let line = stored.line().unwrap();
        let value: Value = serde_json::from_str(&line).unwrap();
        prop_assert_eq!(&line, &serde_json_canonicalizer::to_string(&value).unwrap());
        prop_assert_eq!(Stored::from_line(&line).unwrap(), stored);
    }

    #[test]
    fn any_changed_byte_of_an_export_is_found(at in any::<prop::sample::Index>(), bit in 0..8_u32) {
        let chain = chain([json!({ "a": "x", "b": 1.25 }), json!({}), json!(null)]);
        let mut bytes = export(&chain).into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert!(verify_jsonl(bytes.as_slice(), None).is_err(), "byte {}", at);
    }

    #[test]
    fn any_changed_field_of_a_row_is_found_there(
        row in 0..3_usize,
        field in 0..9_usize,
        at in any::<prop::sample::Index>(),
        bit in 0..7_u32,
    ) {
        let mut chain = chain([json!({ "a": "x", "b": 1.25 }), json!({}), json!(null)]);
        let flip = |text: &mut String| {
            let mut bytes = std::mem::take(text).into_bytes();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            *text = String::from_utf8(bytes).expect("ASCII stays ASCII");
        };
        let stored = &mut chain[row];
        match field {
            0 => stored.actor_id ^= 1 << bit,
            1 => flip(&mut stored.time),
            2 => flip(&mut stored.actor_login),
            3 => flip(&mut stored.subject),
            4 => flip(&mut stored.kind),
            5 => flip(&mut stored.data),
            6 => stored.charter = Some(String::new()),
            7 => flip(&mut stored.previous),
            _ => flip(&mut stored.hash),
        }
        let seq = u64::try_from(row + 1).unwrap();
        let found = walk(&chain);
        prop_assert!(
            matches!(found, Err(Broken::Changed { seq: at, .. }) if at == seq),
            "{:?}", found
        );
    }
}

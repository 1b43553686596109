//! The reference against golden data of `transformers`: every model and case in `fixtures`.

#![expect(clippy::print_stdout, reason = "says how far apart the two are")]

mod goldens;

use althing_eval::{Logits, Model, Numerics, best};

use self::goldens::{Case, Golden, every};

/// Logits may differ by this much; larger differences are errors, not rounding.
const MOST: f32 = 1e-3;
/// What is hoped for, and holds today.
const AIM: f32 = 1e-4;

#[test]
fn every_case_gets_the_same_ids_and_logits() {
    for golden in every() {
        let model = golden.model();
        for case in &golden.said.cases {
            let named = golden.logits(&format!("{case}.full_logits"));
            let whole = case.whole();
            let full = model.full(&whole, case.prefill_len - 1).expect("a pass");
            assert_eq!(
                chosen(&full),
                case.continuation_ids,
                "{golden} {case}: full"
            );
            let full_differs = difference(&full, &named);

            let cached = cached(&model, case);
            assert_eq!(
                chosen(&cached),
                case.continuation_ids,
                "{golden} {case}: cached"
            );
            let cached_differs = difference(
                &cached,
                &golden.logits(&format!("{case}.incremental_logits")),
            );
            let most = full_differs.max(cached_differs);
            println!("{golden} {case}: {most:.1e}");
            assert!(most <= AIM.min(MOST), "{golden} {case}: differs by {most}");

            // The goldens' pass over the prompt gives all positions the rotation of the longest.
            let from = golden.turn().filter(|turn| *turn < case.prefill_len);
            let from = from.unwrap_or(0);
            let prompts = model.full(&case.prompt_ids, from).expect("a pass");
            let expected: Vec<&[u32]> =
                case.prefill_argmax.iter().map(|row| &row[from..]).collect();
            assert_eq!(chosen(&prompts), expected, "{golden} {case}: prompt");
            for (logits, ids) in full.positions().zip(case.top5_ids.iter().flatten()) {
                assert_eq!(five(logits), *ids, "{golden} {case}: best five");
            }
        }
    }
}

#[test]
fn passing_at_once_and_piece_by_piece_is_the_same_to_the_bit() {
    for golden in every() {
        let model = golden.model();
        for case in &golden.said.cases {
            let full = model
                .full(&case.whole(), case.prefill_len - 1)
                .expect("a pass");
            assert_eq!(full, cached(&model, case), "{golden} {case}");
        }
    }
}

/// Also across a window's length, and where `LongRoPE` turns over.
#[test]
fn it_is_the_same_however_a_sequence_is_cut() {
    for golden in every() {
        let model = golden.model();
        let ids: Vec<u32> = (0..80).map(|at| (at * at * 7 + 3) % 320).collect();
        for lengths in [
            &[1, 1, 14, 2, 44, 3, 15][..],
            &[63, 1, 1, 1, 14],
            &[65, 15],
            &[16; 5],
        ] {
            let mut session = model.session(1);
            let mut fed = 0;
            for length in lengths {
                let last = session
                    .feed(&[ids[fed..fed + length].to_vec()])
                    .expect("a pass");
                fed += length;
                let full = model.full(&[ids[..fed].to_vec()], fed - 1).expect("a pass");
                assert_eq!(last, full, "{golden}: {fed} of {lengths:?}");
            }
        }
    }
}

#[test]
fn a_row_is_the_same_alone_and_in_a_batch_to_the_bit() {
    for golden in every() {
        let model = golden.model();
        for case in golden.said.cases.iter().filter(|case| case.batch > 1) {
            let from = case.prefill_len - 1;
            let together = model.full(&case.whole(), from).expect("a pass");
            for (row, ids) in case.whole().into_iter().enumerate() {
                let alone = model.full(&[ids], from).expect("a pass");
                let mut rows = together.values().chunks(alone.values().len());
                let same = rows.nth(row) == Some(alone.values());
                assert!(same, "{golden} {case}: row {row}");
            }
        }
    }
}

#[test]
fn the_older_spelling_of_a_configuration_means_the_same() {
    for golden in every() {
        let (model, legacy) = (golden.model(), golden.legacy());
        for case in &golden.said.cases {
            let one = model.full(&case.whole(), 0).expect("a pass");
            let other = legacy.full(&case.whole(), 0).expect("a pass");
            assert_eq!(one, other, "{golden} {case}");
        }
    }
}

#[test]
fn the_stream_between_the_layers_is_the_same() {
    for golden in every() {
        let model = golden.model();
        let Some((shape, expected)) = golden.tensor("p8_d4_b1.prefill_hidden_states") else {
            panic!("{golden}: no hidden states")
        };
        let states = model
            .hidden_states(&golden.said.cases[0].prompt_ids[0])
            .expect("a pass");
        assert_eq!(states.len(), shape[0], "{golden}");
        for (layer, (state, expected)) in states
            .iter()
            .zip(expected.chunks(shape[1] * shape[2]))
            .enumerate()
        {
            let scale = expected.iter().fold(1.0_f32, |most, x| most.max(x.abs()));
            let most = most(state, expected) / scale;
            assert!(most <= 2e-5, "{golden}: layer {layer} differs by {most}");
        }
    }
}

#[test]
fn what_a_length_turns_over_is_computed_anew_as_it_grows() {
    let goldens: Vec<Golden> = every()
        .filter(|golden| !golden.said.edge_cases.is_empty())
        .collect();
    assert!(!goldens.is_empty());
    for golden in goldens {
        let model = golden.model();
        for case in &golden.said.edge_cases {
            let expected = golden.logits(&case.tensors.generate_logits);
            let whole: Vec<u32> = [&case.prompt_ids[0][..], &case.continuation_ids[0]].concat();
            let whole = whole[..whole.len() - 1].to_vec();
            let full = model
                .full(std::slice::from_ref(&whole), case.prefill_len - 1)
                .expect("a pass");
            let mut session = model.session(1);
            let mut steps = vec![session.feed(&case.prompt_ids).expect("a pass")];
            for id in &whole[case.prefill_len..] {
                steps.push(session.feed(&[vec![*id]]).expect("a pass"));
            }
            let cached = Logits::joined(&steps).expect("steps");
            assert_eq!(chosen(&cached), case.continuation_ids, "{golden}");
            assert_eq!(full, cached, "{golden}");
            let most = difference(&full, &expected);
            println!("{golden} {}: {most:.1e}", case.name);
            assert!(most <= AIM, "{golden} {}: differs by {most}", case.name);
        }
    }
}

#[test]
fn a_text_is_continued_with_the_same_text() {
    let goldens = every().filter(|golden| !golden.said.text_cases.is_empty());
    let mut texts = 0;
    for golden in goldens {
        let (model, tokenizer) = (golden.model(), golden.tokenizer());
        for case in &golden.said.text_cases {
            let ids = tokenizer.ids(&case.text).expect("ids");
            assert_eq!(ids, case.prompt_ids, "{golden}: {}", case.text);
            let mut session = model.session(1);
            let mut logits = session.feed(&[ids]).expect("a pass");
            let mut continued = Vec::new();
            while continued.len() < case.continuation_ids.len() {
                let next = best(logits.last(0)) as u32;
                continued.push(next);
                logits = session.feed(&[vec![next]]).expect("a pass");
            }
            assert_eq!(continued, case.continuation_ids, "{golden}: {}", case.text);
            let text = tokenizer.text(&continued).expect("a text");
            assert_eq!(text, case.continuation_text, "{golden}: {}", case.text);
            texts += 1;
        }
    }
    assert!(texts > 0);
}

#[test]
fn texts_have_the_same_ids() {
    for golden in every() {
        let Some(said) = &golden.said.tokenizer else {
            continue;
        };
        let tokenizer = golden.tokenizer();
        for case in &said.encode {
            assert_eq!(
                tokenizer.ids(&case.text).expect("ids"),
                case.ids,
                "{golden}"
            );
            let text = tokenizer.text(&case.ids).expect("a text");
            assert_eq!(text, case.decoded, "{golden}");
        }
    }
}

#[test]
fn what_an_accelerator_would_keep_stays_close_and_is_not_the_same() {
    use althing_eval::BlockFormat;
    for golden in every() {
        let model = golden.model();
        let case = &golden.said.cases[0];
        let exact = model.full(&case.whole(), 0).expect("a pass");
        let distance = |format| {
            let model = Model::open(&golden.folder, Numerics::Preflight(format)).expect("a model");
            let logits = model.full(&case.whole(), 0).expect("a pass");
            let squares = |values: &mut dyn Iterator<Item = f32>| {
                values.map(|value| f64::from(value).powi(2)).sum::<f64>()
            };
            let pairs = logits.values().iter().zip(exact.values());
            let noise = squares(&mut pairs.map(|(a, b)| a - b));
            (noise / squares(&mut exact.values().iter().copied())).sqrt()
        };
        let (eight, four) = (distance(BlockFormat::Bfp8), distance(BlockFormat::Bfp4));
        println!("{golden}: {eight:.1e} with bfp8, {four:.1e} with bfp4");
        assert!(eight > 1e-4 && four > eight, "{golden}: {eight} and {four}");
        // Where a token goes to other experts, little stays as it was.
        let most = if golden.has_experts() { 1.0 } else { 0.1 };
        assert!(eight < most, "{golden}: {eight}");
    }
}

/// Prefill, then the golden continuation token by token.
fn cached(model: &Model, case: &Case) -> Logits {
    let mut session = model.session(case.batch);
    let mut steps = vec![session.feed(&case.prompt_ids).expect("a pass")];
    for at in 0..case.decode_len - 1 {
        let next = case.continuation_ids.iter().map(|row| vec![row[at]]);
        let next: Vec<Vec<u32>> = next.collect();
        steps.push(session.feed(&next).expect("a pass"));
    }
    Logits::joined(&steps).expect("steps")
}

/// The best token of each position, by row.
fn chosen(logits: &Logits) -> Vec<Vec<u32>> {
    let best: Vec<u32> = logits
        .positions()
        .map(|logits| best(logits) as u32)
        .collect();
    best.chunks(logits.steps()).map(<[u32]>::to_vec).collect()
}

fn five(logits: &[f32]) -> Vec<u32> {
    let mut ranked: Vec<u32> = (0..logits.len() as u32).collect();
    ranked.sort_by(|a, b| logits[*b as usize].total_cmp(&logits[*a as usize]));
    ranked.truncate(5);
    ranked
}

fn difference(logits: &Logits, expected: &Logits) -> f32 {
    assert_eq!(logits.shape(), expected.shape());
    logits.distance(expected).expect("one shape")
}

fn most(one: &[f32], other: &[f32]) -> f32 {
    assert_eq!(one.len(), other.len());
    let pairs = one.iter().zip(other);
    pairs.fold(0.0, |most, (a, b)| most.max((a - b).abs()))
}

//! What the models are given to read: token ids, one list per row, all of one length.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::Refusal;

/// Token ids of a batch: at least one row, and all rows of one length, which is not zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    rows: Vec<Vec<u32>>,
}

impl Prompt {
    /// Ids that look random and are the same for the same numbers everywhere: one `SplitMix64`
    /// stream from `seed` fills the rows one after the other, each number modulo `vocabulary`.
    ///
    /// # Errors
    /// [`Refusal::Prompt`] when a number but the seed is zero.
    pub fn seeded(
        seed: u64,
        batch: usize,
        length: usize,
        vocabulary: usize,
    ) -> Result<Self, Refusal> {
        let vocabulary = u32::try_from(vocabulary).unwrap_or(u32::MAX);
        if vocabulary == 0 {
            return Err(Refusal::Prompt("the model has no vocabulary".to_owned()));
        }
        let mut numbers = SplitMix64(seed);
        let mut id = || (numbers.next() % u64::from(vocabulary)) as u32;
        let rows = (0..batch).map(|_| (0..length).map(|_| id()).collect());
        Self::new(rows.collect()).map_err(Refusal::Prompt)
    }

    /// The ids of a text, cut into rows that follow each other in it.
    ///
    /// # Errors
    /// [`Refusal::Prompt`] naming the file when the text is too short.
    pub fn from_text(
        file: &Path,
        ids: &[u32],
        batch: usize,
        length: usize,
    ) -> Result<Self, Refusal> {
        let wanted = batch.checked_mul(length);
        if wanted.is_none_or(|wanted| wanted > ids.len()) {
            let tokens = ids.len();
            let why = format!("the text has {tokens} tokens, and {batch} × {length} are asked for");
            return Err(Refusal::prompt(file, why));
        }
        let row = |at: usize| ids[at * length..(at + 1) * length].to_vec();
        Self::new((0..batch).map(row).collect()).map_err(|why| Refusal::prompt(file, why))
    }

    /// Reads a JSON file: a list of rows, each a list of ids.
    ///
    /// # Errors
    /// [`Refusal::Unreadable`], and [`Refusal::Prompt`] when it is not that.
    pub fn from_json(file: &Path) -> Result<Self, Refusal> {
        let text = std::fs::read(file).map_err(|error| Refusal::unreadable(file, error))?;
        let rows = serde_json::from_slice(&text).map_err(|error| {
            let why = format!("no JSON list of lists of token ids: {error}");
            Refusal::prompt(file, why)
        })?;
        Self::new(rows).map_err(|why| Refusal::prompt(file, why))
    }

    /// Otherwise why it is no prompt.
    fn new(rows: Vec<Vec<u32>>) -> Result<Self, String> {
        let length = rows.first().map_or(0, Vec::len);
        if length == 0 {
            return Err("the prompt is empty".to_owned());
        }
        match rows.iter().position(|row| row.len() != length) {
            None => Ok(Self { rows }),
            Some(row) => Err(format!(
                "row {row} has {} ids and row 0 has {length}: rows are not padded",
                rows[row].len()
            )),
        }
    }

    /// Refuses ids that the model does not have; `file` is where they come from.
    ///
    /// # Errors
    /// [`Refusal::Prompt`] with the first place.
    pub fn within(&self, vocabulary: usize, file: &Path) -> Result<(), Refusal> {
        for (row, ids) in self.rows.iter().enumerate() {
            if let Some(at) = ids.iter().position(|id| *id as usize >= vocabulary) {
                let id = ids[at];
                let place = format!("id {id} at {at} of row {row}");
                let why = format!("{place} is outside the vocabulary of {vocabulary}");
                return Err(Refusal::prompt(file, why));
            }
        }
        Ok(())
    }

    /// The ids, row by row.
    pub fn rows(&self) -> &[Vec<u32>] {
        &self.rows
    }

    /// Number of rows.
    pub fn batch(&self) -> usize {
        self.rows.len()
    }

    /// Ids of each row.
    pub fn length(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }

    /// SHA-256 of the ids as JSON without spaces, `[[1,2],[3,4]]`, in hexadecimal digits.
    pub fn sha256(&self) -> String {
        let rows = self.rows.iter().map(|row| {
            let ids: Vec<String> = row.iter().map(u32::to_string).collect();
            format!("[{}]", ids.join(","))
        });
        let text = format!("[{}]", rows.collect::<Vec<_>>().join(","));
        let digest = Sha256::digest(text);
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The generator of Steele, Lea and Flood: small enough to be written again in any language.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use rstest::rstest;
    use tempfile::TempDir;

    use super::{Prompt, SplitMix64};

    #[test]
    fn the_generator_is_the_published_one() {
        let mut numbers = SplitMix64(1_234_567);
        let published = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973];
        assert_eq!([numbers.next(), numbers.next()], published);
    }

    #[test]
    fn a_seed_gives_the_same_ids_and_another_seed_others() {
        let prompt = |seed, batch| Prompt::seeded(seed, batch, 4, 320).expect("ids");
        let (one, two) = (prompt(0, 1), prompt(0, 2));
        assert_eq!(one, prompt(0, 1));
        assert_ne!(one, prompt(1, 1));
        assert_eq!(one.rows()[0], two.rows()[0]);
        assert_ne!(two.rows()[0], two.rows()[1]);
        assert_eq!(one.rows()[0], [175, 180, 79, 44]);
        assert!(prompt(7, 9).within(320, Path::new("config.json")).is_ok());
    }

    #[test]
    fn the_hash_is_that_of_the_json_without_spaces() {
        let prompt = Prompt::new(vec![vec![1, 2], vec![3, 4]]).expect("rows");
        let expected = "03a4cc702aa6e4f169ff34dd055714141eae3d2d7c50f6f053150cc72ef12638";
        assert_eq!(prompt.sha256(), expected);
    }

    #[rstest]
    #[case::no_row("[]", "empty")]
    #[case::no_id("[[]]", "empty")]
    #[case::uneven("[[1,2],[3]]", "row 1 has 1 ids")]
    #[case::negative("[[-1]]", "token ids")]
    #[case::fraction("[[1.5]]", "token ids")]
    #[case::too_large("[[4294967296]]", "token ids")]
    #[case::one_list("[1,2]", "token ids")]
    #[case::cut("[[1,2]", "token ids")]
    #[case::nothing("", "token ids")]
    fn a_file_of_ids_that_is_none_is_refused(#[case] text: &str, #[case] why: &str) {
        let folder = TempDir::new().expect("folder");
        let file = folder.path().join("ids.json");
        fs::write(&file, text).expect("written");
        let said = Prompt::from_json(&file).expect_err(text).to_string();
        assert!(said.contains(why) && said.contains("ids.json"), "{said}");
    }

    #[test]
    fn ids_outside_the_vocabulary_are_named_with_their_place() {
        let prompt = Prompt::new(vec![vec![1, 2], vec![3, 320]]).expect("rows");
        let within = |vocabulary| prompt.within(vocabulary, Path::new("ids.json"));
        let said = within(320).expect_err("outside").to_string();
        let expected = "ids.json: id 320 at 1 of row 1 is outside the vocabulary of 320";
        assert_eq!(said, expected);
        assert!(within(321).is_ok());
    }

    #[test]
    fn a_text_is_cut_into_rows() {
        let ids: Vec<u32> = (0..7).collect();
        let file = Path::new("text");
        let prompt = Prompt::from_text(file, &ids, 2, 3).expect("long enough");
        assert_eq!(prompt.rows(), [[0, 1, 2], [3, 4, 5]]);
        let said = Prompt::from_text(file, &ids, 2, 4).expect_err("too short");
        assert!(said.to_string().contains("has 7 tokens"), "{said}");
        assert!(Prompt::from_text(file, &ids, usize::MAX, 2).is_err());
        let said = Prompt::from_text(file, &[], 1, 0).expect_err("empty");
        assert_eq!(said.to_string(), "text: the prompt is empty");
    }
}

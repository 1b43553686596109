//! The kinds of accelerator machine, and which one this is.

use std::{collections::BTreeMap, fmt, path::Path, str::FromStr, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    Argv, Surroundings,
    child_env::{self, Vars},
};

/// Longest time of `tt-smi`.
const ANSWER: Duration = Duration::from_secs(60);

/// A kind of machine, which is also the label that routes issues to it (B-040, B-074).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum System {
    /// One Wormhole chip.
    N150,
    /// Two Wormhole chips.
    N300,
    /// A LoudBox with eight chips.
    Lb,
}

impl System {
    /// Every kind.
    pub const ALL: [System; 3] = [System::N150, System::N300, System::Lb];

    /// The name in labels, claims and variables.
    pub fn name(self) -> &'static str {
        match self {
            System::N150 => "n150",
            System::N300 => "n300",
            System::Lb => "lb",
        }
    }

    /// The machine that a snapshot of `tt-smi -s` shows: the types of its chips tell.
    ///
    /// # Errors
    /// What was seen instead, as part of a sentence.
    pub fn from_snapshot(output: &str) -> Result<Self, String> {
        let mut chips: BTreeMap<String, usize> = BTreeMap::new();
        for device in Snapshot::read(output)?.device_info {
            *chips.entry(device.board()).or_default() += 1;
        }
        let seen: Vec<(&str, usize)> = (chips.iter())
            .map(|(board, count)| (board.as_str(), *count))
            .collect();
        match seen.as_slice() {
            [("n150", 1)] => Ok(System::N150),
            [("n300", 2)] => Ok(System::N300),
            [("n300", 8)] => Ok(System::Lb),
            [] => Err("`tt-smi` sees no accelerator".to_owned()),
            seen => {
                let seen: Vec<String> = (seen.iter())
                    .map(|(board, count)| format!("{count} × {board}"))
                    .collect();
                let seen = seen.join(", ");
                Err(format!("`tt-smi` sees chips of no known machine: {seen}"))
            }
        }
    }

    /// Asks `tt-smi` which machine this is.
    ///
    /// # Errors
    /// Why that is not known, as part of a sentence.
    pub async fn detect(vars: &Vars) -> Result<Self, String> {
        let vars = child_env::for_tools(vars);
        let around = Surroundings::new(Path::new("/"), &vars, ANSWER);
        let done = around.must(Argv::new("tt-smi", &["-s"])).await;
        Self::from_snapshot(&done.map_err(|error| error.to_string())?.stdout)
    }
}

/// What matters of a snapshot.
#[derive(Deserialize)]
struct Snapshot {
    device_info: Vec<Device>,
}

impl Snapshot {
    fn read(output: &str) -> Result<Self, String> {
        // Some versions talk before they answer.
        let json = output.find('{').and_then(|start| output.get(start..));
        serde_json::from_str(json.unwrap_or_default())
            .map_err(|_| "what `tt-smi -s` answers is no snapshot".to_owned())
    }
}

/// How many chips that answer a snapshot of `tt-smi -s` shows.
///
/// # Errors
/// That it is no snapshot.
pub(crate) fn chips(output: &str) -> Result<usize, String> {
    let snapshot = Snapshot::read(output)?;
    let answers = |device: &&Device| device.board_info.board_type.is_some();
    Ok(snapshot.device_info.iter().filter(answers).count())
}

#[derive(Deserialize)]
struct Device {
    board_info: BoardInfo,
}

#[derive(Deserialize)]
struct BoardInfo {
    /// Missing when the chip hangs.
    board_type: Option<String>,
}

impl Device {
    /// `n300` of `n300 L`: which end of the board it is does not matter.
    fn board(&self) -> String {
        let board = self.board_info.board_type.as_deref();
        let word = board.and_then(|board| board.split_whitespace().next());
        word.unwrap_or("unknown").to_lowercase()
    }
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for System {
    type Err = UnknownSystem;

    fn from_str(text: &str) -> Result<Self, UnknownSystem> {
        System::ALL
            .into_iter()
            .find(|system| system.name() == text)
            .ok_or_else(|| UnknownSystem(text.to_owned()))
    }
}

/// A text that names no kind of machine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no system; it is one of n150, n300, lb")]
pub struct UnknownSystem(String);

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::System;

    /// A snapshot as `tt-smi` prints it, shortened, with chips of these types.
    fn snapshot(boards: &[&str]) -> String {
        let chip = |(index, board): (usize, &&str)| {
            format!(
                r#"{{ "smbus_telem": {{ "BOARD_ID_HIGH": "0x100" }},
                     "board_info": {{ "bus_id": "0000:0{index}:00.0", "board_type": "{board}",
                       "board_id": "0100014311703{index}", "coords": "(0, 0, 0, 0)",
                       "dram_status": true, "dram_speed": "12G", "pcie_speed": 4, "pcie_width": "16" }},
                     "telemetry": {{ "voltage": "0.72", "aiclk": "500" }},
                     "firmwares": {{ "fw_bundle_version": "80.17.0.0" }}, "limits": {{}} }}"#
            )
        };
        let chips: Vec<String> = boards.iter().enumerate().map(chip).collect();
        format!(
            r#"{{ "time": "2026-01-05T09:00:00", "host_info": {{ "OS": "Linux", "Driver": "TTKMD 2.0.0" }},
                 "host_sw_vers": {{ "tt_smi": "3.0.30" }}, "device_info": [{}] }}"#,
            chips.join(",")
        )
    }

    const LOUDBOX: [&str; 8] = [
        "n300 L", "n300 L", "n300 L", "n300 L", "n300 R", "n300 R", "n300 R", "n300 R",
    ];

    #[rstest]
    #[case(&["n150"], System::N150)]
    #[case(&["n150 L"], System::N150)]
    #[case(&["n300 L", "n300 R"], System::N300)]
    #[case(&["N300 local", "n300 remote"], System::N300)]
    #[case(&LOUDBOX, System::Lb)]
    fn the_chips_tell_the_machine(#[case] boards: &[&str], #[case] system: System) {
        assert_eq!(System::from_snapshot(&snapshot(boards)), Ok(system));
        let talk = format!("Gathering information\n{}\n", snapshot(boards));
        assert_eq!(System::from_snapshot(&talk), Ok(system));
    }

    #[rstest]
    #[case(&[], "`tt-smi` sees no accelerator")]
    #[case(&["n300 L"], "`tt-smi` sees chips of no known machine: 1 × n300")]
    #[case(&["n150", "n300 L", "n300 R"], "`tt-smi` sees chips of no known machine: 1 × n150, 2 × n300")]
    #[case(&["p150a"], "`tt-smi` sees chips of no known machine: 1 × p150a")]
    #[case(&LOUDBOX[..7], "`tt-smi` sees chips of no known machine: 7 × n300")]
    fn what_is_no_machine_is_told(#[case] boards: &[&str], #[case] why: &str) {
        let found = System::from_snapshot(&snapshot(boards));
        assert_eq!(found, Err(why.to_owned()));
    }

    #[rstest]
    #[case("")]
    #[case("no driver")]
    #[case("{}")]
    #[case("{\"device_info\": 3}")]
    fn what_is_no_snapshot_is_told(#[case] output: &str) {
        let found = System::from_snapshot(output);
        assert_eq!(
            found,
            Err("what `tt-smi -s` answers is no snapshot".to_owned())
        );
    }

    #[test]
    fn a_chip_that_hangs_is_no_machine() {
        let hanging = r#"{"device_info": [{"board_info": {}, "telemetry": {}}]}"#;
        let why = "`tt-smi` sees chips of no known machine: 1 × unknown";
        assert_eq!(System::from_snapshot(hanging), Err(why.to_owned()));
    }
}

//! Rotary positions: which frequencies a configuration means.
//!
//! Both spellings are read: `rope_parameters`, and `rope_scaling` beside `rope_theta`. Numbers are
//! float32 where the library that defines them computes in float32.

mod scaled;

use self::scaled::{llama3, longrope, required, yarn};
use super::fields::Fields;
use crate::Refusal;

/// Frequencies of one kind of layer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rope {
    /// One per pair of rotated dimensions; the dimensions behind them stay as they are.
    pub(crate) frequencies: Vec<f32>,
    /// What cosines and sines are multiplied with.
    pub(crate) scaling: f32,
    /// Other frequencies for sequences beyond a length.
    pub(crate) long: Option<Long>,
}

/// LongRoPE: all positions of a sequence use these as soon as it is longer than `beyond`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Long {
    pub(crate) beyond: usize,
    pub(crate) frequencies: Vec<f32>,
}

/// What a configuration says besides the parameters themselves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Around {
    pub(crate) head_size: usize,
    pub(crate) positions: usize,
    /// The base where none is given.
    pub(crate) theta: f64,
    /// The part of each head that is rotated where the parameters do not say it.
    pub(crate) partial: f64,
    /// The family rotates a part of each head if told so; the others always whole heads.
    pub(crate) partial_allowed: bool,
    /// The length of training where it stands outside the parameters, which then do not count.
    pub(crate) original: Option<usize>,
}

/// The parameters of a configuration that has one set of them.
pub(crate) fn parameters(config: &Fields) -> Result<Fields, Refusal> {
    let legacy = config.object("rope_scaling")?;
    if legacy.is_empty() {
        return config.object("rope_parameters");
    }
    Ok(legacy)
}

impl Rope {
    /// What these parameters mean.
    pub(crate) fn new(parameters: &Fields, around: Around) -> Result<Self, Refusal> {
        let field = Self::kind_field(parameters);
        let kind = parameters.text(field)?.unwrap_or("default");
        known(parameters, kind)?;
        let base = Base::read(parameters, around)?;
        let rope = match kind {
            // Grows with the sequence only beyond the positions, where nothing is evaluated.
            "default" | "dynamic" => Self::plain(base.frequencies()),
            "linear" => {
                let factor = required(parameters, "factor")?;
                let slower = base.frequencies().into_iter().map(|one| one / factor);
                Self::plain(slower.collect())
            }
            "llama3" => llama3(parameters, base, around)?,
            "yarn" => yarn(parameters, base, around)?,
            "longrope" => longrope(parameters, base, around)?,
            _ => return Err(parameters.unsupported(field)),
        };
        if rope.is_finite() {
            Ok(rope)
        } else {
            Err(parameters.wrong(field, "has parameters that give no finite frequencies"))
        }
    }

    /// Which of its two names the kind of rotation has here.
    pub(crate) fn kind_field(parameters: &Fields) -> &'static str {
        if parameters.get("rope_type").is_some() {
            "rope_type"
        } else {
            "type"
        }
    }

    fn is_finite(&self) -> bool {
        let long = self.long.iter().flat_map(|long| &long.frequencies);
        let mut all = self.frequencies.iter().chain(long).chain([&self.scaling]);
        all.all(|number| number.is_finite())
    }

    fn plain(frequencies: Vec<f32>) -> Self {
        Self {
            frequencies,
            scaling: 1.0,
            long: None,
        }
    }
}

/// Base and size that frequencies are powers of.
#[derive(Clone, Copy, Debug)]
struct Base {
    theta: f64,
    rotated: usize,
}

impl Base {
    fn read(parameters: &Fields, around: Around) -> Result<Self, Refusal> {
        let theta = parameters.number("rope_theta", around.theta)?;
        if theta <= 1.0 {
            return Err(parameters.wrong("rope_theta", format!("is {theta}, not above 1")));
        }
        let field = "partial_rotary_factor";
        let partial = parameters.number(field, around.partial)?;
        let whole = (partial - 1.0).abs() < f64::EPSILON;
        if !(whole || around.partial_allowed) {
            return Err(parameters.unsupported(field));
        }
        let rotated = (around.head_size as f64 * partial) as usize;
        if !(0.0..=1.0).contains(&partial) || rotated == 0 || rotated % 2 == 1 {
            let why = format!(
                "makes {rotated} of {} dimensions rotate, which are no pairs",
                around.head_size
            );
            return Err(parameters.wrong(field, why));
        }
        Ok(Self { theta, rotated })
    }

    /// `theta^(2i / rotated)`.
    fn wavelengths(self) -> Vec<f32> {
        let exponent = |pair: usize| (2 * pair) as f32 / self.rotated as f32;
        let power = |pair| f64::from(self.theta as f32).powf(f64::from(exponent(pair))) as f32;
        (0..self.rotated / 2).map(power).collect()
    }

    fn frequencies(self) -> Vec<f32> {
        let wavelengths = self.wavelengths().into_iter();
        wavelengths.map(|length| 1.0 / length).collect()
    }
}

/// Refuses a parameter that this kind does not have: somebody means something by it.
fn known(parameters: &Fields, kind: &str) -> Result<(), Refusal> {
    const ALWAYS: [&str; 4] = ["rope_type", "type", "rope_theta", "partial_rotary_factor"];
    const ORIGINAL: &str = "original_max_position_embeddings";
    let own: &[&str] = match kind {
        "default" => &[ORIGINAL],
        "dynamic" | "linear" => &["factor", ORIGINAL],
        "llama3" => &["factor", ORIGINAL, "low_freq_factor", "high_freq_factor"],
        "yarn" => &[
            "factor",
            ORIGINAL,
            "attention_factor",
            "beta_fast",
            "beta_slow",
            "mscale",
            "mscale_all_dim",
            "truncate",
        ],
        "longrope" => &[
            "factor",
            ORIGINAL,
            "attention_factor",
            "short_factor",
            "long_factor",
        ],
        _ => return Ok(()),
    };
    let strange = parameters.names().find(|name| {
        !ALWAYS.contains(name) && !own.contains(name) && parameters.get(name).is_some()
    });
    strange.map_or(Ok(()), |name| Err(parameters.unsupported(name)))
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use safetensors::SafeTensors;

    use crate::config;

    /// Those of the golden data, which their library computed.
    #[test]
    fn frequencies_are_those_of_every_golden_model() {
        let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/models");
        let mut compared = 0;
        for folder in fs::read_dir(models).expect("models") {
            let folder = folder.expect("a model").path();
            let spec = config::read(&folder).expect("a configuration");
            let goldens = fs::read(folder.join("goldens.safetensors")).expect("goldens");
            let goldens = SafeTensors::deserialize(&goldens).expect("tensors");
            for (name, tensor) in goldens.tensors() {
                let rope = &spec.ropes[usize::from(name == "rope.sliding_attention_inv_freq")];
                let found = match name.as_str() {
                    "rope.inv_freq" | "rope.inv_freq_short" => &rope.frequencies,
                    "rope.full_attention_inv_freq" | "rope.sliding_attention_inv_freq" => {
                        &rope.frequencies
                    }
                    "rope.inv_freq_long" => &rope.long.as_ref().expect("long").frequencies,
                    _ => continue,
                };
                let golden = tensor.data().chunks_exact(4);
                let golden =
                    golden.map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]));
                let golden: Vec<f32> = golden.collect();
                assert_eq!(found.len(), golden.len(), "{name} in {}", folder.display());
                for (found, golden) in found.iter().zip(golden) {
                    let apart = (found - golden).abs() / golden;
                    assert!(
                        apart < 5e-7,
                        "{name} in {}: {found}, {golden}",
                        folder.display()
                    );
                }
                compared += 1;
            }
        }
        assert!(compared > 6);
    }
}

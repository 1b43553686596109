//! Frequencies that are stretched beyond the length of training.

use std::f32::consts::TAU;

use super::{Around, Base, Long, Rope};
use crate::{Refusal, config::Fields};

/// Llama 3.1: long wavelengths are slowed down, short ones stay, and those between in part.
pub(super) fn llama3(parameters: &Fields, base: Base, around: Around) -> Result<Rope, Refusal> {
    let factor = required(parameters, "factor")?;
    let low = required(parameters, "low_freq_factor")?;
    let high = required(parameters, "high_freq_factor")?;
    if high <= low {
        return Err(parameters.wrong("high_freq_factor", "is not above `low_freq_factor`"));
    }
    let original = original(parameters, around)? as f32;
    let adjusted = |frequency: f32| {
        let wavelength = TAU / frequency;
        if wavelength < original / high {
            frequency
        } else if wavelength > original / low {
            frequency / factor
        } else {
            let smooth = (original / wavelength - low) / (high - low);
            (1.0 - smooth) * frequency / factor + smooth * frequency
        }
    };
    let frequencies = base.frequencies().into_iter().map(adjusted);
    Ok(Rope::plain(frequencies.collect()))
}

/// `YaRN`: a ramp over the dimensions from frequencies that stay to frequencies that are slowed.
pub(super) fn yarn(parameters: &Fields, base: Base, around: Around) -> Result<Rope, Refusal> {
    let original = original(parameters, around)? as f64;
    let implied = around.positions as f64 / original;
    let factor = parameters.number("factor", implied)?;
    let positive = |field, default| {
        let value = parameters.number(field, default)?;
        Ok(if value == 0.0 { default } else { value })
    };
    let (fast, slow) = (positive("beta_fast", 32.0)?, positive("beta_slow", 1.0)?);
    if factor <= 0.0 || fast < 0.0 || slow < 0.0 {
        return Err(parameters.wrong("factor", "and betas must be positive"));
    }
    let scaling = yarn_scaling(parameters, factor)?;

    let size = base.rotated as f64;
    let turns = |rotations: f64| {
        let ratio = original / (rotations * std::f64::consts::TAU);
        size * ratio.ln() / (2.0 * base.theta.ln())
    };
    let (mut low, mut high) = (turns(fast), turns(slow));
    if parameters.flag("truncate", true)? {
        (low, high) = (low.floor(), high.ceil());
    }
    (low, high) = (low.max(0.0), high.min(size - 1.0));
    if low == high {
        high += 0.001;
    }
    let (low, reach) = (low as f32, (high - low) as f32);
    let factor = factor as f32;
    let blended = |(pair, length): (usize, f32)| {
        let ramp = ((pair as f32 - low) / reach).clamp(0.0, 1.0);
        let stays = 1.0 - ramp;
        1.0 / (factor * length) * (1.0 - stays) + 1.0 / length * stays
    };
    let frequencies = base.wavelengths().into_iter().enumerate().map(blended);
    Ok(Rope {
        frequencies: frequencies.collect(),
        scaling,
        long: None,
    })
}

fn yarn_scaling(parameters: &Fields, factor: f64) -> Result<f32, Refusal> {
    if let Some(given) = parameters.optional_number("attention_factor")? {
        return Ok(given as f32);
    }
    let scale = |weight: f64| {
        if factor <= 1.0 {
            1.0
        } else {
            0.1 * weight * factor.ln() + 1.0
        }
    };
    let over = parameters.number("mscale", 0.0)?;
    let under = parameters.number("mscale_all_dim", 0.0)?;
    let scaling = if over != 0.0 && under != 0.0 {
        scale(over) / scale(under)
    } else {
        scale(1.0)
    };
    Ok(scaling as f32)
}

/// `LongRoPE`: a factor for each frequency, and others for long sequences.
pub(super) fn longrope(parameters: &Fields, base: Base, around: Around) -> Result<Rope, Refusal> {
    let beyond = original(parameters, around)?;
    let implied = around.positions as f64 / beyond as f64;
    let factor = parameters.number("factor", implied)?;
    let scaling = match parameters.optional_number("attention_factor")? {
        Some(given) => given,
        None if factor <= 1.0 => 1.0,
        None => (1.0 + factor.ln() / (beyond as f64).ln()).sqrt(),
    };
    let lengths = base.wavelengths();
    let divided = |field: &str| {
        let factors = numbers(parameters, field)?;
        if factors.len() != lengths.len() {
            let why = format!("has {} factors for {} pairs", factors.len(), lengths.len());
            return Err(parameters.wrong(field, why));
        }
        let pairs = factors.iter().zip(&lengths);
        Ok(pairs
            .map(|(factor, length)| 1.0 / (factor * length))
            .collect())
    };
    Ok(Rope {
        frequencies: divided("short_factor")?,
        scaling: scaling as f32,
        long: Some(Long {
            beyond,
            frequencies: divided("long_factor")?,
        }),
    })
}

/// The length that the model was trained with before it was stretched.
fn original(parameters: &Fields, around: Around) -> Result<usize, Refusal> {
    if let Some(original) = around.original {
        return Ok(original);
    }
    let given = parameters.optional_size("original_max_position_embeddings")?;
    Ok(given.unwrap_or(around.positions))
}

pub(super) fn required(parameters: &Fields, field: &str) -> Result<f32, Refusal> {
    let number = parameters.optional_number(field)?;
    let number = number.ok_or_else(|| parameters.wrong(field, "is missing"))?;
    if number <= 0.0 {
        return Err(parameters.wrong(field, format!("is {number}, not above 0")));
    }
    Ok(number as f32)
}

fn numbers(parameters: &Fields, field: &str) -> Result<Vec<f32>, Refusal> {
    let list = parameters.list(field)?;
    let list = list.ok_or_else(|| parameters.wrong(field, "is missing"))?;
    let positive = |value: &serde_json::Value| {
        let number = value.as_f64().map(|number| number as f32);
        number.filter(|number| number.is_finite() && *number > 0.0)
    };
    let numbers: Option<Vec<f32>> = list.iter().map(positive).collect();
    numbers.ok_or_else(|| parameters.wrong(field, "has something that is no positive number"))
}

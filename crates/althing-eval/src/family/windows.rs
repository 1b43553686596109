//! Which layers see a window of the positions before them, and which see all.

use serde_json::Value;

use crate::{
    Refusal,
    config::{Fields, Spec},
};

/// Whether each layer sees a window, as `layer_types` says.
fn sliding(config: &Fields, layers: usize) -> Result<Option<Vec<bool>>, Refusal> {
    const FIELD: &str = "layer_types";
    let Some(types) = config.list(FIELD)? else {
        return Ok(None);
    };
    if types.len() != layers {
        let why = format!("names {} layers of {layers}", types.len());
        return Err(config.wrong(FIELD, why));
    }
    let slides = |kind: &Value| match kind.as_str() {
        Some("sliding_attention") => Ok(true),
        Some("full_attention") => Ok(false),
        Some(_) | None => Err(config.unsupported(FIELD)),
    };
    types.iter().map(slides).collect::<Result<_, _>>().map(Some)
}

/// Gives every layer the same window. The families that do so read no `layer_types`: one that
/// says something else means another model.
pub(super) fn same(config: &Fields, spec: &mut Spec, window: Option<usize>) -> Result<(), Refusal> {
    let types = sliding(config, spec.layers.len())?.unwrap_or_default();
    if types.iter().any(|slides| *slides != window.is_some()) {
        return Err(config.unsupported("layer_types"));
    }
    for layer in &mut spec.layers {
        layer.window = window;
    }
    Ok(())
}

/// For families without windows: refuses one that is not switched off.
pub(super) fn none(config: &Fields, spec: &mut Spec) -> Result<(), Refusal> {
    let used = config.flag("use_sliding_window", true)?;
    if used && config.get("sliding_window").is_some() {
        return Err(config.unsupported("sliding_window"));
    }
    same(config, spec, None)
}

/// Gives a window to the layers that `layer_types` or, without it, `default` chooses by index.
pub(super) fn by_layer(
    config: &Fields,
    spec: &mut Spec,
    window: Option<usize>,
    default: impl Fn(usize) -> bool,
) -> Result<(), Refusal> {
    let types = sliding(config, spec.layers.len())?;
    for (at, layer) in spec.layers.iter_mut().enumerate() {
        let slides = match &types {
            Some(types) => types[at],
            None => window.is_some() && default(at),
        };
        layer.window = match (slides, window) {
            (false, _) => None,
            (true, Some(window)) => Some(window),
            (true, None) => {
                return Err(config.wrong("sliding_window", "is missing for `layer_types`"));
            }
        };
    }
    Ok(())
}

/// Qwen's window: off unless switched on.
pub(super) fn switched(config: &Fields) -> Result<Option<usize>, Refusal> {
    if !config.flag("use_sliding_window", false)? {
        return Ok(None);
    }
    // Written as null it is off as well, absent it is what the family was made with.
    if config.is_null("sliding_window") {
        return Ok(None);
    }
    Ok(Some(
        config.optional_size("sliding_window")?.unwrap_or(4096),
    ))
}

/// Qwen's windows: on the layers that `layer_types` names, or from one on.
pub(super) fn upper(config: &Fields, spec: &mut Spec) -> Result<(), Refusal> {
    let window = switched(config)?;
    let from = match config.get("max_window_layers").and_then(Value::as_u64) {
        Some(from) => usize::try_from(from).unwrap_or(usize::MAX),
        None if config.get("max_window_layers").is_none() => 28,
        None => return Err(config.wrong("max_window_layers", "is no number of layers")),
    };
    by_layer(config, spec, window, |at| at >= from)
}

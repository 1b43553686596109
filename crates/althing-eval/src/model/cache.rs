//! Keys and values of the positions that a pass has behind it.

use crate::config::Attention;

/// Of all layers.
#[derive(Clone, Debug)]
pub(super) struct Cache {
    /// Positions that are in it.
    pub(super) length: usize,
    pub(super) layers: Vec<LayerCache>,
}

/// Of one layer: `[row of the batch][key head]`, each `[position, head size]`.
#[derive(Clone, Debug)]
pub(super) struct LayerCache {
    key_heads: usize,
    keys: Vec<Vec<f32>>,
    values: Vec<Vec<f32>>,
}

impl Cache {
    pub(super) fn new(layers: usize, attention: &Attention, batch: usize) -> Self {
        let empty = LayerCache {
            key_heads: attention.key_heads,
            keys: vec![Vec::new(); batch * attention.key_heads],
            values: vec![Vec::new(); batch * attention.key_heads],
        };
        Self {
            length: 0,
            layers: vec![empty; layers],
        }
    }
}

impl LayerCache {
    /// Adds the keys and values of tokens `[batch, steps, key heads, head size]`.
    pub(super) fn extend(&mut self, keys: &[f32], values: &[f32], head_size: usize, steps: usize) {
        for (kept, new) in [(&mut self.keys, keys), (&mut self.values, values)] {
            for (at, head) in new.chunks(head_size).enumerate() {
                let (token, key_head) = (at / self.key_heads, at % self.key_heads);
                let row = token / steps;
                kept[row * self.key_heads + key_head].extend_from_slice(head);
            }
        }
    }

    /// Keys and values of a row of the batch and a key head.
    pub(super) fn get(&self, row: usize, key_head: usize) -> (&[f32], &[f32]) {
        let at = row * self.key_heads + key_head;
        (&self.keys[at], &self.values[at])
    }
}

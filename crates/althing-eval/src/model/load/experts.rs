//! Weights of experts.

use super::{super::matrix::Matrix, FeedForward, Gated, Inner, Linear, Load};
use crate::{
    Refusal,
    config::{self, ExpertNames},
    model::experts::Experts,
};

impl Load<'_> {
    /// Each has matrices of its own.
    pub(super) fn separate_experts(
        self,
        name: &str,
        described: &config::Experts,
        names: ExpertNames,
    ) -> Result<FeedForward, Refusal> {
        let (hidden, width) = (self.spec.hidden, described.width);
        let block = format!("{name}.{}", names.block);
        let expert = |at: usize| {
            let linear = |which: &str, rows, columns| {
                self.linear(
                    &format!("{block}.experts.{at}.{which}"),
                    rows,
                    columns,
                    false,
                )
            };
            Ok(Gated {
                inner: Inner::Separate {
                    gate: linear(names.gate, width, hidden)?,
                    up: linear(names.up, width, hidden)?,
                },
                down: linear(names.down, hidden, width)?,
                activation: described.activation,
            })
        };
        let router = self.linear(&format!("{block}.gate"), described.count, hidden, false)?;
        Ok(FeedForward::Experts(Experts {
            router,
            chosen: described.chosen,
            routing: described.routing,
            experts: (0..described.count).map(expert).collect::<Result<_, _>>()?,
        }))
    }

    /// All of a layer lie in the same tensors.
    pub(super) fn interleaved_experts(
        self,
        name: &str,
        described: &config::Experts,
        mxfp4: bool,
    ) -> Result<FeedForward, Refusal> {
        let (hidden, width, count) = (self.spec.hidden, described.width, described.count);
        let block = format!("{name}.mlp");
        let stacked = |which: &str, rows: usize, columns: usize| {
            let name = format!("{block}.experts.{which}");
            let matrices = if mxfp4 {
                self.weights.stacked_mxfp4(&name, count, rows, columns)?
            } else {
                let turned = self.weights.stacked(&name, count, columns, rows)?;
                turned.iter().map(Matrix::turned).collect()
            };
            let biases = self.numbers(&format!("{name}_bias"), &[count, rows])?;
            let biases = biases.chunks(rows).map(<[f32]>::to_vec);
            let linears = matrices.into_iter().zip(biases);
            let linears = linears.map(|(matrix, bias)| Linear {
                matrix: self.numerics.weights(matrix),
                bias: Some(bias),
            });
            Ok::<Vec<Linear>, Refusal>(linears.collect())
        };
        let inner = stacked("gate_up_proj", 2 * width, hidden)?;
        let outer = stacked("down_proj", hidden, width)?;
        let router = self.linear(&format!("{block}.router"), count, hidden, true)?;
        let expert = |(inner, down): (Linear, Linear)| Gated {
            inner: Inner::Interleaved(inner),
            down,
            activation: described.activation,
        };
        Ok(FeedForward::Experts(Experts {
            router,
            chosen: described.chosen,
            routing: described.routing,
            experts: inner.into_iter().zip(outer).map(expert).collect(),
        }))
    }
}

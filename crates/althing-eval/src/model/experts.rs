//! Experts: each token goes to the few that its router prefers.

use super::{feed_forward::Gated, linear::Linear, precision::Precision};
use crate::config::Routing;

/// Weights of a layer's experts.
#[derive(Debug)]
pub(super) struct Experts {
    pub(super) router: Linear,
    pub(super) chosen: usize,
    pub(super) routing: Routing,
    pub(super) experts: Vec<Gated>,
}

impl Experts {
    /// `x` is `[tokens, hidden]`.
    pub(super) fn of(&self, x: &[f32], precision: Precision) -> Vec<f32> {
        let scores = precision.kept(self.router.of(x));
        let count = self.experts.len();
        let hidden = self.router.matrix.columns();
        let mut visits: Vec<Vec<(usize, f32)>> = vec![Vec::new(); count];
        for (token, scores) in scores.chunks(count).enumerate() {
            for (expert, share) in self.preferred(scores) {
                visits[expert].push((token, share));
            }
        }
        let mut y = vec![0.0; x.len()];
        for (expert, visits) in self.experts.iter().zip(visits) {
            if visits.is_empty() {
                continue;
            }
            let row = |token: usize| token * hidden..(token + 1) * hidden;
            let come = visits.iter().flat_map(|(token, _)| &x[row(*token)]);
            let come: Vec<f32> = come.copied().collect();
            let gone = expert.of(&come, precision);
            for ((token, share), gone) in visits.iter().zip(gone.chunks(hidden)) {
                let y = &mut y[row(*token)];
                y.iter_mut()
                    .zip(gone)
                    .for_each(|(y, gone)| *y += gone * share);
            }
        }
        precision.kept(y)
    }

    /// The experts with the best scores, the first of equals, and how much each counts.
    fn preferred(&self, scores: &[f32]) -> Vec<(usize, f32)> {
        let mut ranked: Vec<usize> = (0..scores.len()).collect();
        ranked.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
        ranked.truncate(self.chosen);
        let most = ranked.first().map_or(0.0, |best| scores[*best]);
        let weight = |expert: &usize| (scores[*expert] - most).exp();
        let sum: f32 = match self.routing {
            Routing::ShareOfAll => (0..scores.len()).map(|expert| weight(&expert)).sum(),
            Routing::ShareOfChosen => ranked.iter().map(weight).sum(),
        };
        let share = |expert| (expert, weight(&expert) / sum);
        ranked.into_iter().map(share).collect()
    }
}

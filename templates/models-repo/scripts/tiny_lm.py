"""A very small causal attention language model in plain Python.

It exists so that the harness, its tests and a demonstration run on any machine: no torch, no
download. A model is a folder with

- `config.json`: `"model_type": "tiny-lm"`, `vocab_size`, `hidden_size`, `num_layers`, `num_heads`;
- `weights.json`: `embedding` and, per layer, `wq`, `wk`, `wv`, `wo`, `w_up`, `w_down`, each a list of rows.

Pre-norm decoder blocks (RMS norm, multi-head attention, ReLU feed-forward), sinusoidal positions,
output tied to the embedding. `python scripts/tiny_lm.py DIR [SEED]` writes a folder with random weights.
"""

import json
import math
import pathlib
import random
import sys

MODEL_TYPE = "tiny-lm"


class TinyLM:
    def __init__(self, config, weights):
        self.vocab_size = config["vocab_size"]
        self.hidden = config["hidden_size"]
        self.heads = config["num_heads"]
        self.embedding = weights["embedding"]
        self.layers = weights["layers"]
        if self.hidden % self.heads:
            raise ValueError("hidden_size must be a multiple of num_heads")
        if len(self.layers) != config["num_layers"]:
            raise ValueError("weights.json does not hold num_layers layers")

    @classmethod
    def load(cls, folder):
        folder = pathlib.Path(folder)
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if config.get("model_type") != MODEL_TYPE:
            raise ValueError(f"{folder} holds no {MODEL_TYPE} model")
        return cls(config, json.loads((folder / "weights.json").read_text(encoding="utf-8")))

    def forward(self, tokens):
        """Logits at every position, computed for the whole sequence at once, without a cache."""
        states = [self._embed(token, position) for position, token in enumerate(tokens)]
        for layer in self.layers:
            normed = [rms_norm(state) for state in states]
            keys = [matvec(layer["wk"], row) for row in normed]
            values = [matvec(layer["wv"], row) for row in normed]
            mixed = [
                self._attend(layer, row, keys[: position + 1], values[: position + 1])
                for position, row in enumerate(normed)
            ]
            states = [self._feed_forward(layer, add(state, out)) for state, out in zip(states, mixed)]
        return [matvec(self.embedding, rms_norm(state)) for state in states]

    def new_cache(self):
        """An empty cache: keys and values of each layer."""
        return [([], []) for _ in self.layers]

    def step(self, token, cache):
        """Logits after one more token; `cache` holds what earlier tokens left behind."""
        state = self._embed(token, len(cache[0][0]))
        for layer, (keys, values) in zip(self.layers, cache):
            normed = rms_norm(state)
            keys.append(matvec(layer["wk"], normed))
            values.append(matvec(layer["wv"], normed))
            state = self._feed_forward(layer, add(state, self._attend(layer, normed, keys, values)))
        return matvec(self.embedding, rms_norm(state))

    def _embed(self, token, position):
        return [
            value + position_signal(position, index, self.hidden)
            for index, value in enumerate(self.embedding[token])
        ]

    def _attend(self, layer, normed, keys, values):
        query = matvec(layer["wq"], normed)
        size = self.hidden // self.heads
        mixed = []
        for start in range(0, self.hidden, size):
            part = slice(start, start + size)
            scores = [dot(query[part], key[part]) / math.sqrt(size) for key in keys]
            weights = softmax(scores)
            mixed += [
                sum(weight * value[index] for weight, value in zip(weights, values))
                for index in range(start, start + size)
            ]
        return matvec(layer["wo"], mixed)

    def _feed_forward(self, layer, state):
        inner = [max(0.0, value) for value in matvec(layer["w_up"], rms_norm(state))]
        return add(state, matvec(layer["w_down"], inner))


def position_signal(position, index, hidden):
    angle = position / 10000 ** (2 * (index // 2) / hidden)
    return math.sin(angle) if index % 2 == 0 else math.cos(angle)


def dot(left, right):
    return sum(a * b for a, b in zip(left, right))


def matvec(rows, vector):
    return [dot(row, vector) for row in rows]


def add(left, right):
    return [a + b for a, b in zip(left, right)]


def rms_norm(vector):
    scale = math.sqrt(sum(value * value for value in vector) / len(vector) + 1e-6)
    return [value / scale for value in vector]


def softmax(scores):
    highest = max(scores)
    powers = [math.exp(score - highest) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def write_random(folder, seed=0, vocab=32, hidden=8, layers=2, heads=2):
    """Writes a model folder with random weights, the same for the same seed."""
    rng = random.Random(seed)

    def matrix(rows, columns):
        return [[round(rng.gauss(0, columns**-0.5), 3) for _ in range(columns)] for _ in range(rows)]

    def layer():
        square = {name: matrix(hidden, hidden) for name in ("wq", "wk", "wv", "wo")}
        return square | {"w_up": matrix(2 * hidden, hidden), "w_down": matrix(hidden, 2 * hidden)}

    config = {
        "model_type": MODEL_TYPE,
        "vocab_size": vocab,
        "hidden_size": hidden,
        "num_layers": layers,
        "num_heads": heads,
    }
    weights = {"embedding": matrix(vocab, hidden), "layers": [layer() for _ in range(layers)]}
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    (folder / "weights.json").write_text(json.dumps(weights, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(f"usage: {sys.argv[0]} DIR [SEED]")
    write_random(sys.argv[1], int(sys.argv[2]) if len(sys.argv) == 3 else 0)

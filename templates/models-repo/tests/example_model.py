"""A llama in ttnn, as small as it can be: the prompt is fed like everything else, token by token.

It shows what the harness calls, and runs on the stand-in for ttnn of the tests. It has not run on
an accelerator.
"""

import math
import types

import ttnn


class Llama:
    """Called like a causal language model of transformers."""

    def __init__(self, hf_model, device, max_seq_len):
        self.config = hf_model.config
        self.device = device
        self.max_seq_len = max_seq_len
        self.heads = self.config.num_attention_heads
        self.kv_heads = self.config.num_key_value_heads
        self.size = self.config.head_dim
        self.layers = range(self.config.num_hidden_layers)
        self.weights = {name: self.upload(name, tensor.tolist()) for name, tensor in hf_model.state_dict().items()}
        self.cos, self.sin, self.half = self.rope()
        self.caches = None

    def __call__(self, input_ids, past_key_values=None, use_cache=True, cache_position=None):
        if cache_position is not None:
            # Everything is on the device already: this may be captured.
            return self.answer(self.decode(input_ids, cache_position))
        rows = input_ids.tolist() if hasattr(input_ids, "tolist") else input_ids
        if past_key_values is None:
            self.position = 0
            self.caches = [[self.empty_cache(len(rows)) for _ in "kv"] for _ in self.layers]
        for column in zip(*rows):
            if self.position == self.max_seq_len:
                raise ValueError(f"max_seq_len is {self.max_seq_len}")
            ids = ttnn.from_torch([[id] for id in column], dtype=ttnn.uint32, device=self.device)
            position = ttnn.from_torch([self.position] * len(column), dtype=ttnn.int32, device=self.device)
            logits = self.decode(ids, position)
            self.position += 1
        return self.answer(logits)

    def answer(self, logits):
        return types.SimpleNamespace(logits=logits, past_key_values=self.caches)

    def upload(self, name, values):
        """Matrices transposed and in BFP8, norms in bfloat16."""
        if "proj" in name or "lm_head" in name:
            values = [list(column) for column in zip(*values)]
        matrix = isinstance(values[0], list) and "embed" not in name
        return ttnn.as_tensor(
            values,
            dtype=ttnn.bfloat8_b if matrix else ttnn.bfloat16,
            layout=ttnn.TILE_LAYOUT,
            device=self.device,
            memory_config=ttnn.DRAM_MEMORY_CONFIG,
        )

    def empty_cache(self, batch):
        shape = (batch, self.kv_heads, self.max_seq_len, self.size)
        return ttnn.zeros(shape, dtype=ttnn.bfloat16, layout=ttnn.TILE_LAYOUT, device=self.device)

    def rope(self):
        """Tables of cos and sin, and the matrix that turns halves: (a, b) becomes (-b, a)."""
        half = self.size // 2
        theta = getattr(self.config, "rope_theta", None) or self.config.rope_parameters["rope_theta"]
        frequencies = [theta ** (-2 * at / self.size) for at in range(half)] * 2
        angles = [[position * frequency for frequency in frequencies] for position in range(self.max_seq_len)]
        turn = [[0.0] * self.size for _ in range(self.size)]
        for at in range(half):
            turn[at + half][at], turn[at][at + half] = -1.0, 1.0
        tables = [[[function(angle) for angle in row] for row in angles] for function in (math.cos, math.sin)]
        upload = lambda values: ttnn.as_tensor(values, dtype=ttnn.bfloat16, device=self.device)
        return upload(tables[0]), upload(tables[1]), upload(turn)

    def decode(self, ids, position):
        """Logits [batch, 1, vocabulary] of one token per row; nothing is copied, so it can be captured."""
        weights, batch = self.weights, ids.shape[0]
        state = ttnn.embedding(ids, weights["model.embed_tokens.weight"], layout=ttnn.TILE_LAYOUT)
        cos, sin = (ttnn.reshape(ttnn.embedding(position, table), (batch, 1, self.size)) for table in (self.cos, self.sin))
        for layer in self.layers:
            name = f"model.layers.{layer}"
            normed = self.norm(state, f"{name}.input_layernorm")
            state = ttnn.add(state, self.attention(normed, layer, position, cos, sin))
            normed = self.norm(state, f"{name}.post_attention_layernorm")
            state = ttnn.add(state, self.feed_forward(normed, f"{name}.mlp"))
        return self.linear(self.norm(state, "model.norm"), "lm_head")

    def norm(self, state, name):
        return ttnn.rms_norm(state, epsilon=self.config.rms_norm_eps, weight=self.weights[f"{name}.weight"])

    def linear(self, state, name):
        return ttnn.linear(state, self.weights[f"{name}.weight"])

    def attention(self, state, layer, position, cos, sin):
        name, batch = f"model.layers.{layer}.self_attn", state.shape[0]
        project = lambda part, heads: ttnn.reshape(self.linear(state, f"{name}.{part}_proj"), (batch, heads, self.size))
        rotate = lambda part: ttnn.add(ttnn.mul(part, cos), ttnn.mul(ttnn.matmul(part, self.half), sin))
        query, key, value = project("q", self.heads), project("k", self.kv_heads), project("v", self.kv_heads)
        for cache, part in zip(self.caches[layer], (rotate(key), value)):
            ttnn.experimental.paged_update_cache(cache, part, update_idxs_tensor=position)
        mixed = ttnn.transformer.scaled_dot_product_attention_decode(
            rotate(query), *self.caches[layer], cur_pos_tensor=position, scale=self.size**-0.5
        )
        return self.linear(ttnn.reshape(mixed, (batch, 1, self.heads * self.size)), f"{name}.o_proj")

    def feed_forward(self, state, name):
        gate = ttnn.silu(self.linear(state, f"{name}.gate_proj"))
        return self.linear(ttnn.mul(gate, self.linear(state, f"{name}.up_proj")), f"{name}.down_proj")


def build_model(hf_model, tt_device, max_seq_len):
    return Llama(hf_model, tt_device, max_seq_len)

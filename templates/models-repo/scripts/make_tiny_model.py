"""Writes a llama with random weights that any machine evaluates in a moment.

    python scripts/make_tiny_model.py DIR [SEED]

The folder is as one of the hub: `config.json`, `model.safetensors` and `tokenizer.json` (one token
per byte). It needs neither torch nor a download; the same seed gives the same folder.
"""

import json
import pathlib
import random
import sys

from harness import safetensors

HIDDEN, INNER, LAYERS, HEADS, KV_HEADS, HEAD = 32, 64, 2, 4, 2, 8
SPECIAL = ["<pad>", "<s>", "</s>"]
VOCABULARY = len(SPECIAL) + 256

CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "attention_bias": False,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "head_dim": HEAD,
    "hidden_act": "silu",
    "hidden_size": HIDDEN,
    "intermediate_size": INNER,
    "max_position_embeddings": 512,
    "mlp_bias": False,
    "model_type": "llama",
    "num_attention_heads": HEADS,
    "num_hidden_layers": LAYERS,
    "num_key_value_heads": KV_HEADS,
    "pad_token_id": 0,
    "rms_norm_eps": 1e-05,
    "rope_scaling": None,
    "rope_theta": 10000.0,
    "tie_word_embeddings": False,
    "torch_dtype": "float32",
    "vocab_size": VOCABULARY,
}


def weights(seed):
    """Every tensor by its name on the hub."""
    rng = random.Random(seed)
    tensors = {}

    def matrix(name, rows, columns, scale):
        values = [rng.gauss(0, scale) for _ in range(rows * columns)]
        tensors[name] = ("F32", [rows, columns], values)

    def norm(name):
        tensors[name] = ("F32", [HIDDEN], [rng.gauss(1, 0.2) for _ in range(HIDDEN)])

    wide = 1.3 * HIDDEN**-0.5
    matrix("model.embed_tokens.weight", VOCABULARY, HIDDEN, 0.6)
    for layer in range(LAYERS):
        name = f"model.layers.{layer}"
        norm(f"{name}.input_layernorm.weight")
        matrix(f"{name}.self_attn.q_proj.weight", HEADS * HEAD, HIDDEN, wide)
        matrix(f"{name}.self_attn.k_proj.weight", KV_HEADS * HEAD, HIDDEN, wide)
        matrix(f"{name}.self_attn.v_proj.weight", KV_HEADS * HEAD, HIDDEN, wide)
        matrix(f"{name}.self_attn.o_proj.weight", HIDDEN, HEADS * HEAD, wide)
        norm(f"{name}.post_attention_layernorm.weight")
        matrix(f"{name}.mlp.gate_proj.weight", INNER, HIDDEN, wide)
        matrix(f"{name}.mlp.up_proj.weight", INNER, HIDDEN, wide)
        matrix(f"{name}.mlp.down_proj.weight", HIDDEN, INNER, 1.3 * INNER**-0.5)
    norm("model.norm.weight")
    matrix("lm_head.weight", VOCABULARY, HIDDEN, 0.5)
    return tensors


def tokenizer():
    """One token per byte, behind the special ones; `<s>` is put in front."""
    bytes_as_text = [text for _, text in sorted(byte_alphabet().items())]
    vocabulary = {token: id for id, token in enumerate(SPECIAL + bytes_as_text)}
    special = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    begin = {"SpecialToken": {"id": "<s>", "type_id": 0}}
    first, second = ({"Sequence": {"id": name, "type_id": 0}} for name in "AB")
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": id, "content": token} | special for id, token in enumerate(SPECIAL)],
        "normalizer": None,
        "pre_tokenizer": byte_level,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [begin, first],
            "pair": [begin, first, second],
            "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}},
        },
        "decoder": byte_level,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "vocab": vocabulary,
            "merges": [],
        },
    }


def byte_alphabet():
    """The printable character that byte-level tokenizers write for each byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {byte: chr(256 + at) for at, byte in enumerate(hidden)}


def write(folder, seed=0):
    """Writes the folder of the model."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in [("config.json", CONFIG), ("tokenizer.json", tokenizer())]:
        (folder / name).write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
    safetensors.save(folder / "model.safetensors", weights(seed))


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(f"usage: {sys.argv[0]} DIR [SEED]")
    write(sys.argv[1], int(sys.argv[2]) if len(sys.argv) == 3 else 0)

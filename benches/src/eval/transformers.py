"""What `althing eval` does, by transformers: import, load, read the prompt, decode greedily."""

import json
import sys
import time

begin = time.perf_counter()
import torch
import transformers

imported = time.perf_counter()
folder, prefill, decode, threads = sys.argv[1], *map(int, sys.argv[2:5])
torch.set_num_threads(threads)
model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
loaded = time.perf_counter()
ids = torch.arange(prefill)[None] * 7919 % model.config.vocab_size
with torch.inference_mode():
    out = model(ids, use_cache=True, logits_to_keep=1)
    prefilled = time.perf_counter()
    for _ in range(decode - 1):
        ids = out.logits[:, -1].argmax(-1, keepdim=True)
        out = model(ids, past_key_values=out.past_key_values, use_cache=True)
decoded = time.perf_counter()
timing = {
    "import_s": imported - begin,
    "load_s": loaded - imported,
    "prefill_s": prefilled - loaded,
    "decode_s": decoded - prefilled,
    "tokens_per_s": (decode - 1) / (decoded - prefilled),
}
print("TIMES=" + json.dumps({"version": transformers.__version__, "timing": timing}))

"""What `run_eval.py` is made of. Nothing here needs torch or ttnn to be imported."""

#!/usr/bin/env python3
"""Starts the worker of this machine. Flags go to `althing bringup worker`; none is needed.

    python scripts/run_worker.py             works until it is stopped
    python scripts/run_worker.py --once      takes one issue at most
    python scripts/run_worker.py --help      all flags
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from yieldthought_agents.worker import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`python -m cwb_impact.simulate STUDY [--out DIR] [--seed N]`"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cwb_impact.errors import CwbError
from cwb_impact.simulate import simulate


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m cwb_impact.simulate", description="Make the synthetic raw waves of a study."
    )
    parser.add_argument("study", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--seed", type=int)
    asked = parser.parse_args()
    try:
        for path in simulate(asked.study, asked.out, asked.seed):
            print(path)
    except CwbError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


sys.exit(main())

"""Make the extracts beside this script: python make_extract.py FOLDER_WITH_THE_THREE_COHORTS [OUT_FOLDER]

The first 1,000 people of each cohort, all columns, values unchanged.
"""

import sys
from pathlib import Path

PEOPLE = 1000

if __name__ == "__main__":
    out = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).parent
    for cohort in ("cohort_a.csv", "cohort_b.csv", "cohort_c.csv"):
        lines = (Path(sys.argv[1]) / cohort).read_text(encoding="utf-8").splitlines(keepends=True)
        (out / cohort).write_text("".join(lines[: 1 + PEOPLE]), encoding="utf-8", newline="")

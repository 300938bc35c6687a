"""Compare two oracle files row by row: python tests/oracle/compare.py STORED NEW."""

import sys

import pandas as pd

RTOL = 1e-9
ATOL = 1e-14  # covariances of people who never meet are zero but for rounding


def differences(stored: pd.DataFrame, new: pd.DataFrame) -> list[str]:
    """One line per cell that differs: text exactly, numbers beyond the tolerance."""
    if list(stored.columns) != list(new.columns):
        return [f"columns {list(stored.columns)}, now {list(new.columns)}"]
    if len(stored) != len(new):
        return [f"{len(stored)} rows, now {len(new)}"]
    lines = []
    for column in stored.columns:
        a, b = (pd.to_numeric(t[column], errors="coerce") for t in (stored, new))
        same = (stored[column] == new[column]) | ((a - b).abs() <= ATOL + RTOL * a.abs())
        for i in stored.index[~same]:
            change = f"{column} {stored[column][i]!r}, now {new[column][i]!r}"
            lines.append(f"line {i + 2}: {change} ({' '.join(stored.iloc[i, :5])})")
    return lines


def main(stored: str, new: str) -> int:
    """Print what differs; 1 if anything does."""
    tables = [pd.read_csv(f, dtype=str, keep_default_na=False) for f in (stored, new)]
    lines = differences(*tables)
    print(f"{stored}: {len(lines)} differences", *lines, sep="\n")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))

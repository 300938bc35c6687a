"""docs/problem_codes.md lists exactly the codes that the package can report."""

import re
from pathlib import Path


def test_every_code_is_documented_and_every_documented_code_exists() -> None:
    used = {code for path in Path("src").rglob("*.py") for code in re.findall(r'"([EW]\d{3})"', path.read_text())}
    documented = set(re.findall(r"^\| ([EW]\d{3}) \|", Path("docs/problem_codes.md").read_text(), re.M))
    assert used == documented

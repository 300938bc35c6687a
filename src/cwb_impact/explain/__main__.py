"""`python -m cwb_impact.explain FOLDER` (`make catalogue`): the catalogue in Dutch and English, and open facts."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from cwb_impact.errors import Problems
from cwb_impact.explain.open_facts import not_verified
from cwb_impact.explain.pages import catalogue
from cwb_impact.report.words import Lang
from cwb_impact.spec.dictionary_folder import load_dictionary

PAGES: Mapping[str, Lang] = {"catalogue.md": "en", "catalogus.md": "nl"}


def main(folder: Path) -> None:
    problems = Problems()
    dictionary = load_dictionary(problems)
    problems.raise_if_errors()
    for name, lang in PAGES.items():
        (folder / name).write_text(catalogue(dictionary, lang), encoding="utf-8")
    (folder / "not_verified.md").write_text(not_verified(dictionary), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

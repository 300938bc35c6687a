"""Invented releases for the tests of the reports, and the rule for tests that need real Quarto."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from cwb_impact.report.quarto import find_quarto
from cwb_impact.report.release import Release, open_release
from cwb_impact.report.steering_page import steering_page
from cwb_impact.report.words import LANGUAGES, Lang
from report.make_release import make_release
from report.programme_release import make_programme_release
from report.steering_dom import Node, dom

FEW = ("job_satisfaction", "higher_net_pay", "life_satisfaction", "good_health", "knows_programme")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked `quarto` run wherever Quarto is; elsewhere they are not part of the suite."""
    if find_quarto() is None:
        needing = [item for item in items if item.get_closest_marker("quarto")]
        config.hook.pytest_deselected(items=needing)
        items[:] = [item for item in items if item not in needing]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of two waves."""
    return make_release(tmp_path_factory.mktemp("two_waves"))


@pytest.fixture(scope="session")
def release(folder: Path) -> Release:
    return open_release(folder)


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of one wave: the first measurement."""
    return open_release(make_release(tmp_path_factory.mktemp("one_wave"), ("2025Q3",)))


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of people who exist (so the manifest says)."""
    return open_release(make_release(tmp_path_factory.mktemp("personal"), data="personal"))


@pytest.fixture(scope="session")
def with_programme(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release with the shipped programme, and invented figures from registers."""
    return open_release(make_programme_release(tmp_path_factory.mktemp("programme")))


@pytest.fixture(scope="session")
def steering_sources(with_programme: Release) -> dict[Lang, str]:
    return {lang: steering_page(with_programme, lang) for lang in LANGUAGES}


@pytest.fixture(scope="session")
def pages(steering_sources: dict[Lang, str]) -> dict[Lang, Node]:
    """The steering page in both languages, as a browser reads it."""
    return {lang: dom(source) for lang, source in steering_sources.items()}


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Makes a release with a few outcomes, among them every way of not showing a number; for whole documents."""

    def make(*waves: str) -> Path:
        made = make_release(tmp_path_factory.mktemp("small"), waves or ("2025Q3", "2026Q3"))
        manifest = json.loads((made / "manifest.json").read_text(encoding="utf-8"))
        manifest["indicators"] = {name: manifest["indicators"][name] for name in FEW}
        manifest["study"]["headline"] = list(FEW)
        (made / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        for name in ("indicators", "changes"):
            file = made / "tables" / f"{name}.csv"
            rows = pd.read_csv(file, dtype=str, keep_default_na=False)
            rows[rows["indicator"].isin(FEW)].to_csv(file, index=False)
        return made

    return make

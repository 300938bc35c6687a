"""`protect --explain`: what was hidden, why and at what cost. Never an answer, never the ends of a bound."""

import io
import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from typer.testing import CliRunner

import cwb_impact as cwb
from cwb_impact.cli import app
from cwb_impact.disclosure.differencing import DIFFERS_BY_FEW
from cwb_impact.disclosure.family import Bound
from cwb_impact.explain.grouping import Advice, Grouping
from cwb_impact.explain.protection import Close, Cost, Explained, HiddenRow, explained
from cwb_impact.explain.protection_console import show_explained, show_rows, show_short
from cwb_impact.explain.protection_words import WORDS
from cwb_impact.report.words import LANGUAGES, Lang, words
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.model import both
from cwb_impact.spec.policy import Withheld

OF_CHANGES = {"suppressed_in_a_wave"}
OF_WHAT_IS_NOT_THERE = {"not_asked_in_this_wave", "no_respondents", "not_recorded", "nothing_to_count", "not_known"}


def row(category: str, n: int, status: str, reason: str = "", band: str = "", **more: object) -> dict[str, object]:
    where = {"population": "coop_workers", "wave": "2025Q3", "indicator": "good_health", "dimension": "sex"}
    return {
        **where,
        "category": category,
        "statistic": "share",
        "n": n,
        "status": status,
        "reason": reason,
        "band": band,
    } | more


ROWS = pd.DataFrame(
    [
        row("total", 100, "published", dimension="total"),
        row("female", 60, "suppressed_secondary", "complement_of_suppressed"),
        row("male", 33, "low_reliability", "wide_interval"),
        row("other", 7, "suppressed_primary", "too_few_respondents"),
        row("male", 40, "published", "band", "<10", wave="2026Q3"),
        row("female", 0, "not_collected", "not_asked_in_this_wave", wave="2024Q3"),
    ]
)
LISTS = pd.DataFrame(
    [row("total", 4, "suppressed_primary", "too_few_holdings", dimension="total", population="coops", indicator="lm3")],
    index=[len(ROWS)],
)
EMPTY = ROWS.iloc[:0]


def found(study: StudyBundle, bounds: tuple[Bound, ...] = (), rows: pd.DataFrame = ROWS) -> Explained:
    return explained(rows, LISTS, {}, bounds, study, groupings=False)


def told(one: Explained, study: StudyBundle, lang: Lang) -> str:
    page = io.StringIO()
    console = Console(file=page, width=100, highlight=False, soft_wrap=True)
    for show in (show_short, show_explained, show_rows):
        show(one, study, console, lang)
    return page.getvalue()


@pytest.fixture
def study(tiny: Path) -> StudyBundle:
    """With a population of lists, as those of ROWS and LISTS."""
    bundle = cwb.open_study(tiny)
    populations = {**bundle.study.populations, "coops": bundle.study.populations["coop_workers"]}
    return replace(bundle, study=bundle.study.model_copy(update={"populations": populations}))


def test_every_row_is_counted_once_as_what_it_is(study: StudyBundle) -> None:
    groups = {(one.population, one.dimension): one.rows for one in found(study).groups}
    none = {"shown": 0, "indicative": 0, "band": 0, "hidden": 0, "covers": 0, "not_asked": 0}
    assert groups == {
        ("coop_workers", "total"): none | {"shown": 1},
        ("coop_workers", "sex"): none | {"indicative": 1, "band": 1, "hidden": 1, "covers": 1, "not_asked": 1},
        ("coops", "total"): none | {"hidden": 1},
    }


def test_reasons_know_whose_rule_they_are(study: StudyBundle) -> None:
    reasons = [(one.reason, one.kind, one.of_registers, one.rows) for one in found(study).reasons]
    assert reasons == [
        ("too_few_holdings", "hidden", True, 1),
        ("too_few_respondents", "hidden", False, 1),
        ("complement_of_suppressed", "covers", False, 1),
        ("band", "band", False, 1),
        ("wide_interval", "indicative", False, 1),
    ]


def test_hidden_rows_name_what_they_cover_and_count_few_as_few(study: StudyBundle) -> None:
    female, other, lm3 = found(study).hidden
    assert (female.category, female.respondents, female.covers) == ("female", "60", ("other",))
    assert (other.category, other.respondents, other.covers) == ("other", "<10", ())
    assert lm3.indicator == "lm3"
    assert found(study, rows=ROWS.assign(n=33)).hidden[0].respondents == "35"


def test_the_cost_is_that_of_asked_rows(study: StudyBundle) -> None:
    """Of 244 answers behind 6 rows 7 + 4 are hidden and 60 go to cover them."""
    assert found(study).cost == Cost(6, 2, 1, round(100 * 11 / 244, 1), round(100 * 60 / 244, 1))


def test_of_a_bound_only_its_width_is_told(study: StudyBundle) -> None:
    bounds = (
        Bound(3, 54321.0, 54326.0, 3),
        Bound(("secret", 4), 98765.0, 98767.0, 2),
        Bound(1, 0.0, np.inf, 3),
        Bound(6, 5.0, 5.0, 0),
    )
    attack = found(study, bounds).attack
    assert (attack.asked, attack.attacked, attack.too_close, attack.narrowest) == (3, 3, 0, 5)
    where = ("coop_workers", "2025Q3", "good_health", "sex")
    assert attack.tightest == (
        Close(("coop_workers", "2026Q3", "good_health", "sex", "male"), 1.0, None),  # people would count the two
        Close((*where, "other"), 1.67, 5),
        Close((*where, "female"), None, None),
    )
    for said in (
        json.dumps(asdict(found(study, bounds))),
        *(told(found(study, bounds), study, it) for it in LANGUAGES),
    ):
        assert not any(end in said for end in ("54321", "54326", "98765", "98767", "Infinity"))


def test_bounds_that_are_too_narrow_are_said(study: StudyBundle) -> None:
    one = found(study, (Bound(3, 6.0, 7.0, 3),))
    assert one.attack.too_close == 1
    assert "Found too closely: 1 hidden numbers. The policy asks 3 people." in told(one, study, "en")
    assert "The attack found nothing closer" not in told(one, study, "en")


def test_a_label_of_two_rows_is_a_fault_of_ours(study: StudyBundle) -> None:
    with pytest.raises(AssertionError, match="of one row"):
        explained(ROWS, LISTS.set_axis([0]), {}, (), study, groupings=False)


def test_nothing_at_all_is_explained_too(study: StudyBundle) -> None:
    one = explained(EMPTY, EMPTY, {}, (), study)
    assert (one.groups, one.reasons, one.hidden, one.advice) == ((), (), (), ())
    assert "Nothing is hidden." in told(one, study, "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_fits_on_a_screen_of_100_columns(study: StudyBundle, lang: Lang) -> None:
    better, fuller = Grouping((("male", "other"),), 4, 5, 99.0), Grouping((("female", "male", "other"),), 1, 1, 100.0)
    now = Grouping((), 3, 9, 60.0)
    advice = (
        Advice("coop_workers", "sex", now, (better,), None, 2, "too_few_holdings", 3, 9),
        Advice("residents", "sex", now, (), fuller, 0, "too_few_respondents", 3, 0),
    )
    said = told(replace(found(study, (Bound(3, 0.0, 5.0, 3),)), advice=advice), study, lang)
    assert max(len(line.rstrip()) for line in said.splitlines()) <= 100
    for category in ("male", "other"):
        assert f"'{study.dictionary.variables['sex'].codes[category][lang]}'" in said  # type: ignore[index]
    assert "{" not in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_has_words_with_its_number(study: StudyBundle, lang: Lang) -> None:
    """Those that the report knows, and those of whole releases."""
    known = {key.removeprefix("reason.") for key in words(lang) if key.startswith("reason.")}
    reasons = (known | {DIFFERS_BY_FEW}) - OF_CHANGES - OF_WHAT_IS_NOT_THERE - {"other"}
    assert sorted(name for name in reasons if f"reason.{name}" not in WORDS) == []


def test_the_number_is_that_of_the_study(study: StudyBundle) -> None:
    stricter = replace(study, policy=study.policy.model_copy(update={"minimum_respondents": 20}))
    assert "fewer than 20 answers" in told(found(stricter), stricter, "en")
    assert found(stricter).hidden[1].respondents == "<20"


def test_what_a_study_leaves_out_itself_is_told_in_its_words(study: StudyBundle) -> None:
    why = both("te gevoelig", "too delicate")
    own = Withheld(indicator="good_health", population="coop_workers", category="other", dimension="sex", why=why)
    policy = study.policy.model_copy(update={"withhold": [own]})
    rows = ROWS.assign(reason=ROWS["reason"].replace("too_few_respondents", "withheld_by_study"))
    said = told(found(study, rows=rows), replace(study, policy=policy), "en")
    assert "too delicate" in said
    assert said.count("too delicate") == 1


def test_the_command_explains_and_writes_nothing(tiny: Path) -> None:
    before = {path: path.read_bytes() for path in tiny.rglob("*") if path.is_file()}
    told = CliRunner().invoke(app, ["protect", str(tiny), "--explain", "--rows", "--lang", "nl", "--out", str(tiny)])
    assert told.exit_code == 0, told.output
    assert WORDS["restricted"].nl in told.stdout
    assert {path: path.read_bytes() for path in tiny.rglob("*") if path.is_file()} == before
    program = CliRunner().invoke(app, ["protect", str(tiny), "--json", "--out", str(tiny)])
    assert {one["population"] for one in json.loads(program.stdout)["groups"]} == {"coop_workers", "residents"}


def test_a_row_hidden_for_others_in_other_tables_says_so(study: StudyBundle) -> None:
    alone = ROWS.iloc[:2]
    (female, _) = found(study, rows=alone).hidden
    assert isinstance(female, HiddenRow)
    assert female.covers == ()
    assert "covers other tables" in told(found(study, rows=alone), study, "en")

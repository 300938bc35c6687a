"""What the harmoniser promises of whole waves: nothing lost, nothing invented."""

from pathlib import Path

import numpy as np
import pytest

from cwb_impact.study import harmonise, open_study
from cwb_impact.types import Waves


@pytest.fixture(scope="module")
def gss() -> Waves:
    return harmonise(open_study("tests/acceptance/gss_panel"))


def test_every_respondent_has_a_valid_answer_or_a_reason(gss: Waves) -> None:
    for name in ("work_status", "health_4pt", "degree"):
        why = gss.frame[f"{name}__why"]
        assert why.notna().all()
        assert ((why == "valid") == gss.frame[name].notna()).all()


def test_reasons_are_those_of_the_file(gss: Waves) -> None:
    # GSS 2016: 979 not asked about health (iap), 3 no answer; counted in the file itself
    health = gss.frame.loc[gss.frame["wave"] == "2016", "health_4pt__why"].value_counts()
    assert health["not_applicable"] == 979 and health["no_answer"] == 3


def test_a_substantive_code_can_be_a_missing_reason(gss: Waves) -> None:
    """ownstock 5 is "I do not know if I own stock": 69 people, besides one don't know coded d."""
    why = gss.frame.loc[gss.frame["wave"] == "2018", "company_stock__why"].value_counts()
    assert why["dont_know"] == 69 + 1


def test_records_add_up_to_the_frame(gss: Waves) -> None:
    for wave in gss.records:
        rows = gss.of(wave.population, wave.wave)
        assert wave.respondents == len(rows) == wave.rows - sum(wave.left_out.values())
        for made in wave.variables:
            assert dict(made.why) == {why: n for why, n in rows[f"{made.variable}__why"].value_counts().items() if n}
            for column in made.columns:
                assert sum(line.n for line in made.recoded if line.column == column) == len(rows)


def test_what_a_wave_did_not_collect_is_all_or_none(gss: Waves) -> None:
    for name in [name for name in gss.frame if name.endswith("__why")]:
        absent = (gss.frame[name] == "not_collected").groupby([gss.frame["population"], gss.frame["wave"]]).mean()
        assert set(absent) <= {0.0, 1.0}
        asked = (gss.frame[name] == "not_asked").groupby([gss.frame["population"], gss.frame["wave"]]).mean()
        assert (asked < 1).all()


def test_weights_of_a_census_add_up_to_its_people(tiny: Path) -> None:
    waves = harmonise(open_study(tiny))
    design = waves.designs["coop_workers", "2025Q3"]
    assert design.weight.sum() == pytest.approx(45)
    np.testing.assert_allclose(np.bincount(design.stratum, weights=design.weight), design.population_size)

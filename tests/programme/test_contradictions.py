"""Seven contradictions of the programme report (methodology A.3), and how the shipped data carry each of them.

The report is public and is quoted by line in surveys/nieuw_west/programme. Nothing here repairs it: where it says two
things, both stand, and where it says nothing, nothing is filled in.
"""

from __future__ import annotations

from datetime import date
from itertools import combinations

from cwb_impact.programme.compare import before, in_order, is_past, reaches
from cwb_impact.programme.counts import count
from cwb_impact.programme.initiative_rows import initiative_rows
from cwb_impact.programme.load import Programme
from cwb_impact.programme.outcomes import outcome, together
from cwb_impact.spec.reported import FuzzyDate, Quantity, lines_of, parts

OCTOBER_2025 = date(2025, 10, 31)


def test_1_four_co_ops_is_four_different_numbers(programme: Programme) -> None:
    """Line 129 promises four WORKER co-ops FOUNDED; line 119 says four co-ops OPERATIONAL, 'ruim gehaald'.

    Another rule gives another number, so the rule is printed beside the number, and each reading is a target.
    """
    by_rule = {
        name: count(name, programme.initiatives, OCTOBER_2025)  # type: ignore[arg-type]
        for name in ("founded", "worker_coop_founded", "trading_or_people_at_work", "report_heading")
    }

    founded = by_rule["founded"]
    assert founded.counted == ("groen_nieuw_west", "circulair_bedrijf_wildeman", "renieuw_west", "buurtbus")
    assert founded.possibly == ("roots_and_recipes", "stadslandgoed_nieuw_west")

    worker_coops = by_rule["worker_coop_founded"]
    assert worker_coops.counted == ("groen_nieuw_west",)  # line 138: 'als werknemerscoöperatie'; of no other
    assert "kantinemoeders" not in founded.counted + founded.possibly + worker_coops.possibly  # a foundation, line 195

    at_work = by_rule["trading_or_people_at_work"]
    assert at_work.counted == (
        "groen_nieuw_west", "roots_and_recipes", "circulair_bedrijf_wildeman", "kantinemoeders"
    )  # fmt: skip
    assert "stichting" in at_work.words.nl and "foundation" in at_work.words.en

    heading = by_rule["report_heading"]  # the report counts the estate whose lease is not signed (line 180)
    assert "stadslandgoed_nieuw_west" in heading.counted and heading.low == heading.high == 4

    numbers = {(found.low, found.high) for found in by_rule.values()}
    assert numbers == {(4, 6), (1, 6), (4, 7), (4, 4)}
    assert len({found.words.nl for found in by_rule.values()}) == 4


def test_1_the_promise_itself_is_neither_met_nor_missed(programme: Programme) -> None:
    """Wider readings reach four; that does not make the promise met, so none of them is green."""
    targets = programme.targets.targets
    readings = {key: of for key, of in targets.items() if "worker_coops_founded" in (key, of.reading_of)}
    assert len(readings) == 4
    strict = outcome(readings.pop("worker_coops_founded"), OCTOBER_2025)
    assert (strict.answer, strict.light) == ("cannot_say", "grey")
    assert {outcome(of, OCTOBER_2025).light for of in readings.values()} == {"amber"}
    promise = next(rows for rows in initiative_rows(programme, "2025Q3", OCTOBER_2025) if rows.register == "targets")
    assert (promise.frame["target_main_reading"] == "yes").sum() == len(targets) - 3


def test_2_people_now_and_forecasts_are_not_added_up(programme: Programme) -> None:
    """Adding gives 31 (or 39 with a team) now and 105 to 109 later: sums of jobs, a team, training and other dates."""
    initiatives = programme.initiatives.initiatives
    units = {entry.people_now.quantity.unit for entry in initiatives.values() if entry.people_now.evidence}
    assert units == {"people_at_work", "work_and_training_places", "team_members", "people_in_existing_firm"}

    forecasts = [forecast for entry in initiatives.values() for forecast in entry.forecasts]
    assert [(f.quantity.low, f.quantity.high) for f in forecasts] == [(60, 60), (7, 10), (4, 5), (15, 15)]
    assert together(forecasts).quantity is None
    refusals = [together(pair) for pair in combinations(forecasts, 2)]
    assert all(refusal.quantity is None for refusal in refusals)
    assert {refusal.why.en for refusal in refusals} >= {
        "Not added up. One forecast is about work, another about training. The same people may be in both.",
        "Not added up. One forecast holds only on a condition.",
        "Not added up. One forecast has no date.",
    }


def test_3_more_than_fifty_is_only_expected(programme: Programme) -> None:
    """'> vijftig' (line 129) is reached by a forecast of about 60 that depends on orders (line 141), not by people."""
    large = programme.targets.targets["one_large_worker_coop"]
    assert large.type == "potential" and large.actual is not None and large.target is not None
    (forecast,) = programme.initiatives.initiatives["groen_nieuw_west"].forecasts
    assert reaches(large.actual, "more_than", large.target).answer == "no"  # about 20: 15 to 25
    assert reaches(forecast.quantity, "more_than", large.target).answer == "yes"  # about 60: 55 to 65
    assert forecast.condition is not None and forecast.condition.nl == "afhankelijk van opdrachten"

    found = outcome(large, OCTOBER_2025)
    assert (found.answer, found.light) == ("no", "amber") and "only expected" in found.why.en


def test_4_the_million_is_unknown_and_replaced_not_zero_and_not_met(programme: Programme) -> None:
    """Line 319 promises € 1,000,000 and reports another fund, without an amount."""
    million = programme.targets.targets["investment_capacity"]
    assert million.actual is not None and million.target is not None
    assert (million.actual.qualifier, million.actual.low, million.actual.reading) == ("unknown", None, None)
    for day in (OCTOBER_2025, date(2026, 1, 1), date(2030, 1, 1)):  # nor does it become a miss when time passes
        found = outcome(million, day)
        assert (found.answer, found.light) == ("cannot_say", "grey")
    assert million.status == "replaced" and lines_of(million) == [319]


def test_5_vague_dates_are_sorted_and_compared_only_as_far_as_they_go(programme: Programme) -> None:
    """'medio 2025', 'najaar 2025' and '2026-2027' are stretches of days, and stay so."""
    dates = {date_.text: date_ for file in programme.files for _, date_ in parts(FuzzyDate, file)}
    mid_2025, autumn, years, mid_2026 = (dates[t] for t in ("medio 2025", "najaar 2025", "2026-2027", "medio 2026"))
    assert before(mid_2025, autumn).answer == "yes"
    assert before(years, mid_2026).answer == "cannot_say" and "dus niet te zeggen" in before(years, mid_2026).why.nl
    assert is_past(autumn, OCTOBER_2025).answer == "cannot_say"  # so Roots & Recipes may, or may not, be founded
    assert is_past(autumn, date(2025, 12, 31)).answer == "yes"
    in_time = sorted(dates.values(), key=in_order)
    for first, last in combinations(in_time, 2):
        assert before(last, first).answer != "yes"


def test_6_numbers_keep_their_reservation(programme: Programme) -> None:
    """'ca.' and 'circa' are about, 'zeven à tien' is a range, '> vijftig' is more than, and silence is unknown."""
    initiatives = programme.initiatives.initiatives
    people = {name: entry.people_now.quantity for name, entry in initiatives.items()}
    assert (people["groen_nieuw_west"].qualifier, people["groen_nieuw_west"].value) == ("about", 20)
    assert (people["circulair_bedrijf_wildeman"].qualifier, people["circulair_bedrijf_wildeman"].value) == ("about", 3)
    assert (people["kantinemoeders"].qualifier, people["kantinemoeders"].value) == ("exact", 8)
    assert people["roots_and_recipes"].qualifier == "unknown" and people["roots_and_recipes"].low is None

    chefs, mothers = (forecast.quantity for forecast in initiatives["roots_and_recipes"].forecasts)
    assert (chefs.qualifier, chefs.minimum, chefs.maximum) == ("range", 7, 10)
    assert (mothers.qualifier, mothers.minimum, mothers.maximum) == ("range", 4, 5)
    assert programme.targets.targets["one_large_worker_coop"].comparator == "more_than"
    for file in programme.files:
        for _, quantity in parts(Quantity, file):
            assert quantity.qualifier != "unknown" or quantity.reading is None


def test_7_a_higher_net_wage_is_words_and_no_number(programme: Programme) -> None:
    """Line 197 sets the net pay of contractors against that of employees: not one concept, so it is quoted only."""
    kitchen = programme.initiatives.initiatives["kantinemoeders"]
    assert any(proof.line == 197 and "hoger nettoloon" in proof.quote for proof in kitchen.evidence)
    assert kitchen.notes is not None
    assert "zzp'er" in kitchen.notes.nl and "not the same thing" in kitchen.notes.en
    assert not [unit for unit in programme.source.units if "wage" in unit or "pay" in unit]
    assert not [
        target for target in programme.targets.targets.values() if 197 in lines_of(target) and "loon" in target.text.nl
    ]

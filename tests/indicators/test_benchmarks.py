"""What may stand beside what. Each trap of published figures with the same name is a test.

Indicators, words and published figures are those of the shipped dictionary. Where a trap has no published number, the
figure is a copy of a shipped one with other words (`figure`); where no indicator of ours asks what a published figure
asked, the indicator is a copy with its words (`ours`), to show that like does stand beside like.
"""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb_impact.errors import CwbError, Problems
from cwb_impact.indicators import benchmarks as module
from cwb_impact.indicators.benchmarks import Refusal, beside, named_beside, refusals, refused, require_comparable
from cwb_impact.spec import labels
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.dictionary_folder import load_dictionary
from cwb_impact.spec.indicator import Indicator, Measurement, Statistic, Unit
from cwb_impact.spec.measurement import FACETS, NOT_READ, Benchmark
from cwb_impact.spec.model import Population, Text, parse
from cwb_impact.spec.yaml_source import parse_document

DICTIONARY = load_dictionary(Problems())
INDICATORS = DICTIONARY.indicators
BENCHMARKS = sorted(DICTIONARY.benchmarks)
PLACE = Path("figure.yml")
DOCS = Path(__file__).parents[2] / "docs" / "benchmarks.md"


def ours(instrument: str, answers: str, rule: str, denominator: str, **others: object) -> Indicator:
    """An indicator of residents, a share in percent unless told otherwise, that measures in these words."""
    measured = Measurement(instrument=instrument, answers=answers, rule=rule, denominator=denominator)
    return INDICATORS["good_health"].model_copy(update={"measurement": measured, **others})


def figure(like: str, **words: str) -> Benchmark:
    """A figure like a published one, measured in other words."""
    published = DICTIONARY.benchmarks[like]
    measured = published.measurement.model_copy(update=words)
    return published.model_copy(update={"id": "figure", "measurement": measured})


def reasons(indicator: Indicator, benchmark: Benchmark) -> list[str]:
    return [refusal.facet for refusal in refusals(indicator, benchmark, DICTIONARY)]


def told(indicator: Indicator, benchmark: Benchmark, lang: str = "nl") -> str:
    return " ".join(refusal.text(lang) for refusal in refusals(indicator, benchmark, DICTIONARY))


# --- the traps


MEAN_0_10 = INDICATORS["life_satisfaction"]
SATISFIED_0_10 = INDICATORS["satisfied_with_life"]
SATISFIED_1_10 = ours("cbs_life_satisfaction", "points_1_10", "life_satisfaction_7_or_higher", "persons_18_plus")
SATISFIED = "cbs_satisfied_with_life_2021"


def test_life_satisfaction_since_2013_is_asked_from_1_to_10() -> None:
    published = DICTIONARY.benchmarks[SATISFIED]
    assert reasons(SATISFIED_0_10, published) == ["instrument", "answers", "denominator"]
    assert "De antwoorden bij dit cijfer: een cijfer van 1 tot 10." in told(SATISFIED_0_10, published)
    assert reasons(MEAN_0_10, published) == [*FACETS, "statistic", "unit"]
    assert reasons(SATISFIED_1_10, published) == []


def test_life_satisfaction_of_2012_is_asked_from_0_to_10_by_another_survey() -> None:
    published = figure(SATISFIED, instrument="cbs_life_satisfaction_2012", answers="points_0_10")
    assert reasons(SATISFIED_0_10, published) == ["instrument", "denominator"]
    assert reasons(SATISFIED_1_10, published) == ["instrument", "answers"]


def test_life_satisfaction_until_2010_has_five_answers_in_words() -> None:
    published = figure(SATISFIED, instrument="cbs_life_satisfaction_1997_2010", answers="life_satisfaction_in_words")
    for indicator in (SATISFIED_0_10, SATISFIED_1_10):
        assert {"instrument", "answers"} <= set(reasons(indicator, published))
        assert "vijf antwoorden in woorden" in told(indicator, published)


def test_life_satisfaction_of_eu_silc_has_the_scale_and_not_the_words_of_our_question() -> None:
    published = DICTIONARY.benchmarks["eu_silc_life_satisfaction_nl_2022"]
    assert [one.value for one in published.current] == [7.6]
    assert reasons(MEAN_0_10, published) == ["instrument", "denominator"]
    assert reasons(SATISFIED_0_10, published) == ["instrument", "rule", "denominator", "statistic", "unit"]
    asked = ours(*dict(published.measurement).values(), statistic="mean", unit="points_0_10")
    assert reasons(asked, published) == []


def test_two_margins_of_one_estimate_are_both_kept_with_their_method() -> None:
    plain, model = DICTIONARY.benchmarks[SATISFIED].current
    assert plain.value == model.value == 83.6
    assert (plain.ci, model.ci) == ((82.6, 84.6), (83.2, 84.1))
    assert plain.ci == pytest.approx((83.6 - 1.96 * 0.5, 83.6 + 1.96 * 0.5), abs=0.05)
    assert plain.interval_method is not None
    assert model.interval_method is not None
    assert "82634NED" in plain.interval_method.en
    assert "84572NED" in model.interval_method.en
    assert DICTIONARY.benchmarks[SATISFIED].earlier == ()


STRONGLY = INDICATORS["strong_loneliness"]


@pytest.mark.parametrize(("year", "strong", "moderate"), [(2019, 9, 26), (2021, 11, 32), (2024, 10, 30)])
def test_loneliness_of_the_six_questions_stands_beside_the_same_category(
    year: int, strong: float, moderate: float
) -> None:
    strongly, moderately = (DICTIONARY.benchmarks[f"cbs_{word}_lonely_{year}"] for word in ("strongly", "moderately"))
    assert (strongly.current[0].value, moderately.current[0].value) == (strong, moderate)
    assert reasons(STRONGLY, strongly) == []
    assert reasons(STRONGLY, moderately) == ["rule"]
    assert reasons(INDICATORS["moderate_loneliness"], moderately) == []


def test_loneliness_of_the_eleven_questions_is_another_instrument() -> None:
    published = figure("cbs_strongly_lonely_2024", instrument="djg11", answers="djg11_score", rule="djg11_9_or_more")
    assert reasons(STRONGLY, published) == ["instrument", "answers", "rule"]


def test_loneliness_of_cbs_until_2018_is_another_instrument() -> None:
    words = {"answers": "cbs_loneliness_score", "rule": "cbs_loneliness_7_or_more"}
    published = figure("cbs_strongly_lonely_2019", instrument="cbs_loneliness_2012_2018", **words)
    assert reasons(STRONGLY, published) == ["instrument", "answers", "rule"]
    assert "van 2012 tot en met 2018" in told(STRONGLY, published)


def test_mhi5_has_two_cut_offs_and_these_are_two_figures() -> None:
    below, at_most = (INDICATORS[f"psychological_complaints_{limit}"] for limit in ("below_60", "60_or_lower"))
    words = {"instrument": "mhi5", "answers": "mhi5_score"}
    monitor = figure("cbs_strongly_lonely_2024", rule="mhi5_60_or_lower", **words)
    health_survey = figure("cbs_strongly_lonely_2024", rule="mhi5_below_60", **words)
    assert reasons(below, monitor) == ["rule"]
    assert "60 of lager" in told(below, monitor)
    assert reasons(below, health_survey) == reasons(at_most, monitor) == []
    assert reasons(at_most, health_survey) == ["rule"]
    assert {"rule", "statistic", "unit"} <= set(reasons(below, DICTIONARY.benchmarks["ndc_mental_health_areas_2002"]))


COHESION = INDICATORS["cohesion_vm2021"]


@pytest.mark.parametrize(("where", "value"), [("", 6.4), ("_very_urban", 5.9), ("_not_urban", 7.1)])
def test_cohesion_of_the_same_version_waits_until_its_formula_is_read(where: str, value: float) -> None:
    published = DICTIONARY.benchmarks[f"vm_cohesion_2021{where}"]
    assert published.current[0].value == value
    assert reasons(COHESION, published) == ["rule"]
    assert reasons(COHESION, figure(published.id, rule="mean")) == []


@pytest.mark.parametrize(
    ("instrument", "answers"),
    [
        ("cohesion_vm2012", "cohesion_vm_score"),
        ("cohesion_ssw", "cohesion_ssw_score"),
        ("cohesion_zwolle", "cohesion_zwolle_score"),
        ("cohesion_utrecht", "cohesion_utrecht_score"),
        ("cohesion_vm_four", "cohesion_vm_index"),
    ],
)
def test_cohesion_of_another_version_or_city_is_another_scale(instrument: str, answers: str) -> None:
    published = figure("vm_cohesion_2021", instrument=instrument, answers=answers, rule="mean")
    assert reasons(COHESION, published)[0] == "instrument"
    assert ("answers" in reasons(COHESION, published)) == (answers != "cohesion_vm_score")


def test_the_index_of_cohesion_is_no_mark() -> None:
    assert reasons(COHESION, DICTIONARY.benchmarks["vm_cohesion_index_2025"]) == ["instrument", "answers", "unit"]


EMPLOYED = INDICATORS["net_labour_participation"]
PRIVATE = "persons_15_to_74_in_private_households"


def test_employment_from_twelve_hours_is_not_employment_from_one_hour() -> None:
    words = {"instrument": "own_work_questions", "answers": "hours_and_yes_no", "denominator": PRIVATE}
    until_2015 = figure(SATISFIED, rule="twelve_usual_hours", **words)
    assert reasons(EMPLOYED, until_2015) == ["rule"]
    assert "twaalf uur" in told(EMPLOYED, until_2015)
    assert reasons(EMPLOYED, figure(SATISFIED, rule="one_hour_or_absent", **words)) == []


@pytest.mark.parametrize("instrument", ["cbs_ebb_2021", "cbs_ebb_before_2021"])
def test_employment_of_the_labour_force_survey_rests_on_other_questions(instrument: str) -> None:
    words = {"answers": "hours_and_yes_no", "rule": "one_hour_or_absent", "denominator": PRIVATE}
    assert reasons(EMPLOYED, figure(SATISFIED, instrument=instrument, **words)) == ["instrument"]


PROXY = INDICATORS["below_poverty_line_indication"]


def test_poverty_of_the_city_is_not_poverty_of_cbs() -> None:
    national = DICTIONARY.benchmarks["cbs_poverty_amsterdam_2023"]
    city = DICTIONARY.benchmarks["amsterdam_minima_2020"]
    assert (national.current[0].value, city.current[0].value) == (6.6, 15.7)
    as_cbs = ours(*dict(national.measurement).values())
    assert reasons(as_cbs, national) == []
    assert reasons(as_cbs, city) == ["instrument", "rule", "denominator"]
    assert "Dit cijfer telt huishoudens zonder studenten. Wij tellen personen" in told(as_cbs, city)


@pytest.mark.parametrize("name", ["cbs_poverty_2023", "cbs_poverty_2024", "amsterdam_minima_2020"])
def test_a_survey_proxy_of_poverty_has_no_official_figure_beside_it(name: str) -> None:
    assert {"instrument", "rule", "denominator"} <= set(reasons(PROXY, DICTIONARY.benchmarks[name]))


def test_a_number_of_people_in_poverty_is_no_share() -> None:
    counted = DICTIONARY.benchmarks["cbs_people_in_poverty_2018"]
    assert counted.current[0].value == 1_199_900
    assert reasons(PROXY, counted)[-2:] == ["statistic", "unit"]


def test_poverty_of_2023_counts_as_it_was_revised_and_the_first_figure_is_kept() -> None:
    for name, first, revised in (
        ("cbs_poverty_2023", 3.1, 2.7),
        ("cbs_people_in_poverty_2023", 540_000, 476_700),
    ):
        published = DICTIONARY.benchmarks[name]
        assert [(one.vintage, one.value) for one in published.current] == [("2025-12", revised)]
        assert [(one.vintage, one.value) for one in published.earlier] == [("2024-10", first)]
    assert [one.provisional for one in DICTIONARY.benchmarks["cbs_poverty_2024"].current] == [True]


ENDS_MEET = ("cbs_making_ends_meet", "making_ends_meet_six", "two_hardest_of_six")


@pytest.mark.parametrize(
    ("denominator", "counted"),
    [
        ("households", "huishoudens"),
        ("persons_16_plus_main_earner_says", "personen van 16 jaar en ouder in een huishouden"),
        ("persons_by_household_answer", "personen van alle leeftijden in een huishouden"),
    ],
)
def test_making_ends_meet_is_counted_in_three_ways(denominator: str, counted: str) -> None:
    indicator = ours(*ENDS_MEET, "persons_15_plus")
    published = figure("cbs_hard_to_make_ends_meet_2022", answers="making_ends_meet_six", denominator=denominator)
    assert reasons(indicator, published) == ["denominator"]
    text = told(indicator, published)
    assert text.startswith(f"Dit cijfer telt {counted}")
    assert text.endswith("Wij tellen personen van 15 jaar en ouder.")
    assert reasons(ours(*ENDS_MEET, denominator), published) == []


@pytest.mark.parametrize("year", [2013, 2019, 2022])
def test_our_own_question_on_making_ends_meet_has_no_figure_of_households_beside_it(year: int) -> None:
    published = DICTIONARY.benchmarks[f"cbs_hard_to_make_ends_meet_{year}"]
    found = reasons(INDICATORS["difficulty_making_ends_meet"], published)
    assert found == ["instrument", "answers", "denominator"]


def test_making_ends_meet_of_lone_parents_is_about_other_households() -> None:
    households, lone_parents = (
        DICTIONARY.benchmarks[f"cbs_{who}_2022"]
        for who in ("hard_to_make_ends_meet", "lone_parents_hard_to_make_ends_meet")
    )
    assert (households.current[0].value, lone_parents.current[0].value) == (9, 23)
    indicator = ours("cbs_making_ends_meet", "not_read", "two_hardest_of_six", "households")
    assert reasons(indicator, lone_parents) == ["answers", "denominator"]


def test_nea_counts_employees_only() -> None:
    indicator = INDICATORS["low_autonomy_at_work"]
    assert indicator.measurement is not None
    words = dict(indicator.measurement) | {"denominator": "employees_15_to_74_working_in_nl"}
    nea = figure(SATISFIED, **words).model_copy(update={"populations": ["coop_workers"]})
    assert reasons(indicator, nea) == ["denominator"]
    assert told(indicator, nea).startswith("Dit cijfer telt werknemers van 15 tot en met 74 jaar")


def test_nea_asks_another_question_about_job_satisfaction() -> None:
    nea = figure(SATISFIED, instrument="nea_job_satisfaction", answers=NOT_READ, rule="satisfied_or_very_satisfied")
    indicator = INDICATORS["job_satisfaction"]
    assert reasons(indicator, nea) == ["instrument", "answers", "denominator", "population"]


# --- the rule itself


ALIKE = STRONGLY
PUBLISHED = DICTIONARY.benchmarks["cbs_strongly_lonely_2024"]
OTHERWISE: dict[str, dict[str, object]] = {
    **{facet: {} for facet in FACETS},
    "statistic": {"statistic": "median"},
    "unit": {"unit": "points_0_100"},
    "population": {"populations": ["entrepreneurs"]},
}
PLACEHOLDER = "another"
WITH_PLACEHOLDER = Dictionary(
    measured={facet: {**words, PLACEHOLDER: Text(nl="iets anders", en="something else")}
              for facet, words in DICTIONARY.measured.items()}
)  # fmt: skip


@given(st.sets(st.sampled_from(list(OTHERWISE))))
def test_exactly_the_facets_that_differ_are_named(differing: set[str]) -> None:
    measured = PUBLISHED.measurement.model_copy(update={f: PLACEHOLDER for f in FACETS if f in differing})
    update: dict[str, object] = {"measurement": measured}
    for facet in differing:
        update |= OTHERWISE[facet]
    found = refusals(ALIKE, PUBLISHED.model_copy(update=update), WITH_PLACEHOLDER)
    assert [one.facet for one in found] == [facet for facet in OTHERWISE if facet in differing]


@pytest.mark.parametrize("facet", FACETS)
def test_what_nobody_has_read_is_the_same_as_nothing(facet: str) -> None:
    unread = figure("cbs_strongly_lonely_2024", **{facet: NOT_READ})
    measured = ALIKE.measurement
    assert measured is not None
    both = ALIKE.model_copy(update={"measurement": measured.model_copy(update={facet: NOT_READ})})
    assert reasons(ALIKE, unread) == reasons(both, unread) == [facet]


def test_an_indicator_without_a_measurement_has_nothing_beside_it() -> None:
    assert reasons(ALIKE.model_copy(update={"measurement": None}), PUBLISHED) == ["measurement"]


def test_a_wave_that_asked_something_else_has_nothing_beside_it() -> None:
    assert [one.facet for one in refusals(ALIKE, PUBLISHED, DICTIONARY, exact=False)] == ["wave"]


def test_a_figure_of_residents_does_not_stand_beside_the_workers() -> None:
    assert "coop_workers" in ALIKE.populations
    (reason,) = refusals(ALIKE, PUBLISHED, DICTIONARY, population="coop_workers")
    assert reason.text("nl") == "Dit cijfer gaat over bewoners. Ons cijfer gaat over mensen die in coöperaties werken."
    assert refusals(ALIKE, PUBLISHED, DICTIONARY, population="residents") == []


@pytest.mark.parametrize(("ours_", "theirs"), [("poverty_rate", "share"), ("banded_median", "median")])
def test_a_statistic_may_be_published_under_a_plainer_name(ours_: Statistic, theirs: str) -> None:
    published = PUBLISHED.model_copy(update={"statistic": theirs})
    assert reasons(ALIKE.model_copy(update={"statistic": ours_}), published) == []


def test_every_statistic_unit_population_and_facet_has_words() -> None:
    statistics = {module._SAME_AS.get(one, one) for one in get_args(Statistic)}
    assert statistics == set(module._STATISTICS)
    assert set(get_args(Unit)) == set(labels.UNITS)
    assert set(get_args(Population)) == set(labels.POPULATIONS)
    assert set(module._SAYS) == {"measurement", *OTHERWISE, "wave"}


def test_code_that_sets_a_figure_beside_another_is_stopped_at_the_line_of_the_first_reason() -> None:
    published = DICTIONARY.benchmarks[SATISFIED]
    with pytest.raises(CwbError) as stopped:
        require_comparable(SATISFIED_0_10, published, DICTIONARY)
    (problem,) = stopped.value.problems
    assert (problem.code, problem.subject) == ("E350", SATISFIED)
    lines = published.doc.path.read_text(encoding="utf-8").splitlines()
    assert lines[problem.line - 1].strip().startswith("instrument:")
    assert "We count persons aged 15 and over" in problem.what


def test_code_that_sets_like_beside_like_goes_on() -> None:
    require_comparable(ALIKE, PUBLISHED, DICTIONARY)
    with pytest.raises(CwbError, match="E350"):
        require_comparable(ALIKE, PUBLISHED, DICTIONARY, exact=False)


# --- publications


FIGURE = """
id: figure
name: {nl: naam, en: name}
area: {nl: hier, en: here}
period: {nl: '2023', en: '2023'}
populations: [residents]
statistic: share
unit: percent
measurement: {instrument: djg6, answers: djg6_score, rule: djg6_5_or_6, denominator: persons_15_plus}
references: [{text: a source}]
published:
"""


def parsed(*published: str) -> tuple[Benchmark | None, list[str]]:
    rows = "".join(f"  - {{{row}, reference: a source, verified: true}}\n" for row in published)
    problems = Problems()
    return parse(Benchmark, parse_document(FIGURE + rows, PLACE, "figure.yml"), problems), [p.what for p in problems]


@pytest.mark.parametrize(
    ("published", "what"),
    [
        (["value: 3", "value: 3"], "same vintage and the same interval method"),
        (["value: 3", "value: 4, vintage: 2024-10"], "each needs its date"),
        (["value: 3, ci: [2, 4]"], "belong together"),
        (["value: 3, interval_method: {nl: a, en: b}"], "belong together"),
        (["value: 5, ci: [2, 4], interval_method: {nl: a, en: b}"], "outside its margin"),
        (["value: 3", "value: 4, ci: [2, 4], interval_method: {nl: a, en: b}"], "one vintage has two values"),
        (["value: 3, vintage: 2024-13"], "does not have the form"),
    ],
)
def test_publications_that_contradict_each_other_are_refused(published: list[str], what: str) -> None:
    spec, problems = parsed(*published)
    assert spec is None
    assert what in problems[0]


def test_the_newest_vintage_counts_whatever_the_order_and_however_exact_its_date() -> None:
    spec, problems = parsed("value: 2, vintage: 2025-12-17", "value: 1, vintage: '2023'", "value: 3, vintage: 2024-10")
    assert problems == []
    assert spec is not None
    assert [one.value for one in spec.current] == [2]
    assert [one.value for one in spec.earlier] == [1, 3]


# --- what ships


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_shipped_figure_can_be_told_and_knows_what_it_rests_on(name: str) -> None:
    published = DICTIONARY.benchmarks[name]
    assert published.doc.path.stem == name
    assert published.beside != []
    assert published.facts != []
    assert set(published.beside) <= set(DICTIONARY.indicators)
    for facet in FACETS:
        assert getattr(published.measurement, facet) in DICTIONARY.measured[facet]


@pytest.mark.parametrize("name", sorted(DICTIONARY.indicators))
def test_every_figure_of_an_indicator_is_printed_or_refused_with_reasons_in_whole_sentences(name: str) -> None:
    indicator = DICTIONARY.indicators[name]
    printed, stopped = beside(indicator, DICTIONARY), refused(indicator, DICTIONARY)
    assert sorted([one.id for one in printed] + [one.id for one, _ in stopped]) == [
        one.id for one in named_beside(indicator, DICTIONARY)
    ]
    for one, because in stopped:
        assert because
        assert one not in printed
        for lang in ("nl", "en"):
            assert all(re.fullmatch(r"[A-Z][^{}]+\.", reason.text(lang)) for reason in because)


def test_what_may_be_printed_today() -> None:
    """Whoever changes a word of a measurement sees here what may stand where because of it."""
    printed = {name: [one.id for one in beside(indicator, DICTIONARY)] for name, indicator in INDICATORS.items()}
    assert {name: ids for name, ids in printed.items() if ids} == {
        "moderate_loneliness": [f"cbs_moderately_lonely_{year}" for year in (2019, 2021, 2024)],
        "strong_loneliness": [f"cbs_strongly_lonely_{year}" for year in (2019, 2021, 2024)],
    }


def test_no_figure_is_called_verified_while_a_facet_of_it_was_not_read() -> None:
    unread = [one for one in DICTIONARY.benchmarks.values() if NOT_READ in dict(one.measurement).values()]
    assert unread != []
    assert [one.id for one in unread if one.verified] == []


def test_what_evergreen_forecast_and_reached() -> None:
    assert DICTIONARY.benchmarks["evergreen_forecast_realisation"].current[0].value == 110 / 500


def test_a_refusal_is_what_it_says() -> None:
    same = Text(nl="personen", en="persons")
    assert Refusal("denominator", same, same).text("en") == "This figure counts persons. We count persons."


# --- what the documentation shows


def test_examples_in_code_and_documentation_run() -> None:
    for outcome in (doctest.testmod(module), doctest.testfile(str(DOCS), module_relative=False)):
        assert outcome.attempted > 0
        assert outcome.failed == 0


def test_the_file_that_the_documentation_shows_is_a_benchmark_of_known_words() -> None:
    (shown,) = re.findall(r"```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    problems = Problems()
    spec = parse(Benchmark, parse_document(shown, PLACE, "figure.yml"), problems)
    assert list(problems) == []
    assert spec is not None
    assert spec.verified
    assert all(getattr(spec.measurement, facet) in DICTIONARY.measured[facet] for facet in FACETS)
    assert "rule" in [one.facet for one in refusals(STRONGLY, spec, DICTIONARY)]

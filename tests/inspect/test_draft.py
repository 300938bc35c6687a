"""A draft always parses, decides only what a label says, and names what it leaves open."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cwb_impact.errors import Problems
from cwb_impact.inspect import WaveGuess, draft_map, inspect_file
from cwb_impact.inspect.found import CodeFound, ColumnFound, Inspection, Opening
from cwb_impact.inspect.matching import code_words, match
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.dictionary_folder import load_dictionary
from cwb_impact.spec.model import Text, parse
from cwb_impact.spec.variable import Variable
from cwb_impact.spec.wave_map import SourceFile, WaveMap
from cwb_impact.spec.yaml_source import parse_document, read_document

SHIPPED = Path(__file__).parents[2] / "surveys/nieuw_west"


def variable(nl: str, en: str, **codes: tuple[str, str]) -> Variable:
    texts = {code: Text(nl=one, en=other) for code, (one, other) in codes.items()}
    return Variable(label=Text(nl=nl, en=en), type="category", codes=texts)


SATISFIED = variable(
    "Tevreden met de buurt",
    "Satisfaction with the area",
    high=("Tevreden", "Satisfied"),
    middle=("Niet tevreden, niet ontevreden", "Neither"),
    low=("Ontevreden", "Dissatisfied"),
)
NUMBER = Variable(label=Text(nl="Leeftijd", en="Age"), type="number", range=(0, 120), unit="years")


def column(name: str, label: str = "", labels: dict[str, str] | None = None, **more: object) -> ColumnFound:
    codes = tuple(CodeFound(code, text, 50) for code, text in (labels or {}).items())
    return ColumnFound(name, label, "codes", "", len(codes), 0, codes, 0, **more)  # type: ignore[arg-type]


def inspection(*columns: ColumnFound) -> Inspection:
    source = SourceFile(file="w.csv", format="csv", sha256="0" * 64, rows=100, columns=max(1, len(columns)))
    return Inspection(Opening(source, {"format": "it is text"}), 100, 100, columns, (), ())


def parsed(text: str) -> WaveMap:
    problems = Problems()
    spec = parse(WaveMap, parse_document(text, Path("draft.yml"), "draft.yml"), problems)
    assert not list(problems), [str(problem) for problem in problems]
    assert spec is not None
    return spec


def draft(dictionary: dict[str, Variable], *columns: ColumnFound, **more: object) -> tuple[str, WaveMap]:
    text = draft_map(inspection(*columns), Dictionary(dictionary), **more)  # type: ignore[arg-type]
    return text, parsed(text)


ODD_TEXTS = [
    "no",
    "yes",
    "1e5",
    "007",
    "12:30:00",
    "a: b",
    "# x",
    "- x",
    "'",
    '"',
    "\\",
    "{}",
    "[a]",
    "&a",
    "*",
    "!!x",
    "~",
]
ODD_TEXTS += [
    "null",
    "<script>",
    "a\nb",
    "\u2028",
    "\u202e",
    "\ufeff",
    "\x00",
    "🙂",
    "1..5",
    "..",
    "%",
    "@",
    "`",
    "|",
    ">",
    "",
]
ODD_TEXTS += ["__proto__", "x__why", "=1+1", "\ud800", "a" * 300, "é" * 150, "\x85", "\u0600"]
ODD = st.one_of(st.text(max_size=30), st.sampled_from(ODD_TEXTS))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(ODD, ODD, st.dictionaries(ODD, ODD, max_size=4), st.booleans()), max_size=4))
@example([("no", "# x", {"1..5": "Tevreden", "no": "Ontevreden"}, False)])
def test_a_draft_parses_whatever_the_file_is_called_and_labelled(
    odd: list[tuple[str, str, dict[str, str], bool]],
) -> None:
    columns = [
        replace(column(name, label, labels), personal="free text" if secret else None)
        for name, label, labels, secret in odd
    ]
    told = column(
        "tevreden_buurt", "Tevreden met de buurt", {"1": "Tevreden", **(odd[0][2] if odd else {}), "7": "Ontevreden"}
    )
    text, spec = draft({"area": SATISFIED, "age": NUMBER}, *columns, told)
    assert all(
        name in spec.ignore for name, _, _, secret in odd if secret and name and "*" not in name and name.isprintable()
    )
    assert "\t" not in text


@settings(max_examples=100, deadline=None)
@given(ODD, ODD)
def test_odd_texts_come_back_as_they_were(name: str, label: str) -> None:
    whole = name.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    _, spec = draft({}, column(name, label, personal="free text"))
    assert spec.ignore == ([whole] if name and "*" not in name else [])


def test_every_relation_is_undecided() -> None:
    _, spec = draft({"area": SATISFIED}, column("q", "Tevreden met de buurt", {"1": "Tevreden", "2": "Ontevreden"}))
    assert [entry.relation for entry in spec.variables.values()] == ["undecided"]


def test_a_reversed_scale_is_matched_by_its_labels_and_not_by_position() -> None:
    labels = {"1": "Ontevreden", "2": "Niet tevreden niet ontevreden", "3": "Tevreden"}
    _, spec = draft({"area": SATISFIED}, column("q", "Tevreden met de buurt", labels))
    assert {code: to.to for code, to in spec.variables["area"].targets.items()} == {
        "1": "low",
        "2": "middle",
        "3": "high",
    }


def test_a_code_without_a_clear_label_is_a_comment() -> None:
    labels = {"1": "Tevreden", "2": "Ontevreden", "4": "Geen van beide"}
    text, spec = draft({"area": SATISFIED}, column("q", "Tevreden met de buurt", labels))
    assert set(spec.variables["area"].targets) == {"1", "2"}
    assert '# undecided: "4" "Geen van beide" (50)' in text


def test_two_codes_with_one_label_are_both_left_open() -> None:
    labels = {"1": "Tevreden", "2": "Ontevreden", "3": "tevreden"}
    _, spec = draft({"area": SATISFIED}, column("q", "Tevreden met de buurt", labels))
    assert set(spec.variables["area"].targets) == {"2"}


def test_satisfied_and_dissatisfied_are_never_the_same_answer() -> None:
    assert code_words("Tevreden") != code_words("Ontevreden")
    assert code_words("not satisfied") != code_words("satisfied")


def test_numbering_and_small_words_do_not_matter_for_an_answer() -> None:
    assert code_words("1. Vast contract met vaste uren") == code_words("Vast contract, vaste uren")


def test_two_columns_that_match_equally_are_both_named_and_none_is_chosen() -> None:
    labels = {"1": "Tevreden", "2": "Ontevreden"}
    one, two = column("q1", "Tevreden met de buurt", labels), column("q2", "Tevreden met de buurt", labels)
    text, spec = draft({"area": SATISFIED}, one, two)
    assert "area" not in spec.variables
    assert re.search(r'# undecided: area: these match equally well: "q1" .*"q2"', text)


def test_one_column_for_two_variables_is_said() -> None:
    labels = {"1": "Tevreden", "2": "Ontevreden"}
    text, _ = draft({"area": SATISFIED, "area_too": SATISFIED}, column("q", "Tevreden met de buurt", labels))
    assert "# the same column is as good a source for area_too" in text


def test_a_needed_variable_that_is_not_found_is_named() -> None:
    text, _ = draft({"area": SATISFIED, "age": NUMBER}, column("x"), needed=["age", "who5_1"])
    assert "# undecided: age" in text
    assert "# undecided: who5_1 (not in the dictionary)" in text


def test_items_of_a_scale_are_not_taken_for_one_another() -> None:
    items = {
        f"who5_{n}": Variable(label=Text(nl=f"Vraag {n}", en=f"Item {n}"), type="number", range=(0, 5), unit="points")
        for n in (1, 2)
    }
    found = match(items, [column("who_2"), column("who_1")])
    chosen = {name: one.best.column.name for name, one in found.items() if one.best}
    assert set(chosen.items()) <= {("who5_1", "who_1"), ("who5_2", "who_2")}


def test_the_direction_of_a_scale_without_labels_is_not_decided() -> None:
    scale = Variable(label=Text(nl="Rapportcijfer", en="Mark"), type="number", range=(0, 10), unit="points")
    text, spec = draft({"mark": scale}, column("mark", "Rapportcijfer"))
    assert spec.variables["mark"].keep is None
    assert "keep: 0..10 or reverse: 0..10" in text


def test_a_missing_code_gets_the_reason_of_its_label() -> None:
    codes = (CodeFound("1", "Tevreden", 30), CodeFound("8", "Weet niet", 12, reason="dont_know", suspect=True))
    found = replace(column("q", "Tevreden met de buurt"), codes=codes)
    text, spec = draft({"area": SATISFIED}, found)
    assert spec.variables["area"].missing == {"8": "dont_know"}
    assert '"Weet niet" (12), not declared missing in the file' in text


def test_columns_that_nobody_decided_on_stay_open_for_w220() -> None:
    text, spec = draft({}, column("zomaar"), column("mail", personal="e-mail address"))
    assert (spec.ignore, '# unused: "zomaar"' in text) == (["mail"], True)


def test_the_wave_can_be_named() -> None:
    _, spec = draft({}, wave=WaveGuess("2027Q3", "coop_workers", "2027-09/2027-10"))
    assert (spec.wave.id, spec.wave.population, spec.wave.fieldwork) == ("2027Q3", "coop_workers", "2027-09/2027-10")


def test_a_map_of_32767_columns_stays_small_enough_to_read() -> None:
    columns = [
        column(f"v{n}_{'x' * 40}", "label " * 10, {"1": "Ja"}, personal="free text" if n % 3 else None)
        for n in range(32_767)
    ]
    text, _ = draft({"area": SATISFIED}, *columns)
    assert len(text.encode()) < 300_000


@pytest.fixture(scope="module")
def words() -> Dictionary:
    return load_dictionary(Problems(), SHIPPED)


def like(words: Dictionary, file: str, earlier: str) -> tuple[str, WaveMap]:
    problems = Problems()
    before = parse(WaveMap, read_document(SHIPPED / f"waves/{earlier}"), problems)
    text = draft_map(inspect_file(SHIPPED / f"raw/{file}"), words, like=before)
    return text, parsed(text)


def test_like_an_earlier_map_follows_a_label_that_moved(words: Dictionary) -> None:
    text, spec = like(words, "workers_2026q3.synthetic.sav", "workers_2025q3.yml")
    assert {code: to.to for code, to in spec.variables["sex"].targets.items()} == {
        "1": "female",
        "2": "male",
        "3": "other",
    }
    assert '"1" was "Man" in the earlier map and is "Vrouw" here' in text


def test_like_an_earlier_map_takes_over_no_code_without_a_label(words: Dictionary) -> None:
    # gezondheid has the same name and codes in both waves, no labels, and runs the other way
    text, spec = like(words, "residents_2026q3.synthetic.csv", "residents_2025q3.yml")
    assert spec.variables["general_health"].recode == {}
    assert '#   "1": {to: "very_good", label: "Zeer goed"}' in text


def test_like_an_earlier_map_takes_over_a_range_that_cannot_turn(words: Dictionary) -> None:
    _, spec = like(words, "residents_2026q3.synthetic.csv", "residents_2025q3.yml")
    assert spec.variables["age"].keep == "15..120"


def test_like_an_earlier_map_keeps_the_id(words: Dictionary) -> None:
    _, spec = like(words, "workers_2026q3.synthetic.sav", "workers_2025q3.yml")
    assert (spec.id.columns, spec.id.scope) == (["lidnummer"], "panel")


def qualtrics(tmp_path: Path) -> Path:
    """60 answers, two of them previews and four unfinished."""
    path = tmp_path / "export.csv"
    top = "ResponseId,Status,Finished,Q2_1,Q2_2,Q2_3\nid,Response Type,Finished,FNV,CNV,none\n"
    top += '"{""ImportId"":""_recordId""}"'
    top += "".join(f',"{{""ImportId"":""{name}""}}"' for name in ("status", "finished", "q1", "q2", "q3"))
    status = ["Survey Preview"] * 2 + ["IP Address"] * 58
    rows = [f"R_{n},{word},{'FALSE' if n < 4 else 'TRUE'},{'1' if n % 2 else ''},,1" for n, word in enumerate(status)]
    path.write_text("\n".join([top, *rows]) + "\n")
    return path


def test_previews_of_qualtrics_are_asked_about_and_not_put_under_ignore(tmp_path: Path) -> None:
    text = draft_map(inspect_file(qualtrics(tmp_path)), Dictionary({"age": NUMBER}))
    assert '# leave_out: {"Status": ["Survey Preview"]}' in text
    assert "Status" not in parsed(text).ignore


def test_unfinished_answers_of_qualtrics_are_asked_about(tmp_path: Path) -> None:
    text = draft_map(inspect_file(qualtrics(tmp_path)), Dictionary({"age": NUMBER}))
    assert '# disposition: {from: "Finished"' in text


def test_a_question_with_several_answers_is_named_in_a_draft(tmp_path: Path) -> None:
    text = draft_map(inspect_file(qualtrics(tmp_path)), Dictionary({"age": NUMBER}))
    assert '# several answers, for any_of: "Q2": "Q2_1", "Q2_2", "Q2_3"' in text


def test_answers_that_were_never_sent_to_limesurvey_are_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("id,submitdate,lastpage,startlanguage,q1\n1,2026-05-01 10:00:00,3,nl,1\n2,,1,nl,\n")
    text = draft_map(inspect_file(path), Dictionary({"age": NUMBER}))
    assert '# leave_out: {"submitdate": [sysmis]}' in text


def test_addresses_in_a_column_of_the_survey_tool_are_found_all_the_same(tmp_path: Path) -> None:
    path = qualtrics(tmp_path)
    path.write_text(path.read_text().replace("IP Address", "someone@voorbeeld.example"))
    assert [column.personal for column in inspect_file(path).columns if column.name == "Status"] == ["e-mail address"]

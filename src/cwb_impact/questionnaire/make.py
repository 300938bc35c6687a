"""From a study folder to the files of a questionnaire: made beside their place, and put there when all is well."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cwb_impact.errors import Problems, fail
from cwb_impact.output import new_folders
from cwb_impact.questionnaire import limesurvey, xlsform
from cwb_impact.questionnaire.bank import questionnaire_of
from cwb_impact.questionnaire.content import NoWording, Questionnaire
from cwb_impact.questionnaire.docx import write_docx
from cwb_impact.questionnaire.wave_map import fieldwork_of, map_text
from cwb_impact.questionnaire.words import LANGUAGES
from cwb_impact.spec.bundle import StudyBundle, open_bundle
from cwb_impact.spec.definitions import nearest

TOOLS = ("xlsform", "limesurvey", "docx")

_WAVE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,31}")
_FIELDWORK = re.compile(r"\d{4}-\d{2}(-\d{2})?/\d{4}-\d{2}(-\d{2})?")


@dataclass(frozen=True)
class Made:
    """folder : where the files are. files : their paths. missing : population, and words that it still lacks."""

    folder: Path
    files: tuple[Path, ...]
    missing: tuple[tuple[str, NoWording], ...]


def make_questionnaire(
    study: str | Path,
    wave: str,
    to: str = "xlsform",
    out: str | Path = ".",
    populations: Sequence[str] = (),
    languages: Sequence[str] = (),
    fieldwork: str | None = None,
) -> Made:
    """Write `<out>/questionnaires/<study>_<wave>_<tool>/`: a form and a wave map for each population.

    Parameters
    ----------
    wave : the id of a wave of the study, or of a next one. to : `xlsform`, `limesurvey` or `docx` (no map: paper is
    typed into one of the other two). populations : those with a map in an earlier wave by default. languages : `tr`
    and `ar` beside nl and en. fieldwork : such as 2027-09/2027-10; from the id of the wave by default.

    Raises
    ------
    CwbError
        Problems of the study's own files; E131 an unknown population, E514 an unknown tool or language, E515 pandoc is
        not installed, E530 the system refuses, E560 to E566 (docs/questionnaire.md).
    """
    problems = Problems()
    _check_words(wave, to, languages, fieldwork, problems)
    bundle = _opened(Path(study), wave, problems)
    asked = _populations(bundle, wave, populations, problems)
    found = [questionnaire_of(bundle, population, wave, languages, problems) for population in asked]
    days = {population: _fieldwork(bundle, population, wave, fieldwork, problems) for population in asked}
    problems.raise_if_errors()
    made = [one for one in found if one is not None]
    place = Path(out) / "questionnaires" / f"{bundle.study.id}_{wave}_{to}"
    if place.exists():
        fix = "Remove it, or give another --out: your own changes in it are not overwritten"
        raise fail("E564", place.as_posix(), 0, "out", "is there already", fix)
    with new_folders([place]) as (folder,):
        for one in made:
            _write(one, to, folder, days[one.population], _scope(bundle, one.population))
        _write_missing(made, folder / "missing_wordings.csv")
        folder.chmod(0o755)
    missing = tuple((one.population, gap) for one in made for gap in one.missing_wordings)
    return Made(place, tuple(sorted(place.iterdir())), missing)


def _opened(study: Path, wave: str, problems: Problems) -> StudyBundle:
    """The study. Of a wave that study.yml lists already, the maps may not be there yet."""
    told = Problems()
    bundle = open_bundle(study, told)
    listed = [one.maps.values() for one in bundle.study.waves if one.id == wave] if bundle is not None else []
    to_come = {f"{study.as_posix()}/{file}" for files in listed for file in files}
    problems.extend(problem for problem in told if problem.file not in to_come)
    problems.raise_if_errors()
    if bundle is None:
        raise AssertionError("no study was found and no problem was told")
    return bundle


def _check_words(wave: str, to: str, languages: Iterable[str], fieldwork: str | None, problems: Problems) -> None:
    if to not in TOOLS:
        problems.add("E514", "questionnaire", 0, "to", f"{to} is not known", f"Known: {', '.join(TOOLS)}")
    if strange := sorted(set(languages) - set(LANGUAGES)):
        fix = f"Known: {', '.join(LANGUAGES)}"
        problems.add("E514", "questionnaire", 0, "lang", f"{', '.join(strange)} is not known", fix)
    if _WAVE.fullmatch(wave) is None:
        fix = "Use letters, digits and hyphens, such as 2027Q3"
        problems.add("E563", "questionnaire", 0, "wave", "the id of the wave cannot be used", fix)
    if fieldwork is not None and _FIELDWORK.fullmatch(fieldwork) is None:
        fix = "Write first and last month or day, such as 2027-09/2027-10"
        problems.add("E563", "questionnaire", 0, "fieldwork", f"{fieldwork} is not from/to", fix)


def _populations(bundle: StudyBundle, wave: str, chosen: Sequence[str], problems: Problems) -> list[str]:
    """The chosen ones, else those with a map: in this wave when the study has it, else in any."""
    known = [str(name) for name in bundle.study.populations]
    for name in chosen:
        if name not in known:
            doc = bundle.study.doc
            fix = nearest(name, known)
            problems.add("E131", doc.shown, doc.line("populations"), name, "is no population of this study", fix)
    here = [set(map(str, one.maps)) for one in bundle.study.waves if one.id == wave]
    mapped = here[0] if here else {str(name) for one in bundle.study.waves for name in one.maps}
    return [name for name in known if name in (chosen or mapped)]


def _fieldwork(bundle: StudyBundle, population: str, wave: str, given: str | None, problems: Problems) -> str:
    earlier = bundle.maps.get((population, wave))
    found = given or (earlier.wave.fieldwork if earlier is not None else fieldwork_of(wave))
    if found is None:
        fix = "Say --fieldwork, such as 2027-09/2027-10"
        problems.add("E563", "questionnaire", 0, "fieldwork", f"the id {wave} does not tell when people answer", fix)
    return found or ""


def _scope(bundle: StudyBundle, population: str) -> str:
    """People keep their id when they did so in an earlier wave."""
    scopes = [spec.id.scope for (name, _), spec in bundle.maps.items() if name == population]
    return scopes[-1] if scopes else "wave"


def _write(made: Questionnaire, to: str, folder: Path, fieldwork: str, scope: str) -> None:
    stem = f"{made.population}_{made.wave}"
    if to == "docx":
        for lang in made.languages:
            write_docx(made, lang, folder / f"{stem}.{lang}.docx")
        return
    if to == "xlsform":
        xlsform.write_xlsform(made, folder / f"{stem}.xlsx")
        tool = xlsform.tool_of(made)
    else:
        limesurvey.write_limesurvey(made, folder / f"{stem}.txt")
        tool = limesurvey.tool_of(made)
    text = map_text(made, tool, f"{stem}.csv", fieldwork, scope)
    (folder / f"{stem}.yml").write_text(text, encoding="utf-8")


def _write_missing(made: Sequence[Questionnaire], path: Path) -> None:
    """The words that are still lacking, in rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["population", "variable", "part", "languages", "where"])
        for one in made:
            writer.writerows(
                (one.population, gap.variable, gap.part, " ".join(gap.languages), gap.source)
                for gap in one.missing_wordings
            )

"""Until when each wave is kept, and the refusal to read it after that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cwb_impact.errors import Problems
from cwb_impact.spec.bundle import StudyBundle, inside
from cwb_impact.spec.study_file import WaveSpec

ANSWERS, LISTS = "answers", "lists"


@dataclass(frozen=True)
class Kept:
    """What one wave holds of people. what : ANSWERS or LISTS. files : in the folder of the raw files. line : where
    study.yml says until when, or would. there : those of the files that still exist.
    """

    wave: str
    what: str
    until: date | None
    files: tuple[str, ...]
    there: tuple[str, ...]
    line: int

    def days_left(self, today: date) -> int | None:
        """Days that it may still be read, today not counted; below 0 after the last day, None without one."""
        return (self.until - today).days if self.until is not None else None

    def is_past(self, today: date) -> bool:
        return self.until is not None and today > self.until


def kept(study: StudyBundle) -> tuple[Kept, ...]:
    """What holds people, wave by wave: answers, and lists that could expose somebody. Only personal data hold any."""
    if study.study.data != "personal":
        return ()
    found = []
    for index, wave in enumerate(study.study.waves):
        answers = tuple(study.maps[key].source.file for key in study.maps if key[1] == wave.id)
        lists = _lists(study, wave)
        lines = study.study.doc
        if answers:
            line = lines.line("waves", index, "keep_until")
            found.append(_kept(study, wave.id, ANSWERS, wave.keep_until, answers, line))
        if lists and wave.registers is not None:
            own = wave.registers.keep_until
            line = lines.line("waves", index, *(("registers", "keep_until") if own else ("keep_until",)))
            found.append(_kept(study, wave.id, LISTS, own or wave.keep_until, lists, line))
    return tuple(found)


def _lists(study: StudyBundle, wave: WaveSpec) -> tuple[str, ...]:
    """Files of registers that protect somebody: also a supplier can be one person."""
    known = study.dictionary.registers
    files = wave.registers.files if wave.registers is not None else {}
    return tuple(
        file.file
        for name, of_register in files.items()
        if name in known and known[name].protects != "nothing"
        for file in of_register
    )


def _kept(study: StudyBundle, wave: str, what: str, until: date | None, files: tuple[str, ...], line: int) -> Kept:
    once = tuple(dict.fromkeys(files))
    there = tuple(file for file in once if (path := inside(study.data_folder, file)) is not None and path.is_file())
    return Kept(wave, what, until, once, there, line)


def check_kept(study: StudyBundle, today: date, problems: Problems) -> bool:
    """May the waves of the release be read today?

    Problems: E422 a wave is past its last day; W420 personal data without a last day.
    """
    allowed, shown = True, study.study.doc.shown
    for one in kept(study):
        if one.wave not in study.waves:
            continue
        subject = f"{one.wave} {one.what}"
        if one.is_past(today):
            allowed = False
            what = f"might be kept until {one.until} and is no longer read"
            problems.add("E422", shown, one.line, subject, what, _to_delete(study, one))
        elif one.until is None:
            fix = "Write keep_until: YYYY-MM-DD under the wave, as your privacy statement promises"
            problems.add("W420", shown, one.line, subject, "personal data without a last day", fix)
    return allowed


def _to_delete(study: StudyBundle, one: Kept) -> str:
    name = study.study.id
    gone = ", ".join([*one.there, f"restricted/{name}", f"restricted/{name}_harmonised"])
    return f"Delete {gone}, with back-ups; keep restricted/{name}_ledger; leave the wave out of the release"

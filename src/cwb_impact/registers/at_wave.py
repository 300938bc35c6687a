"""One wave of a study, as the readers of registers need it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cwb_impact.errors import Problems
from cwb_impact.spec.bundle import inside
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.register import Register, RegisterFile, WaveRegisters


@dataclass(frozen=True)
class AtWave:
    """What every register of one wave shares.

    spec : reference date, period and files, as study.yml has them. data_folder : where the files lie.
    data : `public`, `synthetic` or `personal`.
    """

    wave: str
    spec: WaveRegisters
    data_folder: Path
    dictionary: Dictionary
    data: str

    @property
    def given(self) -> tuple[str, ...]:
        """The registers that have files, in the order of study.yml; not those that the dictionary does not know."""
        return tuple(name for name in self.spec.files if name in self.dictionary.registers)

    def register(self, name: str) -> Register:
        return self.dictionary.registers[name]

    def files(self, name: str) -> Sequence[RegisterFile]:
        return self.spec.files[name]

    def file_names(self, name: str) -> str:
        """All files of a register, as a problem names them."""
        return ", ".join(file.file for file in self.files(name))

    def path_of(self, file: RegisterFile, register: str, problems: Problems) -> Path | None:
        """Where a file lies. E010: its path leaves the data folder; E102: there is no such file."""
        path = inside(self.data_folder, file.file)
        if path is None:
            what = "leaves the data folder, or is no plain path in it"
            problems.add("E010", file.file, 0, register, what, "Give a path inside it, with / between folders")
        elif not path.is_file():
            fix = "Put the file there, or say with --data where the raw files are"
            problems.add("E102", file.file, 0, register, "no such file in the data folder", fix)
            return None
        return path

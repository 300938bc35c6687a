"""An empty list that a co-op, an anchor organisation or the programme can fill in, as a workbook or as text."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

from cwb_impact.errors import Problems, fail
from cwb_impact.registers.template_book import template_book
from cwb_impact.registers.template_cells import written
from cwb_impact.spec.definitions import nearest
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.dictionary_folder import load_dictionary
from cwb_impact.spec.register import Register
from cwb_impact.workbook import same_bytes

LANGUAGES = ("nl", "en")
FORMATS = ("xlsx", "csv")


def template_names(lang: str = "nl") -> list[tuple[str, str]]:
    """The lists that have a template: its id, and its name with what one row is.

    Raises
    ------
    CwbError
        Problems of the dictionary.

    Examples
    --------
    >>> template_names("en")[0]
    ('capital', 'Money to invest. One row a financier and instrument')
    """
    problems = Problems()
    registers = load_dictionary(problems).registers
    problems.raise_if_errors()
    return [(name, f"{register.name[lang]}. {register.row[lang]}") for name, register in registers.items()]


def make_template(name: str, lang: str = "nl", to: str = "xlsx", out: str | Path = ".") -> Path:
    """Write the template of a list: `<out>/<name>.<lang>.<to>`. The same definition gives the same bytes.

    Parameters
    ----------
    name : a list of data_dictionary/registers. lang : `nl` or `en`. to : `xlsx` has explanations, lists of answers and
    formats of cells; `csv` the headings and the example row. out : a folder that is there.

    Returns
    -------
    The file written.

    Raises
    ------
    CwbError
        Problems of the dictionary; E514 an unknown language or format, E523 the file is there already, E530 the system
        refuses, E620 no such list.

    Examples
    --------
    >>> make_template("people", "nl", out="/tmp")
    PosixPath('/tmp/people.nl.xlsx')
    """
    problems = Problems()
    dictionary = load_dictionary(problems)
    for what, word, choice in (("lang", lang, LANGUAGES), ("to", to, FORMATS)):
        if word not in choice:
            problems.add("E514", "template", 0, what, f"{word} is not known", f"Choose from {', '.join(choice)}")
    if name not in dictionary.registers:
        known = list(dictionary.registers)
        what = f"there is no list of this name; there are {', '.join(known)}"
        problems.add("E620", "template", 0, name, what, nearest(name, known))
    problems.raise_if_errors()
    register, path = dictionary.registers[name], Path(out) / f"{name}.{lang}.{to}"
    content = template_xlsx(register, dictionary, lang) if to == "xlsx" else template_csv(register, dictionary, lang)
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        fix = "Move it, or name another folder: a list that somebody filled in is not overwritten"
        raise fail("E523", path.as_posix(), 0, "out", "is there already", fix) from None
    except OSError as error:
        what = f"cannot be written ({error.strerror or 'the system refuses'})"
        raise fail("E530", path.as_posix(), 0, "out", what, "Make the folder, or name another") from None
    return path


def template_xlsx(register: Register, dictionary: Dictionary, lang: str) -> bytes:
    """A workbook: the list, what each column means, and the answers to choose from."""
    return same_bytes(template_book(register, dictionary, lang))


def template_csv(register: Register, dictionary: Dictionary, lang: str) -> bytes:
    """Headings and the example row, as a spreadsheet program of that language writes and reads them."""
    said = io.StringIO(newline="")
    writer = csv.writer(said, delimiter=";" if lang == "nl" else ",")
    writer.writerow([column.label[lang] for column in register.columns.values()])
    writer.writerow([_as_text(written(column, dictionary, lang), lang) for column in register.columns.values()])
    return said.getvalue().encode("utf-8-sig")


def _as_text(cell: str | int | float | date, lang: str) -> str:
    if isinstance(cell, date):
        return f"{cell:%d-%m-%Y}" if lang == "nl" else cell.isoformat()
    if isinstance(cell, float):
        return f"{cell:.2f}".replace(".", "," if lang == "nl" else ".")
    return str(cell)

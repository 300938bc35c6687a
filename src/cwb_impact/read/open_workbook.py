"""Opens an .xlsx when it is no bomb; whatever a damaged one makes the parser raise is one error."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl

from cwb_impact.read.formats import UnreadableError
from cwb_impact.read.limits import check_archive
from cwb_impact.read.sheet_facts import SheetFacts, sheet_facts


@contextmanager
def open_workbook(path: Path, through: tuple[type[Exception], ...] = ()) -> Iterator[Any]:
    """A workbook to read row by row, values only: formulas have the value that was saved with them.

    Parameters
    ----------
    through : errors of the reader itself, which say nothing about the workbook.

    Raises
    ------
    UnreadableError
    """
    check_archive(path)
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts that openpyxl does not keep
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            yield book
            book.close()
        except UnreadableError:
            raise
        except through:
            raise
        except Exception as error:
            what = f"its workbook cannot be read ({type(error).__name__})"
            raise UnreadableError(what, "Save it once more as .xlsx, or as .csv") from None


def facts_of(book: Any, sheet: Any) -> SheetFacts:
    """What a sheet holds beside its values."""
    # openpyxl has no public name for the part that holds a sheet
    return sheet_facts(book._archive, sheet._worksheet_path)

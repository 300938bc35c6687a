"""Rows that say the same thing twice: a row again, a name in another spelling, the sum of the rows above."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal


def again(keys: Sequence[Hashable]) -> list[int]:
    """The rows whose key stands in a row above."""
    seen: set[Hashable] = set()
    found = []
    for row, key in enumerate(keys):
        if key in seen:
            found.append(row)
        seen.add(key)
    return found


def letters_of(name: str) -> str:
    """A name without accents, spaces and punctuation.

    >>> letters_of("coöperatie groen-west")
    'cooperatiegroenwest'
    """
    return "".join(letter for letter in unicodedata.normalize("NFKD", name) if letter.isalnum())


def sums_of_those_above(amounts: Mapping[str, Sequence[Decimal | None]], lacking: Sequence[bool]) -> list[int]:
    """Totals rows without the word for it: every amount is the sum of those above, from at least two rows.

    One amount can be such a sum by chance. So a row counts as a total when it lacks what every row must have, or when
    it has two amounts or more and all of them agree.

    Parameters
    ----------
    amounts : column -> its amounts, row by row. lacking : does the row lack its name, number or date?

    >>> hundred, sixty = Decimal(100), Decimal(60)
    >>> sums_of_those_above({"euros": [hundred, sixty, hundred + sixty]}, [False, False, True])
    [2]
    """
    above = dict.fromkeys(amounts, Decimal(0))
    counted, found = 0, []
    for row, lacks in enumerate(lacking):
        here = {name: cells[row] for name, cells in amounts.items()}
        filled = {name: amount for name, amount in here.items() if amount}
        agree = all(amount == above[name] for name, amount in filled.items())
        if counted > 1 and filled and agree and (lacks or len(filled) > 1):
            found.append(row)
            continue
        counted += 1
        for name, amount in filled.items():
            above[name] += amount
    return found

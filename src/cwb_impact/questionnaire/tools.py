"""What the wave map must know of a survey tool: the names of its columns and the codes in its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cwb_impact.questionnaire.content import Item

Form = Literal["plain", "limesurvey"]


@dataclass(frozen=True)
class Tool:
    """How a tool exports a questionnaire as CSV.

    columns : our name (of the respondent's id, a gate or an item) to the column of the export. codes : item to the
    tool's code of each choice; items that are not there have the dictionary's own. said : reason to the tool's code
    where an answer is ticked; None where it is the number that the item has for it. ticks : a set has one column an
    answer, and not one cell with a separator. ignore : columns that the tool adds.
    """

    form: Form
    columns: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    said: Mapping[str, str] | None = None
    ticks: bool = False
    ignore: tuple[str, ...] = ()

    def code(self, item: Item, choice: str) -> str:
        """The code of a choice in the export."""
        return self.codes.get(item.name, {}).get(choice, choice)

    def missing(self, item: Item) -> Mapping[str, str]:
        """Code in the export to reason."""
        if item.choices and self.said is not None:
            return {self.said[reason]: reason for reason in item.offered}
        return {code: reason for reason, code in item.offered.items()}

"""Where a definition comes from, and what may be done with its words."""

from __future__ import annotations

from pydantic import Field

from cwb_impact.spec.model import Spec, Text


class Source(Spec):
    """Where a question or a rule comes from, and what may be done with its words."""

    instrument: Text
    reference: str
    licence: str
    item_text_shipped: bool = Field(description="May the wording of the question travel with the package?")
    verified: bool = Field(description="False while the fact rests on something nobody has read at its source.")
    note: str | None = None


class Reference(Spec):
    """A published source."""

    text: str
    doi: str | None = None


class Fact(Spec):
    """One thing that a definition rests on, and whether somebody read it at its source."""

    what: str
    verified: bool
    reference: str

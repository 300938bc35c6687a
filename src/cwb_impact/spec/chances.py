"""Chances of codes, of numbers and of bands of numbers, as simulation.yml writes them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

Part = Annotated[float, Field(ge=0, le=1)]
Chance = Annotated[float, Field(gt=0, le=1)]


def limits(text: str) -> tuple[float, float] | None:
    """`18..24` as (18, 24) and `40` as (40, 40); None for what is neither a band nor a number."""
    low, dots, high = text.partition("..")
    try:
        return float(low), float(high if dots else low)
    except ValueError:
        return None


def check_bands(keys: Iterable[str]) -> None:
    """ValueError for a band that is none, or that runs backwards."""
    for key in keys:
        span = limits(key)
        if ".." in key and span is None:
            raise ValueError(f"{key} is no band: write two numbers, as in 18..24")
        if span is not None and span[0] > span[1]:
            raise ValueError(f"{key} runs backwards")


def check_parts(parts: Mapping[str, float]) -> None:
    """ValueError for parts that do not add up to 1, and for their bands."""
    check_bands(parts)
    if not math.isclose(sum(parts.values()), 1, abs_tol=1e-9):
        raise ValueError(f"the parts add up to {sum(parts.values()):g} instead of 1")


def _checked(parts: dict[str, float]) -> dict[str, float]:
    check_parts(parts)
    return parts


def _banded(parts: dict[str, float]) -> dict[str, float]:
    for key in parts:
        if limits(key) is None:
            raise ValueError(f"{key} is no band: write two numbers, as in 18..24")
    return _checked(parts)


Parts = Annotated[dict[str, Chance], Field(min_length=1), AfterValidator(_checked)]
"""Chances of codes, which add up to 1."""

Bands = Annotated[dict[str, Chance], Field(min_length=1), AfterValidator(_banded)]
"""Chances of bands of numbers, such as `8..24`, which add up to 1."""

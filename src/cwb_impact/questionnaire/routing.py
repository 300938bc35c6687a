"""Conditions as questions of a form: each test becomes answers that can be ticked, or a span without missing codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cwb_impact.questionnaire.content import Item, plain
from cwb_impact.spec.conditions import AllOf, AnyOf, Between, Condition, InParameter, Test


@dataclass(frozen=True)
class Asks:
    """One test of an earlier answer: it is one of these codes, or a number from..to."""

    item: Item
    codes: tuple[str, ...] = ()
    span: tuple[float, float] | None = None


def asks_of(item: Item, test: Test) -> Asks:
    """A test of an item.

    A span lies within the range of the variable, so that a missing code (below the range) never passes.

    Raises
    ------
    ValueError
        The test cannot be put into a questionnaire; why.
    """
    if isinstance(test, InParameter):
        raise ValueError(f"tests {item.name} with in_parameter, a dated list that a form does not have")
    if isinstance(test, Between):
        if item.span is None:
            raise ValueError(f"tests {item.name} from..to, and it is no number")
        low = item.span[0] if test.from_ is None else max(test.from_, item.span[0])
        high = item.span[1] if test.to is None else min(test.to, item.span[1])
        return Asks(item, span=(low, high))
    if item.kind == "date":
        raise ValueError(f"tests {item.name}, a date, by codes")
    numbers = item.span is not None
    return Asks(item, tuple(plain(float(code)) if numbers else str(code) for code in test))


def expression(
    condition: Condition,
    test: Callable[[str, Test], str],
    all_of: Callable[[Sequence[str]], str],
    any_of: Callable[[Sequence[str]], str],
) -> str:
    """A condition in the language of a tool: `test` writes one test, `all_of` and `any_of` join what was written."""
    if isinstance(condition, AllOf | AnyOf):
        parts = condition.all if isinstance(condition, AllOf) else condition.any
        written = [expression(part, test, all_of, any_of) for part in parts]
        return (all_of if isinstance(condition, AllOf) else any_of)(written)
    return all_of([test(name, one) for name, one in condition.items()])


def joined(word: str) -> Callable[[Sequence[str]], str]:
    """Parts with a word between, in brackets when there are several."""
    return lambda parts: parts[0] if len(parts) == 1 else f"({f' {word} '.join(parts)})"

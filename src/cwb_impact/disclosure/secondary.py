"""Secondary suppression: which other figures must go, because they would give away what is hidden.

All figures of a family are looked at together, by attacking them (`attack.py`). The plain rule for one dimension at a
time stands in `complements.py`.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace

from cwb_impact.disclosure.attack import Attacker, Target, Told
from cwb_impact.disclosure.family import Bound, Family, Key


@dataclass(frozen=True, slots=True)
class Hidden:
    """keys : all that must be hidden. bounds : what an attacker can then say of every secret, in order of the figures.

    open : the bounds that stay too narrow, because they follow from what cannot be hidden (any more).
    """

    keys: frozenset[Key]
    bounds: tuple[Bound, ...]
    open: tuple[Bound, ...]


def hide(family: Family, hidden: Set[Key]) -> Hidden:
    """Hide as many more figures as it takes to keep the secrets of the hidden ones, and few more than that.

    While a bound is too narrow, the cheapest of the figures that the attacker needed for it goes too, the narrowest
    bound first. A figure that was not needed cannot help: his argument would stand without it. So when he needs none
    that can go, the bound stays open. Afterwards each figure that went is shown again if all stays safe, the dearest
    first. The order of the figures decides between equals.

    What is hidden at the start stays hidden: to be stricter than a policy and never show more, start from what that
    policy hides. Hiding once more hides nothing more.

    hidden : keys that may not be shown whatever is around them; keys of other families do no harm.
    """
    attacker = Attacker.of(family)
    first = frozenset(hidden)
    keys = _shown_again(attacker, first, _enough(attacker, first))
    told, given = attacker.told(keys), attacker.given()
    bounds = tuple(_settled(told, given, target) for target in attacker.targets(keys))
    return Hidden(keys, bounds, tuple(bound for bound in bounds if not bound.safe))


def _settled(told: Told, given: Told, target: Target) -> Bound:
    """A bound at the end. An open one names figures only when it is open without this release and its reasons too."""
    found = told.bound(target)
    return found if found.safe else replace(found, used=(), given=given.bound(target).given)


def _enough(attacker: Attacker, hidden: frozenset[Key]) -> frozenset[Key]:
    """Hide until every bound is wide enough, or can be made no wider."""
    while (more := _one_round(attacker, hidden)) != hidden:
        hidden = more
    return hidden


def _one_round(attacker: Attacker, hidden: frozenset[Key]) -> frozenset[Key]:
    """Attack every secret; after that only those for which a figure was needed that has gone."""
    price = {figure.key: (figure.cost, at) for at, figure in enumerate(attacker.family.figures)}
    found: dict[Target, Bound | None] = {}  # None: wide enough
    while True:
        told = attacker.told(hidden)
        for target in attacker.targets(hidden):
            if target not in found:
                found[target] = None if told.is_safe(target) else told.bound(target)
        narrow = [(_room(bound), at.figure, bound.used) for at, bound in found.items() if bound and bound.used]
        if not narrow:
            return hidden
        _, _, used = min(narrow, key=lambda it: it[:2])
        out = min(used, key=price.__getitem__)
        hidden |= {out}
        found = {target: bound for target, bound in found.items() if not (bound and out in bound.used)}


def _shown_again(attacker: Attacker, first: frozenset[Key], keys: frozenset[Key]) -> frozenset[Key]:
    """Show again what need not be hidden: a bound stays wide enough, and one that is too narrow as it is."""
    gone = [figure for figure in attacker.family.figures if figure.key in keys - first]
    if not gone:
        return keys
    told = attacker.told(keys)
    before = {target: told.bound(target) for target in attacker.targets(keys)}
    for figure in sorted(gone, key=lambda figure: -figure.cost):
        told = attacker.told(keys - {figure.key})
        targets = sorted(attacker.targets(keys - {figure.key}), key=lambda target: _room(before[target]))
        if all(_as_good(told, target, before[target]) for target in targets):
            keys -= {figure.key}
    return keys


def _as_good(told: Told, target: Target, before: Bound) -> bool:
    return told.is_safe(target) or (not before.safe and _room(told.bound(target)) >= _room(before))


def _room(bound: Bound) -> float:
    """How far apart the bounds are, in parts of what the policy asks."""
    return (bound.high - bound.low) / max(bound.width, 1e-9)

"""Weights for those who answered, so that they also stand for those who did not.

Whoever answered with propensity p stands for 1/p people like them (Little 1986, International Statistical Review 54,
139-157). The propensity comes from logistic regression on what is known of everybody, or is the response rate in
classes, which gives steadier weights and does not lean on the model's form.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from cwb_impact.errors import Problems, fail
from cwb_impact.types import Booleans, Floats, Integers
from cwb_impact.weight.diagnostics import check_weights

CERTAIN = 1e-6
"""Fitted propensities this near to 0 or 1 are on their way to it: some group answered entirely, or not at all."""


def response_propensity(x: Floats, responded: Booleans, weight: Floats, names: Sequence[str] = ()) -> Floats:
    """(n,) probability to answer by weighted logistic regression, the fit of R's `svyglm(family = quasibinomial)`.

    x : (n, k) what is known of everybody, with a column of ones. responded : (n,). weight : (n,) base weights.
    names : (k,) for messages.
    Raises E190 (weights) and E197: missing values; nobody or everybody answered; a group that answered entirely or not
    at all, for which the propensity has no estimate.

    >>> x = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 1.0], [1.0, 1.0]])
    >>> response_propensity(x, np.array([True, False, True, True, False]), np.ones(5)).round(6)
    array([0.5     , 0.5     , 0.666667, 0.666667, 0.666667])
    """
    check_weights(weight, "base weight")
    called = names or [f"column {j + 1}" for j in range(x.shape[1])]
    _check(x, responded, called)
    # statsmodels takes a second to load, and few studies weight by propensity
    import statsmodels.api as sm

    model = sm.GLM(responded.astype(np.float64), x, family=sm.families.Binomial(), var_weights=weight / weight.mean())
    with warnings.catch_warnings():
        # a perfect fit is judged below, in words
        warnings.simplefilter("ignore")
        fitted = model.fit(maxiter=100, tol=1e-12)
    propensity: Floats = np.asarray(fitted.fittedvalues, dtype=np.float64)
    if not (propensity.min() > CERTAIN and propensity.max() < 1.0 - CERTAIN):
        what = f"groups answered entirely or not at all{_groups(x, responded, called)}: no propensity can be estimated"
        raise fail("E197", "weights", 0, "response", what, "Merge categories, or leave the variable out")
    return propensity


def _check(x: Floats, responded: Booleans, names: Sequence[str]) -> None:
    problems = Problems()
    missing = (~np.isfinite(x)).sum(axis=0)
    for j in np.flatnonzero(missing).tolist():
        fix = "Give the missing a category of their own"
        problems.add("E197", "weights", 0, names[j], "people without a value", fix, int(missing[j]), len(x))
    if responded.all() or not responded.any():
        what = "everybody answered" if responded.all() else "nobody answered"
        problems.add("E197", "weights", 0, "response", what, "There is nothing to adjust for")
    problems.raise_if_errors()


def _groups(x: Floats, responded: Booleans, names: Sequence[str]) -> str:
    """The columns of 0 and 1 in which everybody or nobody answered, for a message."""
    binary = [j for j in range(x.shape[1]) if np.isin(x[:, j], (0.0, 1.0)).all() and x[:, j].any()]
    alike = [names[j] for j in binary if len(np.unique(responded[x[:, j] == 1.0])) == 1]
    return f" ({', '.join(alike)})" if alike else ""


def propensity_classes(propensity: Floats, weight: Floats, classes: int = 5) -> Integers:
    """(n,) class from 0 up, with about the same weight in each: from one weighted quantile to the next.

    The cuts are the smallest propensities at which the weighted distribution reaches 1/classes, 2/classes and so on
    (R's qrule "math"); a propensity on a cut is in the class below. Equal propensities are in one class, so there may
    be fewer classes than asked.

    >>> propensity_classes(np.array([0.1, 0.2, 0.2, 0.9]), np.ones(4), classes=2)
    array([0, 0, 0, 1])
    """
    check_weights(weight, "base weight")
    order = np.argsort(propensity, kind="stable")
    ranked = propensity[order]
    reached = np.cumsum(weight[order]) / weight.sum()
    # 1e-12 guards the comparison against the rounding of the cumulative sum
    at = np.searchsorted(reached, np.arange(1, classes) / classes - 1e-12)
    cuts = ranked[np.minimum(at, len(ranked) - 1)]
    return np.unique(np.searchsorted(cuts, propensity, side="left"), return_inverse=True)[1].astype(np.int64)


def class_rates(classes: Integers, responded: Booleans, base: Floats) -> Floats:
    """(n,) the weighted response rate of everybody's class, which serves as their propensity.

    classes : (n,) from 0 up, of `propensity_classes` or any other. Raises E190 (base weights) and E197 (a class in
    which nobody answered).

    >>> class_rates(np.array([0, 0, 1]), np.array([True, False, True]), np.array([1.0, 3.0, 1.0]))
    array([0.25, 0.25, 1.  ])
    """
    check_weights(base, "base weight")
    everybody = np.bincount(classes, weights=base)
    answered = np.bincount(classes, weights=base * responded, minlength=len(everybody))
    empty = np.flatnonzero((answered == 0.0) & (everybody > 0.0)).tolist()
    if empty:
        what = f"nobody answered in class {', '.join(map(str, empty))}: nobody can stand for its people"
        raise fail("E197", "weights", 0, "response", what, "Ask for fewer classes, or merge these")
    return answered[classes] / everybody[classes]


def response_weights(base: Floats, responded: Booleans, propensity: Floats) -> Floats:
    """(respondents,) base weight / propensity of those who answered, in their order.

    base, responded, propensity : (n,) of everybody who was asked; propensity of `response_propensity`, or of
    `class_rates`, with which the weights of each class sum to the base weights of everybody in it.
    Raises E190 (base weights), E197 (propensities that are not above 0 and at most 1, nobody answered).

    >>> response_weights(np.array([1.0, 3.0, 1.0]), np.array([True, False, True]), np.array([0.25, 0.25, 1.0]))
    array([4., 1.])
    """
    check_weights(base, "base weight")
    chance = propensity[responded]
    if not len(chance) or not (chance.min() > 0.0 and chance.max() <= 1.0):
        what = "nobody answered" if not len(chance) else "propensities that are not above 0 and at most 1"
        raise fail("E197", "weights", 0, "response", what, "Look at the model of response")
    return base[responded] / chance


def attrition_weights(
    first: Floats, stayed: Booleans, x: Floats, classes: int | None = None, names: Sequence[str] = ()
) -> Floats:
    """(stayers,) weights of those of a panel who answered again, so that they stand for the first wave.

    weight = first / p, scaled to the sum of the first wave. first : (n,) weights of the first wave. stayed : (n,) who
    answered again. x : (n, k) what the first wave knows of everybody, with a column of ones. classes : the rates of so
    many classes of propensity instead of the propensities themselves. Errors as of the functions above.

    >>> x = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 1.0], [1.0, 1.0]])
    >>> attrition_weights(np.ones(5), np.array([True, False, True, True, False]), x).round(6)
    array([2. , 1.5, 1.5])
    """
    propensity = response_propensity(x, stayed, first, names)
    if classes is not None:
        propensity = class_rates(propensity_classes(propensity, first, classes), stayed, first)
    weight = response_weights(first, stayed, propensity)
    return weight * (float(first.sum()) / float(weight.sum()))

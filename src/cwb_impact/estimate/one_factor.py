"""One factor of correlations by maximum likelihood, its derivatives, and omega as a function of it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from cwb_impact.types import Floats

HEYWOOD = 0.005
"""A uniqueness below this part of an item's variance counts as none: the bound at which R's factanal stops."""


@dataclass(frozen=True, slots=True, repr=False)
class Factor:
    """One factor of standardised items: r = l l' + diag(u). r : their correlations. sd : of the items as they were.

    heywood : items without a uniqueness.
    """

    loadings: Floats
    uniquenesses: Floats
    r: Floats
    sd: Floats
    heywood: tuple[int, ...]


def start_and_fit(r: Floats) -> tuple[Floats, Floats]:
    """Loadings and uniquenesses by statsmodels, the better of two starts; the second only where the first fails.

    The first start is factanal's: (1 - 1/(2k)) / diag(r^-1), with the loadings that are best for these uniquenesses.
    """
    # statsmodels takes a second to load, and few studies ask for omega
    from statsmodels.multivariate import factor as fa

    k, best, least = len(r), (np.full(len(r), np.nan), np.zeros(len(r))), np.inf
    for psi in ((1.0 - 0.5 / k) / np.diag(np.linalg.inv(r)), np.full(k, 0.5)):
        root = np.sqrt(psi)
        values, vectors = np.linalg.eigh(r / np.outer(root, root))
        start = (root * vectors[:, -1] * np.sqrt(max(values[-1] - 1.0, 0.1)))[:, None]
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            # whether it converged is judged by the likelihood equations, after it
            warnings.simplefilter("ignore")
            fit = fa.Factor(corr=r, n_factor=1, method="ml").fit(start=(start, psi))
        if fit.mle_retvals.fun < least:
            lam = fit.loadings[:, 0]
            best, least = (lam * (1.0 if lam.sum() >= 0.0 else -1.0), fit.uniqueness), fit.mle_retvals.fun
        if fit.mle_retvals.success and fit.uniqueness.min() >= HEYWOOD:
            break
    return best


def polished(r: Floats, lam: Floats, psi: Floats) -> tuple[Floats, Floats] | None:
    """Newton steps to where the likelihood equations hold to rounding; None where they lead nowhere."""
    k = len(lam)
    for _ in range(10):
        gradient, hessian = likelihood(r, lam, psi)
        if not np.isfinite(hessian).all() or np.linalg.cond(hessian) > 1e12:
            return None
        if np.abs(gradient).max() < 1e-9:
            return (lam, psi) if np.linalg.eigvalsh(hessian)[0] > 0.0 else None
        step = np.linalg.solve(hessian, gradient)
        lam, psi = lam - step[:k], psi - step[k:]
        if psi.min() < HEYWOOD:
            return None
    return None


def likelihood(r: Floats, lam: Floats, psi: Floats) -> tuple[Floats, Floats]:
    """First and second derivatives of log|S| + tr(r S^-1), S = l l' + diag(u), by the loadings l, then by u.

    With D = S^-1 - S^-1 r S^-1 the first are 2 D l and diag(D); a change dS makes
    dD = -S^-1 dS S^-1 + S^-1 dS m + m dS S^-1, m = S^-1 r S^-1.
    """
    k, unit = len(lam), np.eye(len(lam))
    inverse = np.linalg.inv(np.outer(lam, lam) + np.diag(psi))
    m = inverse @ r @ inverse
    d = inverse - m
    second = np.empty((2 * k, 2 * k))
    for p in range(2 * k):
        e = unit[p % k]
        change = np.outer(e, lam) + np.outer(lam, e) if p < k else np.diag(e)
        of_d = -inverse @ change @ inverse + inverse @ change @ m + m @ change @ inverse
        second[:, p] = np.concatenate([2 * of_d @ lam + (2 * d @ e if p < k else 0.0), np.diag(of_d)])
    return np.concatenate([2 * d @ lam, np.diag(d)]), (second + second.T) / 2


def of_factor(factor: Factor, standardised: bool) -> tuple[float, Floats]:
    """Omega, L^2 / (L^2 + U), and its derivatives by loadings, then uniquenesses, of the standardised items.

    Raw: L = sum sd l, U = sum sd^2 u. Standardised: the same after each item is divided by the root of its own
    variance in the model, l^2 + u, which is 1 at the estimate but moves with l and u.
    """
    lam, psi, sd = factor.loadings, factor.uniquenesses, factor.sd
    if standardised:
        variance = lam**2 + psi
        sd = 1.0 / np.sqrt(variance)
    common, unique = float((sd * lam).sum()), float((sd**2 * psi).sum())
    whole = common**2 + unique
    by_common, by_unique = 2 * common * unique / whole**2, -(common**2) / whole**2
    by_lam, by_psi = by_common * sd, by_unique * sd**2
    if standardised:
        by_sd = by_common * lam + by_unique * 2 * sd * psi
        by_lam, by_psi = by_lam - by_sd * sd**3 * lam, by_psi - by_sd * sd**3 / 2
    return common**2 / whole, np.concatenate([by_lam, by_psi])

"""A second witness beside R: the Python package svy, where it has the same designs and estimators.

The designs and estimates of ours are those of test_designs.py, test_replicates.py and test_calibrated.py.
"""

import numpy as np
import polars as pl
import pytest
import svy
import test_calibrated
import test_designs as ours
import test_replicates
from test_weighting import schools

from cwb_impact.design import Floats
from cwb_impact.estimate.domains import domain_degrees

# The same sums in another order: 1e-8 is what is promised, 1e-12 is seen. An error that is 0 in exact arithmetic (one
# school of a type) is what rounding leaves.
RTOL, ATOL = 1e-8, 1e-10
TYPES = ours.TYPES
SINGLETON = {"adjust": "center", "average": "scale", "certainty": "skip", "remove": "skip"}


def sample(name: str) -> svy.Sample:
    """The design of a name of test_designs.py, in svy's words."""
    first, said = name.split("_")[0], {"wgt": "pw"}
    if first in ("strat", "lonely"):
        said["stratum"] = "stype"
    if first in ("clus1", "clus2"):
        said["psu"] = "dnum"
    if first == "lonely":
        said["singleton"] = SINGLETON[name.split("_")[-1]]
    if name == "clus2_fpc":
        said |= {"ssu": "snum", "pop_size": svy.PopSize("fpc1", "fpc2")}
    elif "fpc" in name:
        said["pop_size"] = "fpc"
    return svy.Sample(pl.from_pandas(ours.schools(name)), svy.Design(**said))


def estimated(of: svy.Sample, quantity: str, variable: str, by: str | None, **how: object) -> svy.Estimate:
    if quantity == "ratio":
        return of.estimation.ratio(*variable.split("/"), by=by, drop_nulls=True, **how)
    return getattr(of.estimation, quantity)(variable, by=by, drop_nulls=True, **how)


def column(estimate: svy.Estimate, field: str) -> Floats:
    return np.array([getattr(part, field) for part in estimate.estimates])


def levels(estimate: svy.Estimate) -> list[int]:
    """Which of the types svy has; it leaves out those of which nobody answered."""
    return [TYPES.index(part.by_level[0]) if part.by_level else 0 for part in estimate.estimates]


WHAT = [("mean", "api00"), ("mean", "sch_wide"), ("mean", "acs_46"), ("total", "enroll"), ("ratio", "api_stu/enroll")]
NAMES = ["strat_fpc", "strat", "clus1_fpc", "clus1", "srs_fpc", "srs", "clus2_fpc", "clus2"]


@pytest.mark.parametrize("by", [None, "stype"], ids=["all", "by type"])
@pytest.mark.parametrize(("quantity", "variable"), WHAT)
@pytest.mark.parametrize("name", NAMES)
def test_designs_and_domains(name: str, quantity: str, variable: str, by: str | None) -> None:
    """Values, errors, covariances of domains, degrees of freedom."""
    value, sums, _ = ours.made(name, quantity, variable, by is not None)
    theirs = estimated(sample(name), quantity, variable, by)
    at = levels(theirs)
    assert len(at) == np.isfinite(value).sum()
    np.testing.assert_allclose(value[at], column(theirs, "est"), rtol=RTOL)
    matrix = ours.covariances(name, sums)[np.ix_(at, at)]
    np.testing.assert_allclose(matrix.diagonal() ** 0.5, column(theirs, "se"), rtol=RTOL, atol=ATOL)
    scale = np.sqrt(np.outer(matrix.diagonal(), matrix.diagonal())).max()
    np.testing.assert_allclose(matrix, theirs.covariance, rtol=RTOL, atol=ATOL * scale)
    design, units = ours.design_of(name)
    y = ours.values(name, variable.split("/")[-1])
    domain, k = (ours.by_type(name, y), 3) if by else (ours.everybody(y), 1)
    np.testing.assert_array_equal(domain_degrees(design, domain, k, units)[at], column(theirs, "df"))


@pytest.mark.parametrize("option", list(SINGLETON))
@pytest.mark.parametrize("fpc", ["", "_fpc"])
@pytest.mark.parametrize(("quantity", "variable"), [("mean", "api00"), ("total", "enroll")])
def test_lonely_psus(option: str, fpc: str, quantity: str, variable: str) -> None:
    """With `adjust` also of a total, of which R survey 4.1 has another."""
    name = f"lonely{fpc}_{option}"
    _, sums, _ = ours.made(name, quantity, variable, parts=False)
    theirs = estimated(sample(name), quantity, variable, None)
    np.testing.assert_allclose(ours.covariances(name, sums).diagonal() ** 0.5, column(theirs, "se"), rtol=RTOL)


@pytest.mark.parametrize("name", ["strat", "clus1", "srs", "clus2"])
def test_design_effect(name: str) -> None:
    """svy's `wr`, without finite population."""
    _, sums, simple = ours.made(name, "mean", "api00", parts=True)
    theirs = estimated(sample(name), "mean", "api00", "stype", deff="wr")
    np.testing.assert_allclose(ours.covariances(name, sums).diagonal() / simple, column(theirs, "deff"), rtol=RTOL)


def with_replicates(name: str) -> svy.Sample:
    """The design of a name of test_replicates.py, in svy's words."""
    design, _ = test_replicates.design_of(name)
    assert design.replicates is not None
    weights, kind = design.replicates.weights, name.removesuffix("_mse")
    count = weights.shape[1]
    said = {"prefix": "rw", "n_reps": count}
    of = {
        "jk1": lambda: svy.JackknifeWgts(**said, kind="jk1"),
        "jkn": lambda: svy.JackknifeWgts(**said, kind="jkn", rep_coefs=tuple(design.replicates.rscales)),
        "brr": lambda: svy.BrrWgts(**said),
        "fay": lambda: svy.BrrWgts(**said, fay_coef=0.3),
        "bootstrap": lambda: svy.BootstrapWgts(**said, scale=1 / (count - 1)),
    }[kind]()
    columns = {f"rw{r + 1}": weights[:, r] for r in range(count)}
    data = pl.from_pandas(test_replicates.schools(name)).with_columns(**{k: pl.Series(v) for k, v in columns.items()})
    return svy.Sample(data, svy.Design(wgt="w", rep_wgts=of))


@pytest.mark.parametrize("by", [None, "stype"], ids=["all", "by type"])
@pytest.mark.parametrize(("quantity", "variable"), [WHAT[0], *WHAT[3:]])
@pytest.mark.parametrize("name", ["jk1", "jk1_mse", "jkn", "brr", "fay", "bootstrap", "bootstrap_mse"])
def test_given_replicate_weights(name: str, quantity: str, variable: str, by: str | None) -> None:
    found = test_replicates.made(name, quantity, variable, by is not None)
    how = {"method": "replication", "variance_center": "estimate" if name.endswith("_mse") else "rep_mean"}
    theirs = estimated(with_replicates(name), quantity, variable, by, **how)
    np.testing.assert_allclose(found.value, column(theirs, "est"), rtol=RTOL)
    errors = test_replicates.covariances(name, found.sums).diagonal() ** 0.5
    # where a replicate leaves nobody of a type svy has no error; R leaves that replicate out, and so do we
    errors[found.discarded > 0] = np.nan
    np.testing.assert_allclose(errors, column(theirs, "se"), rtol=RTOL)


SCHOOLS = {"E": 4421, "H": 755, "M": 1018}
WEIGHED = {
    "post_stratified": lambda of: of.weighting.poststratify(
        {("E", 0): 472, ("E", 1): 3949, ("H", 0): 334, ("H", 1): 421, ("M", 0): 266, ("M", 1): 752},
        cells=["stype", "sch_wide"],
    ),
    "raked": lambda of: of.weighting.rake(
        controls={"stype": SCHOOLS, "sch_wide": {0: 1072, 1: 5122}}, tol=1e-12, max_iter=200
    ),
    "linear": lambda of: of.weighting.calibrate(controls={svy.Cat("stype"): SCHOOLS, "api99": 3914069}),
}


@pytest.mark.parametrize("method", list(WEIGHED))
@pytest.mark.parametrize("name", ["strat_fpc", "cluster"])
def test_calibrated_weights(name: str, method: str) -> None:
    """svy's error after raking is that of R's rake, from unweighted residuals: see test_calibrated.py."""
    data = schools(name)
    said = {"wgt": "pw", "psu": "dnum"} if name == "cluster" else {"wgt": "pw", "stratum": "stype", "pop_size": "fpc"}
    weighed = WEIGHED[method](svy.Sample(pl.from_pandas(data), svy.Design(**said)))
    design = test_calibrated.design_of(name, method)
    for quantity, variable in (("mean", "api00"), ("total", "enroll")):
        y = data[variable].to_numpy(dtype=float)
        value, se = test_calibrated.estimated(design, y, data, quantity == "total")
        theirs = [estimated(weighed, quantity, variable, by) for by in (None, "stype")]
        np.testing.assert_allclose(value, np.concatenate([column(of, "est") for of in theirs]), rtol=RTOL)
        errors = np.concatenate([column(of, "se") for of in theirs])
        np.testing.assert_allclose(se, errors, rtol=test_calibrated.RAKE_RTOL if method == "raked" else RTOL)

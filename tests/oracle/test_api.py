"""Strata, finite populations, clusters and lonely PSUs against R survey (tests/oracle/api.R)."""

import numpy as np
import pandas as pd
import pytest

from cwb_impact.design import Design
from cwb_impact.estimate.domains import domain_degrees
from cwb_impact.estimate.statistics import mean
from cwb_impact.estimate.variance import centred, finite_factor, psu_sums, unit_strata

ORACLE = pd.read_csv("tests/oracle/api.csv")
# The same sums in another order of adding.
RTOL = 1e-8


def design_of(name: str) -> tuple[pd.DataFrame, Design]:
    data = pd.read_csv(f"tests/oracle/data/{'apiclus1' if name == 'cluster' else 'apistrat'}.csv")
    if name.startswith("lonely"):
        data = pd.concat([data[data["stype"] != "H"], data[data["stype"] == "H"].head(1)], ignore_index=True)
    stratum = data["stype"] if name != "cluster" else pd.Series("all", index=data.index)
    codes, names = pd.factorize(stratum, sort=True)
    psu = pd.factorize(data["dnum"])[0] if name == "cluster" else np.arange(len(data))
    finite = name == "strat_fpc" or name.startswith("lonely")
    size = data.groupby(codes)["fpc"].first().to_numpy(dtype=float) if finite else np.full(len(names), np.inf)
    lonely = name.removeprefix("lonely_") if name.startswith("lonely") else "fail"
    weight = data["pw"].to_numpy(dtype=float)
    return data, Design(psu, codes, weight, tuple(names), size, lonely, finite, "")


@pytest.mark.parametrize(
    "row", ORACLE.to_dict("records"), ids=lambda row: f"{row['design']}-{row['variable']}-{row['domain']}"
)
def test_mean_and_its_error_equal_r_survey(row: dict[str, object]) -> None:
    data, design = design_of(str(row["design"]))
    domain = (data["sch_wide"] == 1).to_numpy() if row["domain"] == "sch_wide" else np.ones(len(data), dtype=bool)
    y = data[str(row["variable"])].to_numpy(dtype=float)
    estimated = mean(y[domain], design.weight[domain])
    influence = np.zeros(len(data))
    influence[domain] = estimated.influence
    psus = int(design.psu.max()) + 1
    stratum = unit_strata(design, psus)
    e = centred(psu_sums(influence, design, psus), stratum, len(design.strata), design.lonely_psu)
    variance = (e**2 * finite_factor(design, stratum)).sum()
    np.testing.assert_allclose(estimated.value, row["value"], rtol=RTOL)
    np.testing.assert_allclose(variance**0.5, row["se"], rtol=RTOL)
    assert domain_degrees(design, np.where(domain, 0, -1), 1, psus).tolist() == [row["df"]]

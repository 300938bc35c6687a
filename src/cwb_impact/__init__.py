"""cwb_impact: survey waves in, a protected and honest report out.

>>> import cwb_impact as cwb
>>> study = cwb.open_study("surveys/nieuw_west")
>>> waves = cwb.harmonise(study)
>>> estimates = cwb.estimate(waves)
>>> changes = cwb.compare(estimates)
>>> release = cwb.protect(estimates, changes)
"""

from cwb_impact.errors import CwbError
from cwb_impact.inspect import inspect_file
from cwb_impact.study import check, compare, contrast, estimate, harmonise, open_study, protect, report, run
from cwb_impact.trace import trace
from cwb_impact.types import Comparison, EstimateTable, SafeTable, Waves

__all__ = [
    "Comparison",
    "CwbError",
    "EstimateTable",
    "SafeTable",
    "Waves",
    "check",
    "compare",
    "contrast",
    "estimate",
    "harmonise",
    "inspect_file",
    "open_study",
    "protect",
    "report",
    "run",
    "trace",
]

"""Processor time and memory of one command in a process of its own, so that earlier tests are not in it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_RUN = """
import json, pathlib, re, resource, sys, time
from cwb_impact.errors import CwbError
from cwb_impact.study import harmonise_files
start = time.process_time()
try:
    harmonise_files(sys.argv[1], sys.argv[2])
    codes = []
except CwbError as error:
    codes = sorted({problem.code for problem in error.problems})
seconds = time.process_time() - start
kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
status = pathlib.Path("/proc/self/status")
if status.exists():  # Linux hands the peak of the process that starts this one down in ru_maxrss
    kilobytes = int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text())[1])
print(json.dumps({"seconds": seconds, "megabytes": kilobytes / 1024, "codes": codes}))
"""


@dataclass(frozen=True)
class Cost:
    seconds: float
    megabytes: float
    codes: list[str]


def cost_of(study: Path) -> Cost:
    """What harmonising a study takes."""
    command = [sys.executable, "-c", _RUN, str(study), str(study.parent / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=900)
    return Cost(**json.loads(done.stdout.splitlines()[-1]))

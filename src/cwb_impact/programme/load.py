"""Reads the programme folder of a study: four files that it must have, and six that it may have."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from cwb_impact.errors import Problems
from cwb_impact.programme.checks import check_indicators, check_programme
from cwb_impact.programme.contents import Programme as Programme
from cwb_impact.spec.dictionary_folder import read_spec
from cwb_impact.spec.model import S
from cwb_impact.spec.programme import ActionFile, InitiativeFile, ReportSource, TargetFile
from cwb_impact.spec.programme_facts import (
    AnchorFile,
    ContractFile,
    DataInventory,
    FundingFile,
    MilestoneFile,
    SessionFile,
)


def load_programme(
    folder: Path, problems: Problems, shown: str | None = None, indicators: Collection[str] | None = None
) -> Programme | None:
    """Read the files of a programme and check them against one another.

    source.yml, actions.yml, initiatives.yml and targets.yml must be there; milestones.yml, anchors.yml, contracts.yml,
    funding.yml, sessions.yml and data_inventory.yml may be absent.

    Parameters
    ----------
    folder : the programme folder of a study.
    problems : gets every fault, with file and line: E102 unreadable, E001 refused YAML, E002 a value that is wrong or
        that the other files contradict, E131 a name that none of the files defines, E611 a target that counts other
        initiatives than its rule.
    shown : how messages call the folder; its own name when left out.
    indicators : the indicators of the dictionary, to check that what is needed for one names one; unchecked when left
        out.

    Returns
    -------
    Programme, or None when a file could not be used. Its cross-checks may have added problems.

    Examples
    --------
    >>> programme = load_programme(Path("surveys/nieuw_west/programme"), Problems())
    >>> len(programme.actions.actions)
    20
    """
    name = shown or folder.name
    unusable: list[str] = []

    def read(model: type[S], file: str) -> S | None:
        spec = read_spec(model, folder / file, f"{name}/{file}", problems)
        if spec is None:
            unusable.append(file)
        return spec

    def read_if_there(model: type[S], file: str) -> S | None:
        return read(model, file) if (folder / file).exists() else None

    source = read(ReportSource, "source.yml")
    actions = read(ActionFile, "actions.yml")
    initiatives = read(InitiativeFile, "initiatives.yml")
    targets = read(TargetFile, "targets.yml")
    milestones = read_if_there(MilestoneFile, "milestones.yml")
    anchors = read_if_there(AnchorFile, "anchors.yml")
    contracts = read_if_there(ContractFile, "contracts.yml")
    funding = read_if_there(FundingFile, "funding.yml")
    sessions = read_if_there(SessionFile, "sessions.yml")
    inventory = read_if_there(DataInventory, "data_inventory.yml")
    # one of the six that cannot be read must not pass for one that is absent
    if unusable or source is None or actions is None or initiatives is None or targets is None:
        return None
    programme = Programme(
        source, actions, initiatives, targets, milestones, anchors, contracts, funding, sessions, inventory
    )
    check_programme(programme, problems)
    if indicators is not None:
        check_indicators(programme, indicators, problems)
    return programme

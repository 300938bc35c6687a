"""What one report says about a programme, file by file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cwb_impact.spec.model import FileSpec
from cwb_impact.spec.programme import ActionFile, InitiativeFile, ReportSource, TargetFile
from cwb_impact.spec.programme_facts import (
    AnchorFile,
    ContractFile,
    DataInventory,
    FundingFile,
    MilestoneFile,
    SessionFile,
)


@dataclass(frozen=True)
class Programme:
    """The files of a programme folder. None: the folder has no such file, and nothing is known of it."""

    source: ReportSource
    actions: ActionFile
    initiatives: InitiativeFile
    targets: TargetFile
    milestones: MilestoneFile | None = None
    anchors: AnchorFile | None = None
    contracts: ContractFile | None = None
    funding: FundingFile | None = None
    sessions: SessionFile | None = None
    data_inventory: DataInventory | None = None

    @property
    def by_name(self) -> dict[str, FileSpec]:
        """The files that are there, by the name of the file: `actions`, `targets`, ..."""
        found = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: file for name, file in found.items() if file is not None}

    @property
    def files(self) -> tuple[FileSpec, ...]:
        return tuple(self.by_name.values())

    @property
    def told_on(self) -> date:
        """The last day that the report can mean by `now`."""
        return self.source.as_of.date.latest

    def description(self) -> dict[str, str]:
        """The source, for the manifest of a release."""
        return {"report": self.source.title, "report_sha256": self.source.sha256, "data": self.source.data}

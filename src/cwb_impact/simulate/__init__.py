"""Synthetic raw waves from the same dictionary and maps that read them: the maps, run backwards."""

from cwb_impact.simulate.study_files import simulate

__all__ = ["simulate"]

"""`cwb-impact inspect`: describes a raw file, and drafts a wave map from it. Shows codes and counts, never a person."""

from cwb_impact.inspect.draft import WaveGuess, draft_map
from cwb_impact.inspect.inspection import inspect_file
from cwb_impact.inspect.show import show, to_json

__all__ = ["WaveGuess", "draft_map", "inspect_file", "show", "to_json"]

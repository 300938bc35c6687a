"""A raw file described, and a wave map drafted from it with the words of a study."""

from __future__ import annotations

from pathlib import Path

from cwb_impact.errors import Problems
from cwb_impact.inspect import WaveGuess, draft_map
from cwb_impact.inspect.found import Inspection
from cwb_impact.spec.bundle import open_bundle, with_code_lists
from cwb_impact.spec.dictionary_folder import load_dictionary, read_spec
from cwb_impact.spec.wave_map import WaveMap


def scaffold(
    inspection: Inspection,
    guess: WaveGuess,
    study: Path | None = None,
    like: Path | None = None,
    same_codes: bool = False,
) -> str:
    """The text of a draft map. It decides only what a label says; the rest is left to a person, as comments.

    study : the folder of the study whose words and needs count; only the shared dictionary without one.
    like : an earlier wave's map, whose entries are taken over where the labels still agree. same_codes : a person
    says that its codes also hold for columns of the same name without labels.

    Raises
    ------
    CwbError
        Problems of the study's own files.
    """
    problems = Problems()
    dictionary, needed = load_dictionary(problems, study), []
    if study is not None and (study / "study.yml").is_file():
        # a study whose new map is not written yet cannot be opened without problems; only its needs are asked here
        bundle = open_bundle(study, Problems())
        if bundle is not None and guess.population in bundle.study.populations:
            needed = bundle.variables_needed(guess.population)
    earlier = read_spec(WaveMap, like, str(like), problems) if like is not None else None
    if earlier is not None and study is not None:
        earlier = with_code_lists(earlier, study, problems)
    problems.raise_if_errors()
    return draft_map(inspection, dictionary, guess, needed, earlier, same_codes)

"""Pseudonyms for respondents: HMAC-SHA256 under a key that is kept outside the repository.

A plain hash of a member number is reversed in seconds by trying all numbers; a keyed one is not.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from cwb_impact.errors import fail
from cwb_impact.spec.study_file import Study
from cwb_impact.spec.wave_map import WaveMap

KEY_VARIABLE = "CWB_PANEL_KEY_FILE"
_PUBLIC_KEY = b"public or synthetic data: nothing to protect, so this key is no secret"


def panel_key(study: Study, environment: Mapping[str, str] = os.environ) -> bytes:
    """The key for a study's respondents. Synthetic and public data use a key that is no secret.

    Raises
    ------
    CwbError
        E171 when personal data have no key file, or one that is too short, readable by others or inside a git tree.
        E172 when the key is not the one whose fingerprint stands in study.yml, or none stands there: with another key
        the people of one wave cannot be found again in the next.
    """
    if study.data != "personal":
        return _PUBLIC_KEY
    key = _read_key(environment)
    fingerprint, shown = key_fingerprint(key), study.doc.shown
    if study.panel_key is None:
        fix = f"When this is the right key, write panel_key: {fingerprint} in it"
        raise fail("E172", shown, 1, "panel_key", "does not record which key the panel has", fix)
    if study.panel_key != fingerprint:
        what = f"the panel has the key {study.panel_key}, and this key is {fingerprint}"
        fix = f"Point {KEY_VARIABLE} to the key of the earlier waves; after rotate-key, write the new panel_key"
        raise fail("E172", shown, study.doc.line("panel_key"), "panel_key", what, fix)
    return key


def _read_key(environment: Mapping[str, str]) -> bytes:
    file = environment.get(KEY_VARIABLE)
    if not file:
        raise fail("E171", KEY_VARIABLE, 0, "key", "personal data need a key file", f"Set {KEY_VARIABLE} to its path")
    return key_of_file(Path(file), KEY_VARIABLE)


def key_of_file(file: Path, named_by: str) -> bytes:
    """A key from its file. named_by : the setting that names the file, for messages. Raises E171 as panel_key does."""
    path = file.resolve()
    if not path.is_file():
        raise fail("E171", named_by, 0, "key", "the key file does not exist", "Make one of 32 random bytes")
    if any((parent / ".git").exists() for parent in path.parents):
        raise fail("E171", named_by, 0, "key", "the key file lies inside a git tree", "Move it out")
    if path.stat().st_mode & 0o077:
        raise fail("E171", named_by, 0, "key", "others can read the key file", "chmod 600")
    key = path.read_bytes()
    if len(key) < 32:
        raise fail("E171", named_by, 0, "key", "the key has fewer than 32 bytes", "Make one of 32 random bytes")
    return key


def key_fingerprint(key: bytes) -> str:
    """Tells keys apart without telling the key."""
    return hmac.new(key, b"cwb:fingerprint:v1", hashlib.sha256).hexdigest()[:16]


def domain_of(study: Study, spec: WaveMap) -> str:
    """Within which the same id is the same person: a population of a study, or one wave of it.

    The same number in another study is not the same person, or is not ours to link.
    """
    population = f"{study.id}:{spec.wave.population}"
    return population if spec.id.scope == "panel" else f"{population}:{spec.wave.id}"


def pseudonyms(person: pd.Series, domain: str, key: bytes) -> pd.Series:
    """128-bit pseudonyms, the same for the same id within a domain (study and population, and wave)."""
    begun = hmac.new(key, f"cwb:panel:v1:{domain}:".encode(), "sha256")

    def pseudonym(identity: str) -> str:
        # a copy of what is the same for everybody costs half of beginning anew
        own = begun.copy()
        own.update(identity.encode())
        return own.hexdigest()[:32]

    return pd.Series([pseudonym(identity) for identity in person.tolist()], index=person.index, dtype="str")

"""Pseudonyms for respondents: HMAC-SHA256 under a key that is kept outside the repository.

A plain hash of a member number is reversed in seconds by trying all numbers; a keyed one is not.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from cwb_impact.errors import fail

KEY_VARIABLE = "CWB_PANEL_KEY_FILE"
_PUBLIC_KEY = b"public or synthetic data: nothing to protect, so this key is no secret"


def panel_key(data: str, environment: Mapping[str, str] = os.environ) -> bytes:
    """The key for a study's respondents. Synthetic and public data use a key that is no secret.

    Raises
    ------
    CwbError
        E171 when personal data have no key file, or one that is too short, readable by others or inside a git tree.
    """
    if data != "personal":
        return _PUBLIC_KEY
    file = environment.get(KEY_VARIABLE)
    if not file:
        raise fail("E171", KEY_VARIABLE, 0, "key", "personal data need a key file", f"Set {KEY_VARIABLE} to its path")
    path = Path(file).resolve()
    if not path.is_file():
        raise fail("E171", KEY_VARIABLE, 0, "key", "the key file does not exist", "Make one of 32 random bytes")
    if any((parent / ".git").exists() for parent in path.parents):
        raise fail("E171", KEY_VARIABLE, 0, "key", "the key file lies inside a git tree", "Move it out")
    if path.stat().st_mode & 0o077:
        raise fail("E171", KEY_VARIABLE, 0, "key", "others can read the key file", "chmod 600")
    key = path.read_bytes()
    if len(key) < 32:
        raise fail("E171", KEY_VARIABLE, 0, "key", "the key has fewer than 32 bytes", "Make one of 32 random bytes")
    return key


def key_fingerprint(key: bytes) -> str:
    """Tells keys apart without telling the key."""
    return hmac.new(key, b"cwb:fingerprint:v1", hashlib.sha256).hexdigest()[:16]


def pseudonyms(person: pd.Series, domain: str, key: bytes) -> pd.Series:
    """128-bit pseudonyms, the same for the same id within a domain (a population, or a population and wave)."""

    def pseudonym(identity: str) -> str:
        message = f"cwb:panel:v1:{domain}:{identity}".encode()
        return base64.b32encode(hmac.new(key, message, hashlib.sha256).digest()[:16]).decode().rstrip("=")

    return person.map(pseudonym).astype("str")

"""Random numbers by name: each population, wave and variable has a stream of its own.

A variable that is added, or a person who joins at the end, changes no other draw. Only the bit stream of PCG64 is
used, which numpy keeps the same between its versions; normal values are its uniforms through the inverse normal.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Streams:
    """The streams of one population. seed : the study's seed. population : part of every stream's name."""

    seed: int
    population: str

    def uniform(self, size: int, *name: str) -> Floats:
        """(size,) uniforms strictly between 0 and 1 from the stream of that name."""
        digest = hashlib.sha256("/".join((self.population, *name)).encode()).digest()
        sequence = np.random.SeedSequence([self.seed, int.from_bytes(digest, "big")])
        # random() gives multiples of 2^-53 from 0 on; half a step further the inverse normal is always finite
        return np.random.Generator(np.random.PCG64(sequence)).random(size) + 2.0**-54

    def normal(self, size: int, *name: str) -> Floats:
        """(size,) standard normals from the stream of that name."""
        return np.asarray(ndtri(self.uniform(size, *name)), dtype=np.float64)

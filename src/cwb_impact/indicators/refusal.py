"""What a function of a definition says when it cannot work with what it is given."""

from __future__ import annotations


class RefusedError(ValueError):
    """A parameter or a code that a function cannot work with. Its message never holds an answer."""

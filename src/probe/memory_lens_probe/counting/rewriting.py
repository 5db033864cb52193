"""Counting by probes in the bytecode of the user's modules, before Python 3.12."""

from __future__ import annotations

from .setup import CountingSetup, CountingUnavailable


def prepare_rewriting(setup: CountingSetup) -> None:
    """Hands over what the library needs to rewrite bytecode."""
    raise CountingUnavailable("Lines are not counted before Python 3.12.")

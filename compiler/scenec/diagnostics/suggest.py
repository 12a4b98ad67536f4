"""Did you mean: the name that an author most likely had in mind."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

_LIKENESS = 0.6  # share of matching letters below which a suggestion confuses more than it helps
_CANDIDATES = 2000  # a scene with more names than this gets its suggestion from the first ones


def closest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `name`, or None where none is like it."""
    best, best_likeness = None, _LIKENESS
    for candidate, _ in zip(candidates, range(_CANDIDATES), strict=False):
        likeness = _likeness(name, candidate)
        if likeness > best_likeness:
            best, best_likeness = candidate, likeness
    return best


def _likeness(name: str, candidate: str) -> float:
    """Share of matching letters; names that differ in case or prefix only are very like."""
    if name.lower() == candidate.lower():
        return 1.0
    if candidate.endswith("." + name) or name.endswith("." + candidate):
        return 0.95
    matcher = SequenceMatcher(None, name[:80].lower(), candidate[:80].lower(), autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() > _LIKENESS else 0.0


def did_you_mean(name: str, candidates: Iterable[str], otherwise: str | None = None) -> str | None:
    """A hint with the closest candidate, or `otherwise`."""
    candidate = closest(name, candidates)
    return f"did you mean `{candidate}`?" if candidate is not None else otherwise

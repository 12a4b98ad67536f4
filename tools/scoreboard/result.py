"""What an engine says of a problem, and how far that is from the truth."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Result:
    """Losses and gradients of one engine at all points of a problem."""

    problem: str
    engine: str
    losses: list[float]
    gradients: list[list[float]]

    def line(self) -> str:
        """The result as JSON."""
        return json.dumps(asdict(self))


def errors(found: Sequence[Sequence[float]], exact: Sequence[Sequence[float]]) -> list[float]:
    """How far gradients are off at each point: the length of the difference, as a share of that of
    the exact one; infinite where a gradient is no number."""
    return [_error(f, e) for f, e in zip(found, exact, strict=True)]


def _error(found: Sequence[float], exact: Sequence[float]) -> float:
    off = sum((f - e) ** 2 for f, e in zip(found, exact, strict=True)) ** 0.5
    return off / sum(e**2 for e in exact) ** 0.5 if off < float("inf") else float("inf")

"""What a check of gradients found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from scenert.checking.experiment import Numbers
from scenert.checking.parting import Parting
from scenert.checking.verdict import Verdict

FAULTS = (Verdict.NOT_FINITE, Verdict.DIFFERS, Verdict.JUMPS)


@dataclass(frozen=True)
class Finding:
    """What was found of one number that a run starts from.

    kind, name, unit  parameter, state or control; `radius`, `ball.position[2]`, `hip`; its unit
    verdict           see `Verdict`
    output            the output that decides, and its derivative `exact` by reverse differentiation
    difference        the same by the differences that come nearest to it
    secant, mean      over the half width `width` of the number: secant, and mean of the derivative
    scales            half widths, and how far differences (near) and secants (finite) deviate from
                      the derivative and its mean, as a share of the largest of them
    reason, advice    one sentence each, or empty
    jump              displacements next to each other between which the output jumps, if any
    parting           where derivative and motion part, if they do
    """

    kind: str
    name: str
    unit: str
    verdict: Verdict
    output: str
    exact: float
    difference: float
    secant: float
    mean: float
    width: float
    scales: tuple[tuple[float, float], ...]
    reason: str = ""
    advice: str = ""
    jump: tuple[float, float] | None = None
    parting: Parting | None = None

    @property
    def time(self) -> float | None:
        """When derivative and motion part [s]."""
        return None if self.parting is None else self.parting.time

    @property
    def contacts(self) -> tuple[str, ...]:
        """The pairs that it has to do with."""
        return () if self.parting is None else self.parting.contacts

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data; numbers that are not finite as text."""
        numbers = {
            name: _plain(getattr(self, name))
            for name in ("exact", "difference", "secant", "mean", "width")
        }
        return {
            "kind": self.kind,
            "name": self.name,
            "unit": self.unit,
            "verdict": self.verdict.value,
            "output": self.output,
            **numbers,
            "jump": None if self.jump is None else self.jump[0],
            "time": self.time,
            "contacts": list(self.contacts),
            "reason": self.reason,
            "advice": self.advice,
        }


@dataclass(frozen=True)
class Report:
    """All findings on one scene, over `horizon` [s]; `options` are those it was compiled with."""

    scene: str
    horizon: float
    steps: int
    options: dict[str, str | float | int]
    outputs: tuple[str, ...]
    findings: tuple[Finding, ...]
    jacobian: Numbers

    @property
    def agrees(self) -> bool:
        """Whether no derivative is wrong."""
        return not self.faults

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The findings of derivatives that are wrong, or not those of the motion."""
        return tuple(finding for finding in self.findings if finding.verdict in FAULTS)

    def counts(self) -> dict[str, int]:
        """How many numbers have each verdict."""
        tally = Counter(finding.verdict for finding in self.findings)
        return {verdict.value: tally[verdict] for verdict in Verdict if tally[verdict]}

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {
            "scene": self.scene,
            "agrees": self.agrees,
            "horizon": self.horizon,
            "steps": self.steps,
            "options": self.options,
            "outputs": list(self.outputs),
            "counts": self.counts(),
            "findings": [finding.to_json() for finding in self.findings],
        }


def _plain(number: float) -> float | str:
    return number if abs(number) < float("inf") else str(number)

"""Which option mends wrong gradients: the scene is compiled with it, and what was wrong checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from scenec.diagnostics import CompileError
from scenert import Simulator
from scenert.checking import Report

Check = Callable[[Simulator, list[str]], Report]

# Options by their names in `Simulator.manifest.options`, with the value that may mend gradients.
CANDIDATES = {"impacts": "continuous", "gradient": "exact"}


@dataclass(frozen=True)
class Remedy:
    """A setting, and how many of the wrong gradients are right with it."""

    setting: str
    right: int
    wrong: int

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        return asdict(self)

    def __str__(self) -> str:
        return f"with {self.setting}, {self.right} of {self.wrong} are right"


def remedies(
    report: Report, compiled: Callable[[Mapping[str, str]], Simulator], check: Check
) -> Iterator[Remedy]:
    """What each option that the scene does not have yet makes of its faults.

    compiled  the scene with other settings
    check     the report on some inputs of a simulator
    """
    faults = {finding.name for finding in report.faults}
    inputs = sorted({name.partition("[")[0] for name in faults})
    for option, value in CANDIDATES.items():
        if not faults or report.options.get(option, value) == value:
            continue
        try:
            sim = compiled({f"options.{option}": value})
        except CompileError:
            continue  # an option that does not go with others of this scene
        left = {finding.name for finding in check(sim, inputs).faults}
        yield Remedy(f"options.{option}: {value}", len(faults - left), len(faults))

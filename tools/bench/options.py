"""What a run of the benchmarks can be told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """quick        smallest sizes, to see that everything works
    peer_python  interpreter that has the other engines
    budget       [s] how long each function is repeated
    """

    quick: bool = False
    peer_python: str = "python"
    budget: float = 2.0

"""What an experiment is told, and what it hands back."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jax
import numpy as np
from rich.console import Console

import scenec
from scenert import Simulator, train

SCENES = Path(__file__).resolve().parents[2] / "scenes"
Figures = dict[str, Any]


@dataclass(frozen=True)
class Setting:
    """folder       where results go
    smoke        cut everything short
    peer_python  interpreter that has the other engines
    console      where progress shows
    """

    folder: Path
    smoke: bool = False
    peer_python: str = sys.executable
    console: Console = field(default_factory=Console)

    def short(self, full: int, smoke: int) -> int:
        """`full`, or `smoke` where everything is cut short."""
        return smoke if self.smoke else full

    def scene(self, name: str, **settings: object) -> Simulator:
        """A shipped scene."""
        return scenec.compile(SCENES / f"{name}.yaml", settings=settings)

    def train(
        self,
        name: str,
        method: train.Method,
        model: Any,
        updates: int,
        until: Callable[[Any], bool] | None = None,
        seed: int = 0,
    ) -> train.Result:
        """`train.run` in a folder of its own, with progress."""
        self.console.print(f"[bold]{name}")
        return train.run(
            method,
            model,
            updates,
            key=jax.random.key(seed),
            folder=self.folder / "runs" / name,
            until=until,
            console=self.console,
        )


class Clock:
    """Seconds on the wall and of the processor; `with clock.running():` adds to them."""

    def __init__(self) -> None:
        self.seconds = self.cpu = 0.0

    @contextmanager
    def running(self) -> Any:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.seconds += time.perf_counter() - wall
        self.cpu += time.process_time() - cpu


def column(result: train.Result, name: str) -> np.ndarray:
    """A metric of all updates."""
    return np.array([line[name] for line in result.metrics])


def first_below(values: np.ndarray, limit: float) -> int | None:
    """The number (from 1) of the first value below `limit`; None where there is none."""
    below = np.flatnonzero(values < limit)
    return int(below[0]) + 1 if len(below) else None

"""The metrics of a training on disk: one line of JSON for each update, and TensorBoard's events."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path

from tensorboardX import SummaryWriter

LINES = "metrics.jsonl"
EVENTS = "tensorboard"


class Logbook:
    """Metrics in `folder`, continued after the first `updates` updates; what is later is dropped.

    A process that is killed has written every line but the last one entirely.
    """

    def __init__(self, folder: Path, updates: int) -> None:
        self._path = folder / LINES
        self.lines = _kept(self._path, updates)
        _replace(self._path, "".join(json.dumps(_finite(line)) + "\n" for line in self.lines))
        self._file = self._path.open("a", encoding="utf-8")
        self._events = SummaryWriter(str(folder / EVENTS), purge_step=updates + 1)

    def add(self, update: int, seconds: float, metrics: Mapping[str, float]) -> None:
        """Write the metrics of one update, `seconds` after training began."""
        line = _finite({"update": update, "seconds": round(seconds, 4), **metrics})
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()
        for name, value in metrics.items():
            if math.isfinite(value):
                self._events.add_scalar(name, value, update)

    def close(self) -> None:
        """Finish both files."""
        self._file.close()
        self._events.close()


def _finite(line: Mapping[str, float]) -> dict[str, float | None]:
    """The line with null, which JSON has, in place of NaN and infinity, which it has not."""
    return {name: value if math.isfinite(value) else None for name, value in line.items()}


def _kept(path: Path, updates: int) -> list[dict[str, float]]:
    """The whole lines of the first `updates` updates."""
    kept = []
    for text in path.read_text("utf-8").splitlines() if path.exists() else ():
        try:
            line = json.loads(text)
        except json.JSONDecodeError:
            break  # the process was killed while it wrote this line
        if line["update"] <= updates:
            kept.append({name: math.nan if x is None else x for name, x in line.items()})
    return kept


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    part = path.with_suffix(".part")
    part.write_text(text, "utf-8")
    os.replace(part, path)

"""The figure of docs/performance.md: robot-steps per second of every engine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from tools.bench.measure import Row

COLORS = {
    "scenec": "#1b6ca8",
    "plain XLA": "#b8cfe0",
    "MuJoCo C": "#8a8a8a",
    "MJX": "#c77d2e",
    "Brax": "#6a9a58",
}


def draw(rows: Sequence[Row], path: Path) -> None:
    """Bars for the smallest controller, forward and gradient, by number of robots."""
    mine = [row for row in rows if row.benchmark == "quadruped" and "us" in row.values]
    mine = [row for row in mine if row.case == mine[0].case]
    mpl.rcParams.update({"svg.hashsalt": "performance", "font.size": 9})
    figure = Figure(figsize=(8, 3), layout="constrained")
    axes = figure.subplots(1, 2, sharey=True)
    for axis, what in zip(axes, ("forward", "gradient"), strict=True):
        _bars(axis, [row for row in mine if row.what == what], what)
    axes[0].set_ylabel("robot-steps per second")
    axes[0].legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})


def _bars(axis: Any, rows: Sequence[Row], what: str) -> None:
    batches = sorted({row.batch for row in rows})
    for place, (engine, color) in enumerate(COLORS.items()):
        own = [row for row in rows if row.engine == engine]
        left = [batches.index(row.batch) + 0.16 * (place - 2) for row in own]
        speeds = [1e6 / row.values["us"] for row in own]
        axis.bar(left, speeds, 0.15, color=color, label=engine)
    axis.set(title=what, yscale="log", xlabel="robots")
    axis.set_xticks(range(len(batches)), [f"{batch:,}" for batch in batches])
    axis.spines[["top", "right"]].set_visible(False)

"""The figure of docs/gradients.md: how far every engine is off, point by point."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from tools.scoreboard.published import PROBLEMS
from tools.scoreboard.result import Result, errors

COLORS = {
    "scenec, continuous": "#1b6ca8",
    "scenec, stepped": "#b8cfe0",
    "MJX": "#c77d2e",
    "Brax, positional": "#6a9a58",
    "Brax, spring": "#a9c49e",
}
FLOOR, CEILING = 1e-8, 1e3
BAR = 0.01  # what is right to within a percent


def draw(results: Sequence[Result], path: Path) -> None:
    """A panel for each problem."""
    mpl.rcParams.update({"svg.hashsalt": "gradients", "font.size": 8})
    names = [n for n in PROBLEMS if any(r.problem == n and r.engine == "exact" for r in results)]
    rows = -(-len(names) // 4)
    figure = Figure(figsize=(10, 2.2 * rows + 0.4), layout="constrained")
    axes = figure.subplots(rows, 4, sharey=True, squeeze=False)
    for panel in axes.flat[len(names) :]:
        panel.set_axis_off()
    for panel, name in zip(axes.flat, names, strict=False):
        found = {r.engine: r for r in results if r.problem == name}
        exact = found.pop("exact")
        for engine, result in found.items():
            off = np.clip(errors(result.gradients, exact.gradients), FLOOR, CEILING)
            panel.plot(off, ".", markersize=3, color=COLORS[engine], label=engine)
        panel.axhline(BAR, color="#404040", linewidth=0.6, linestyle=":")
        panel.set(title=name, yscale="log")
        panel.spines[["top", "right"]].set_visible(False)
    axes[0, 0].set_ylabel("relative error")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=5, frameon=False)
    figure.savefig(path, metadata={"Date": None})

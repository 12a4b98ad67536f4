"""Plots in one style."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

BLUE, GREY, ORANGE = "#0b62a4", "#8a8a8a", "#c77d2e"
POINT = {"marker": "+", "markersize": 11, "markeredgewidth": 2, "linestyle": "none"}


@contextmanager
def plot(file: Path, **labels: Any) -> Iterator[Any]:
    """Axes to draw on, written to `file` afterwards, with the legend above them."""
    figure = Figure(figsize=(7.2, 3.8), layout="constrained")
    axes = figure.subplots()
    axes.set(**labels)
    axes.grid(alpha=0.3)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    yield axes
    entries = len(axes.get_legend_handles_labels()[0])
    if entries:
        columns = entries if entries <= 3 else 2
        figure.legend(frameon=False, loc="outside upper center", ncols=columns, fontsize=9)
    figure.savefig(file, dpi=160)

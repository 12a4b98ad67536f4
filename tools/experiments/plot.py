"""Plots in one style."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

BLUE, GREY, ORANGE = "#0b62a4", "#8a8a8a", "#c77d2e"


@contextmanager
def plot(file: Path, **labels: Any) -> Iterator[Any]:
    """Axes to draw on, written to `file` afterwards."""
    figure = Figure(figsize=(7, 3.6), layout="constrained")
    axes = figure.subplots()
    axes.set(**labels)
    axes.grid(alpha=0.3)
    yield axes
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False)
    figure.savefig(file, dpi=100)

"""A walk as a picture: the path of the body before and after, and a strip of frames."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from scenec.demo.skeleton import Numbers, Skeleton

FRAMES = 9
BEFORE, AFTER, GROUND = "#9a9a9a", "#0b62a4", "#404040"


def draw(skeleton: Skeleton, before: Numbers, after: Numbers, file: Path) -> None:
    """Write the picture of two walks, each (n_frame, n_point, 2) as the side view gives them."""
    figure = Figure(figsize=(11, 5), layout="constrained")
    path, strip = figure.subplots(2, 1, height_ratios=[1, 2])
    for walk, colour, label in ((before, BEFORE, "before"), (after, AFTER, "after")):
        path.plot(walk[:, 0, 0], walk[:, 0, 1], color=colour, label=label)
    path.set(ylabel="height [m]", title="The body's path, seen from the side")
    path.legend(frameon=False)
    for number, frame in enumerate(np.linspace(0, len(after) - 1, FRAMES).astype(int)):
        _stick_figure(strip, skeleton, after[frame], 0.3 + 0.7 * number / (FRAMES - 1))
    strip.axhline(0, color=GROUND, linewidth=1)
    strip.set(xlabel="x [m]", aspect="equal", title="The gait after training")
    strip.autoscale_view()
    figure.savefig(file, dpi=130)


def _stick_figure(axes: Axes, skeleton: Skeleton, points: Numbers, opacity: float) -> None:
    bones = [points[list(bone)] for bone in skeleton.bones]
    axes.add_collection(LineCollection(bones, colors=AFTER, linewidths=1.5, alpha=opacity))
    for point, radius in skeleton.balls:
        ball = Circle(tuple(points[point]), radius, fill=False, color=AFTER, alpha=opacity)
        axes.add_patch(ball)

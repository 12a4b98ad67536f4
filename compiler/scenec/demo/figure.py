"""Two walks as a picture: how far they got over time, and one stride of the second."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from scenec.demo.skeleton import Numbers, Skeleton

FRAMES = 8  # of the stride
GAP = 0.75  # [m] between them
BEFORE, AFTER, GROUND = "#9a9a9a", "#0b62a4", "#404040"


def draw(
    skeleton: Skeleton, before: Numbers, after: Numbers, dt: float, stride: float, file: Path
) -> None:
    """Write the picture of two walks, each (n_frame, n_point, 2) as the side view gives them.

    `dt` [s] lies between frames; the stride shown lasts `stride` [s], in the middle of the walk.
    """
    figure = Figure(figsize=(11, 4.6), layout="constrained")
    distance, strip = figure.subplots(2, 1, height_ratios=[3, 1])
    for walk, colour, label in ((before, BEFORE, "before"), (after, AFTER, "after")):
        gone = walk[:, 0, 0] - walk[0, 0, 0]
        distance.plot(dt * np.arange(len(gone)), gone, color=colour, label=label, linewidth=2)
    distance.set(xlabel="time [s]", ylabel="distance [m]", title="How far the robot walks")
    distance.legend(frameon=False)
    times = len(after) // 2 + np.arange(FRAMES) * stride / (FRAMES * dt)
    for number, frame in enumerate(times.astype(int)):
        centred = after[frame] - [after[frame, 0, 0] - number * GAP, 0]
        _stick_figure(strip, skeleton, centred)
    strip.axhline(0, color=GROUND, linewidth=1)
    strip.set(aspect="equal", title=f"One stride after training, {stride / FRAMES:.3f} s apart")
    strip.set_axis_off()
    strip.autoscale_view()
    figure.savefig(file, dpi=130)


def _stick_figure(axes: Axes, skeleton: Skeleton, points: Numbers) -> None:
    bones = [points[list(bone)] for bone in skeleton.bones]
    axes.add_collection(LineCollection(bones, colors=AFTER, linewidths=1.5))
    for point, radius in skeleton.balls:
        axes.add_patch(Circle(tuple(points[point]), radius, fill=False, color=AFTER))

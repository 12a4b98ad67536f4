"""A walk as a page: an animation, before and after, that needs nothing but a browser."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import numpy as np

from scenec.demo.skeleton import Numbers, Skeleton

RATE = 30  # frames per second


def write_page(skeleton: Skeleton, before: Numbers, after: Numbers, dt: float, file: Path) -> None:
    """Write the page of two walks, each (n_frame, n_point, 2) with `dt` [s] between frames."""
    every = max(1, round(1 / (RATE * dt)))
    data = {
        "seconds_per_frame": every * dt,
        "bones": skeleton.bones,
        "balls": skeleton.balls,
        "walks": [_walk("before", before[::every]), _walk("after", after[::every])],
    }
    template = resources.files("scenec.demo").joinpath("page.html").read_text("utf-8")
    file.write_text(template.replace("/*DATA*/null", json.dumps(data)), "utf-8")


def _walk(name: str, frames: Numbers) -> dict[str, object]:
    """Points in whole millimetres: finer than a screen shows, and short."""
    return {"name": name, "frames": np.rint(1000 * frames).astype(int).tolist()}

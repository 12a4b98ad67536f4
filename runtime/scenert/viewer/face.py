"""The face of the viewer."""

from __future__ import annotations

import html
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenert.recording import Trajectory, TrajectoryError
from scenert.simulator import Simulator
from scenert.state import State
from scenert.viewer.film import write_gif, write_mp4, write_png
from scenert.viewer.look import parts
from scenert.viewer.motion import motion
from scenert.viewer.page import page
from scenert.viewer.picture import moving, still
from scenert.viewer.stage import stage

FORMATS = (".html", ".png", ".gif", ".mp4")

_HEIGHT = 520  # pixels of a notebook's output
_FILM = {".gif": 20.0, ".mp4": 30.0}  # pictures a second at most

Progress = Callable[[int, int], None]


def view(
    sim: Simulator,
    states: State | Trajectory,
    control: ArrayLike | None = None,
    params: Mapping[str, ArrayLike] | None = None,
    names: Sequence[str] = (),
    *,
    marks: ArrayLike | None = None,
    rate: float = 50.0,
) -> View:
    """A look at `states`, as `rollout` stacks them, of one robot or of a batch side by side.

    control, params and names are those of `Trajectory.of`; contact forces are shown where the
    control is given. marks (n_robot, 3) [m] are points to show besides, such as goals. At most
    `rate` frames per second of the motion are kept. In a notebook the result shows itself;
    elsewhere, `save` it. Raises TrajectoryError where shapes or names do not fit `sim` and where a
    state is not finite.
    """
    if not isinstance(states, Trajectory):
        states = Trajectory.of(sim, states, control, params, names)
    return View(sim, states, rate, marks)


class View:
    """A trajectory to look at.

    html  the page: one file with all that it needs in it
    """

    def __init__(
        self, sim: Simulator, trajectory: Trajectory, rate: float, marks: ArrayLike | None = None
    ) -> None:
        self.manifest = sim.manifest
        self.names = trajectory.names
        self.motion = motion(sim, trajectory, rate)
        points = _points(marks, len(self.names))
        self.parts = tuple(
            parts(sim.manifest, shape, points[robot])
            for robot, shape in enumerate(self.motion.geometry)
        )
        self.stage = stage(self.motion, self.parts)

    @cached_property
    def html(self) -> str:
        """The page's text."""
        return page(self.manifest, self.names, self.motion, self.parts, self.stage)

    def picture(
        self, at: float | Sequence[float] | None = None, size: tuple[int, int] = (960, 540)
    ) -> NDArray[np.uint8]:
        """The moment `at` [s] as a picture (height, width, 3); several moments are shown in one.
        Default: the middle of the motion. `size` is (width, height) in pixels."""
        times = self.motion.time[-1] / 2 if at is None else at
        frames = [self._frame(time) for time in np.atleast_1d(times)]
        return still(self.motion, self.parts, self.stage, frames, size)

    def save(
        self,
        file: str | os.PathLike[str],
        *,
        at: float | Sequence[float] | None = None,
        size: tuple[int, int] = (960, 540),
        progress: Progress | None = None,
    ) -> Path:
        """Write a page (.html), picture (.png) or film (.gif, .mp4) to `file`; return its path.

        at        moments of a picture, as in `picture`
        size      (width, height) in pixels of pictures and films
        progress  told how many pictures of a film are done, and of how many

        Raises ValueError for other endings and odd sizes of films, ModuleNotFoundError that names
        the extra `view` where a library is missing, and OSError where `file` cannot be written.
        """
        path = Path(file)
        match path.suffix.lower():
            case ".html":
                path.write_text(self.html, "utf-8")
            case ".png":
                write_png(self.picture(at, size), path)
            case ".gif":
                write_gif(self._film(".gif", size, progress), self._rate(".gif"), path)
            case ".mp4":
                if any(extent % 2 for extent in size):
                    raise ValueError(f"an .mp4 film has an even width and height, not {size}")
                write_mp4(self._film(".mp4", size, progress), self._rate(".mp4"), path)
            case other:
                raise ValueError(f"cannot write {other or path.name!r}; use {', '.join(FORMATS)}")
        return path

    def _frame(self, time: float) -> int:
        return int(np.argmin(np.abs(self.motion.time - time)))

    def _rate(self, ending: str) -> float:
        """Pictures a second: as many as there are frames, up to the format's own limit."""
        frames = len(self.motion.time)
        return min(_FILM[ending], (frames - 1) / self.motion.time[-1]) if frames > 1 else 1.0

    def _film(
        self, ending: str, size: tuple[int, int], progress: Progress | None
    ) -> Iterator[NDArray[np.uint8]]:
        times = np.arange(0, self.motion.time[-1] + 1e-9, 1 / self._rate(ending))
        for done, time in enumerate(times, start=1):
            yield moving(self.motion, self.parts, self.stage, self._frame(time), size)
            if progress is not None:
                progress(done, len(times))

    def _repr_html_(self) -> str:
        """The page in a frame of its own, for notebooks."""
        return (
            f'<iframe srcdoc="{html.escape(self.html)}" style="width: 100%; height: {_HEIGHT}px; '
            'border: 0; border-radius: 8px"></iframe>'
        )


def _points(marks: ArrayLike | None, robots: int) -> NDArray[np.floating[Any]]:
    """The marks (robots, n, 3) of all robots, n of them each: one or none."""
    if marks is None:
        return np.zeros((robots, 0, 3))
    points = np.asarray(marks, float)
    if points.size != robots * 3 or points.shape[-1] != 3:
        raise TrajectoryError(
            f"marks are a point for each robot, ({robots}, 3), not {points.shape}"
        )
    return points.reshape(robots, 1, 3)

"""Where everything stands: robots side by side, floor and walls, and where a camera looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenert.viewer.look import WORLD, Part
from scenert.viewer.motion import Motion
from scenert.viewer.render import ASPECT, FOV, Camera

Numbers = NDArray[np.floating[Any]]

DIRECTION = np.array([0.42, -0.80, 0.34]) / np.linalg.norm([0.42, -0.80, 0.34])  # to the camera
_ROW = 8  # robots that stand in one row; more stand in a square
_GAP = 1.15  # distance of neighbours in widths
_SLIM = 0.3  # least width that counts, as a share of the middle edge: flat things
_LEVEL = 0.999  # least z of the normal of a plane that counts as floor
_THIN = 0.015  # thickness of walls as a share of the scene's size
_FILLED = 0.82  # of the picture is filled
_MUCH = 1.6  # times as much as one moment shows
_CALM = 0.6  # s over which the camera's movement is averaged


@dataclass(frozen=True)
class Wall:
    """A thin box on the solid side of a plane: edges (3,) [m], centre (3,) [m], rotation (3, 3)."""

    size: Numbers
    position: Numbers
    rotation: Numbers


@dataclass(frozen=True)
class Stage:
    """The arrangement of a motion.

    offset   (n_robot, 3) [m] by which each robot is shifted
    floor    [m] height of the floor; None where the scene has none
    walls    patches of the other planes, for every robot
    low      (3,) and
    high     (3,) [m] corners of all that a robot reaches, unshifted
    center   (n_frame, 3) [m] where the camera looks and
    radius   (n_frame,) [m] what it must see around it
    """

    offset: Numbers
    floor: float | None
    walls: tuple[Wall, ...]
    low: Numbers
    high: Numbers
    center: Numbers
    radius: Numbers


def stage(motion: Motion, parts: Sequence[Sequence[Part]]) -> Stage:
    """The arrangement of `motion`, whose robots have `parts`, one sequence each."""
    low, high = _bounds(motion, parts)
    normal, level = (np.asarray(x, float) for x in (motion.geometry[0][5], motion.geometry[0][6]))
    floors = [i for i in range(len(level)) if normal[i, 2] > _LEVEL]
    others = [i for i in range(len(level)) if i not in floors]
    corner, opposite = low.min((0, 1)), high.max((0, 1))
    for i in others:
        if _upright(normal[i]):
            at = normal[i] * level[i]
            corner, opposite = np.minimum(corner, at), np.maximum(opposite, at)
    offset = _offsets(motion, opposite - corner)
    walls = [_wall(normal[i], level[i], corner, opposite) for i in others]
    reach = np.stack([corner + offset.min(0), opposite + offset.max(0)])
    arena = any(_upright(normal[i]) for i in others)
    center, radius = _focus(motion, low, high, offset, reach, arena)
    return Stage(
        offset=offset,
        floor=max((float(level[i]) for i in floors), default=None),
        walls=tuple(replace(w, position=w.position + at) for w in walls for at in offset),
        low=corner,
        high=opposite,
        center=center,
        radius=radius,
    )


def _bounds(motion: Motion, parts: Sequence[Sequence[Part]]) -> tuple[Numbers, Numbers]:
    """Corners (n_robot, n_frame, 3) of the box around each robot."""
    lows, highs = [], []
    for robot, own in enumerate(parts):
        low = np.full((len(motion.time), 3), np.inf)
        high = -low
        for part in own:
            if part.role == "inertia":
                continue
            at, turn = part.position, part.rotation
            if part.body != WORLD:
                carrier = motion.rotation[robot, :, part.body].astype(float)
                at = motion.position[robot, :, part.body] + carrier @ at
                turn = carrier @ turn
            extent = np.abs(turn) @ _half(part)
            low, high = np.minimum(low, at - extent), np.maximum(high, at + extent)
        lows.append(low)
        highs.append(high)
    return np.array(lows), np.array(highs)


def _half(part: Part) -> Numbers:
    """Half the edges of the box around a part, in its own frame."""
    if part.kind == "box":
        return np.array(part.size) / 2
    if part.kind == "sphere":
        return np.full(3, part.size[0])
    radius, length = part.size
    return np.array([radius, radius, length / 2 + (radius if part.kind == "capsule" else 0)])


def _upright(normal: Numbers) -> bool:
    return bool(abs(normal[2]) < 1 - _LEVEL)


def _wall(normal: Numbers, level: float, low: Numbers, high: Numbers) -> Wall:
    """What is shown of a plane: a low rail where it is upright, otherwise a sheet."""
    size = float(np.linalg.norm(high - low))
    across = np.cross([0.0, 0.0, 1.0] if _upright(normal) else [0.0, 1.0, 0.0], normal)
    across /= np.linalg.norm(across)
    rotation = np.stack([across, np.cross(normal, across), normal], axis=-1)
    middle = (low + high) / 2
    at = middle + (level - normal @ middle) * normal
    thick = _THIN * size
    if not _upright(normal):
        return Wall(np.array([size, size, thick]), at - thick / 2 * normal, rotation)
    height = 2 * thick
    at[2] = low[2] + height / 2
    width = float(np.abs(across) @ (high - low)) + 2 * thick
    return Wall(np.array([width, height, thick]), at - thick / 2 * normal, rotation)


def _offsets(motion: Motion, size: Numbers) -> Numbers:
    """Robots stand side by side, across the direction in which they travel."""
    n_robot = len(motion.position)
    travel = np.abs(motion.position[:, -1, 0] - motion.position[:, 0, 0]).max(0)
    along, across = (1, 0) if travel[1] > travel[0] else (0, 1)
    columns = n_robot if n_robot <= _ROW else int(np.ceil(np.sqrt(n_robot)))
    place = np.arange(n_robot)
    offset = np.zeros((n_robot, 3))
    width = np.maximum(size, _SLIM * np.median(size))
    offset[:, across] = (place % columns - (columns - 1) / 2) * _GAP * width[across]
    offset[:, along] = -(place // columns) * _GAP * width[along]
    return offset


def _focus(
    motion: Motion, low: Numbers, high: Numbers, offset: Numbers, reach: Numbers, arena: bool
) -> tuple[Numbers, Numbers]:
    """The middle of what is to be seen, and its radius: all that is reached where walls stand
    around it or that is not much more than one moment shows, otherwise of each moment, averaged
    over a short while."""
    low, high = (low + offset[:, None]).min(0), (high + offset[:, None]).max(0)
    if arena or np.linalg.norm(reach[1] - reach[0]) < _MUCH * np.linalg.norm(high[0] - low[0]):
        low, high = (np.broadcast_to(corner, low.shape) for corner in reach)
    frames = len(motion.time)
    step = motion.time[1] - motion.time[0] if frames > 1 else 1.0
    half = min(round(_CALM / step / 2), frames - 1)
    window = np.ones(2 * half + 1) / (2 * half + 1)

    def calm(x: Numbers) -> Numbers:
        return np.convolve(np.pad(x, half, mode="edge"), window, mode="valid")

    center = np.stack([calm(x) for x in ((low + high) / 2).T], axis=-1)
    return center, calm(_radius((high - low) / 2))


def _radius(half: Numbers) -> Numbers:
    """The radius of the sphere that fills a picture as much as boxes of half edges (n, 3) do.

    A camera at the distance D sees a point at (x, y, z) right of, above and beyond the centre where
    |x| <= (D + z) w and |y| <= (D + z) h. A sphere of radius r fills the height at r / sin(FOV/2).
    """
    across, up, depth = np.abs(Camera(DIRECTION, np.zeros(3), (1, 1)).axes()) @ half.T
    tall = _FILLED * np.tan(FOV / 2)
    away = np.maximum(across / (tall * ASPECT), up / tall) + depth
    radius: Numbers = away * np.sin(FOV / 2)
    return radius

"""Moments of a motion as pictures: the look of the robots, put before the renderer's camera."""

from __future__ import annotations

import colorsys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenert.viewer.look import WORLD, Part
from scenert.viewer.motion import Motion
from scenert.viewer.render import FLOOR, Camera, Floor, Solid, distance, fitted, pieces, render
from scenert.viewer.stage import DIRECTION, Stage

Numbers = NDArray[np.floating[Any]]

_HUES = ("#3f7fbf", "#dd8452", "#4f9d69", "#a06cb4", "#c9a227", "#5aa3a8", "#c25b6e", "#7d8794")
_LIGHTER = (0.0, 0.13, -0.07, 0.07)  # by the body's depth in its tree
_JOINT = np.array([75, 86, 99]) / 255
_FORCE = np.array([217, 72, 15]) / 255
_WALL = np.array([176, 188, 200]) / 255
_FADED = 0.6  # of its colour is what the oldest of several moments loses
_STILL, _MOVING = 3, 2  # rays a pixel, along each side
_STEP = 0.14  # of the floor's grid, as a share of the distance to the camera
_ARROW = 0.45  # length of the strongest force's arrow as a share of the scene's radius


def still(
    motion: Motion,
    parts: Sequence[Sequence[Part]],
    stage: Stage,
    frames: Sequence[int],
    size: tuple[int, int],
) -> NDArray[np.uint8]:
    """The picture (height, width, 3) of one or more frames in one, which they fill.

    Of several, the last has full colours; the earlier, the paler.
    """
    solids = [
        replace(solid, color=solid.color + age * (FLOOR - solid.color))
        for age, frame in sorted(zip(_ages(frames), frames, strict=True))
        for solid in _solids(motion, parts, stage, frame)
    ]
    eye, target = fitted(np.concatenate([solid.corners for solid in solids]), DIRECTION, size)
    return _draw(solids, stage, Camera(eye, target, size), _STILL)


def _ages(frames: Sequence[int]) -> Numbers:
    """By how much each frame's colours fade: the first of several by _FADED, the last by 0."""
    last = max(1, len(frames) - 1)
    rank = np.argsort(np.argsort(frames))
    ages: Numbers = _FADED * (len(frames) - 1 - rank) / last
    return ages


def moving(
    motion: Motion,
    parts: Sequence[Sequence[Part]],
    stage: Stage,
    frame: int,
    size: tuple[int, int],
) -> NDArray[np.uint8]:
    """A frame as one of a film, whose camera moves calmly along."""
    center = stage.center[frame]
    eye = center + DIRECTION * distance(float(stage.radius[frame]), size)
    solids = list(_solids(motion, parts, stage, frame))
    return _draw(solids, stage, Camera(eye, center, size), _MOVING)


def _draw(solids: Sequence[Solid], stage: Stage, camera: Camera, samples: int) -> NDArray[np.uint8]:
    walls = [Solid("box", tuple(w.size), w.position, w.rotation, _WALL) for w in stage.walls]
    reach = _STEP * float(np.linalg.norm(camera.eye - camera.target))
    height = stage.low[2] - 0.02 * reach if stage.floor is None else stage.floor
    floor = Floor(height, round_length(reach), stage.floor is not None)
    return render(camera, [*solids, *walls], floor, samples)


def round_length(length: float) -> float:
    """The largest 1, 2 or 5 times a power of ten below `length`."""
    exact = np.log10(length)
    whole = np.floor(exact)
    return float(10**whole * (5 if exact - whole > 0.7 else 2 if exact - whole > 0.3 else 1))


def _solids(
    motion: Motion, parts: Sequence[Sequence[Part]], stage: Stage, frame: int
) -> Iterator[Solid]:
    for robot, own in enumerate(parts):
        offset = stage.offset[robot]
        for part in own:
            if part.role == "inertia":
                continue
            position, rotation = part.position + offset, part.rotation
            if part.body != WORLD:
                turn = motion.rotation[robot, frame, part.body].astype(float)
                position = motion.position[robot, frame, part.body] + turn @ part.position + offset
                rotation = turn @ part.rotation
            color = _color(robot if len(parts) > 1 else part.tree, part)
            for solid in pieces(part.kind, part.size, position, rotation, color, part.marked):
                yield replace(solid, bright=part.role == "mark")
        yield from _arrows(motion, stage, robot, frame)


def _color(hue: int, part: Part) -> Numbers:
    """Robots differ in hue or, where there is one, its trees; bodies of a tree in lightness."""
    if part.role in ("joint", "mark"):
        return _JOINT if part.role == "joint" else _FORCE
    code = _HUES[hue % len(_HUES)]
    red, green, blue = (int(code[i : i + 2], 16) / 255 for i in (1, 3, 5))
    tone, light, full = colorsys.rgb_to_hls(red, green, blue)
    light += _LIGHTER[part.depth % len(_LIGHTER)]
    if part.role == "sphere" and not part.marked:
        light, full = light - 0.06, full - 0.12
    return np.array(colorsys.hls_to_rgb(tone, light, full))


def _arrows(motion: Motion, stage: Stage, robot: int, frame: int) -> Iterator[Solid]:
    """The contact forces, as long as the square roots of their sizes."""
    if motion.force is None or motion.point is None:
        return
    strengths = np.linalg.norm(motion.force, axis=-1)
    strongest = float(strengths.max(initial=0.0))
    unit = _ARROW * float(stage.radius[0]) / np.sqrt(len(stage.offset))
    for i in np.flatnonzero(strengths[robot, frame] > 1e-3 * strongest):
        length = unit * np.sqrt(strengths[robot, frame, i] / strongest)
        head, width = min(0.12 * unit, 0.5 * length), 0.016 * unit
        z = motion.force[robot, frame, i] / strengths[robot, frame, i]
        x = np.cross([0.0, 1.0, 0.0] if abs(z[1]) < 0.9 else [1.0, 0.0, 0.0], z)
        x /= np.linalg.norm(x)
        turn = np.stack([x, np.cross(z, x), z], axis=-1)
        start = motion.point[robot, frame, i] + stage.offset[robot]
        shaft, tip = length - head, length - head / 2
        yield Solid("cone", (width, width, shaft), start + z * shaft / 2, turn, _FORCE, bright=True)
        yield Solid("cone", (2.6 * width, 0.0, head), start + z * tip, turn, _FORCE, bright=True)

"""Pictures without a display: rays cast at boxes, spheres, cylinders and cones, in NumPy.

A ray is o + t d from the camera. Every solid is hit where its own equation in t says so; a solid is
only tried on the pixels that the box around it covers. Light comes from the sky, as a function of
the normal's height, and from a sun; every one of the samples of a pixel sees the sun at another
place on its disc, which makes the edges of shadows soft.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.floating[Any]]

_SUN = np.array([-0.32, -0.43, 0.85]) / np.linalg.norm([-0.32, -0.43, 0.85])
_SUN_SIZE = 0.05  # rad: the radius of its disc, wide for soft shadows
_SKY = np.array([238, 242, 246]) / 255
FLOOR = np.array([250, 251, 252]) / 255
_GRID = np.array([190, 200, 210]) / 255
FOV = np.deg2rad(32)  # of the picture's height
ASPECT = 1.3  # least width of a picture in heights that needs no more distance
_FAR = 1e9
_MARGIN = 0.88  # of the picture is filled
_ROUNDS = 6  # until the margins are equal to within a pixel
_CORNERS = np.array(list(product((-1.0, 1.0), repeat=3)))


@dataclass(frozen=True)
class Solid:
    """Something to hit, in its own frame about its centre.

    kind   "box" (size: edges), "sphere" (radius), "cone" (lower and upper radius, length along z)
    color  of its surface, in [0, 1]; marked: octants in turn darker; bright: in its own light,
           seen through what is not
    """

    kind: str
    size: tuple[float, ...]
    position: Numbers
    rotation: Numbers
    color: Numbers
    marked: bool = False
    bright: bool = False

    @cached_property
    def corners(self) -> Numbers:
        """The corners (8, 3) of the box around it."""
        if self.kind == "box":
            half = np.array(self.size) / 2
        elif self.kind == "sphere":
            half = np.full(3, self.size[0])
        else:
            half = np.array([max(self.size[:2]), max(self.size[:2]), self.size[2] / 2])
        corners: Numbers = self.position + (_CORNERS * half) @ self.rotation.T
        return corners


@dataclass(frozen=True)
class Camera:
    """A camera at `eye` that looks at `target`, z up; `size` is (width, height) in pixels."""

    eye: Numbers
    target: Numbers
    size: tuple[int, int]

    def axes(self) -> Numbers:
        """Right, up and forward as rows."""
        forward = (self.target - self.eye) / np.linalg.norm(self.target - self.eye)
        right = np.cross(forward, [0.0, 0.0, 1.0])
        right /= np.linalg.norm(right)
        return np.stack([right, np.cross(right, forward), forward])


@dataclass(frozen=True)
class Floor:
    """A floor at a height, with a grid; only the grid where there is no ground."""

    height: float
    step: float
    solid: bool


def distance(radius: float, size: tuple[int, int]) -> float:
    """How far a camera stands from the centre of a sphere that it shall see whole."""
    narrow = min(size[0] / size[1] / ASPECT, 1.0)
    return radius / float(np.sin(FOV / 2)) / narrow


def fitted(points: Numbers, direction: Numbers, size: tuple[int, int]) -> tuple[Numbers, Numbers]:
    """Eye and target of a camera that looks against `direction` and sees all points, just so.

    A point at (x, y, z) right of, above and beyond the target is in the picture of a camera at the
    distance D where |x| <= (D + z) w and |y| <= (D + z) h, with w and h the picture's half width
    and height at distance 1. The target is moved to where the picture's margins are equal.
    """
    half = _MARGIN * np.tan(FOV / 2) * np.array([size[0] / size[1], 1.0])
    target = (points.min(0) + points.max(0)) / 2
    away = 1.0
    for _ in range(_ROUNDS):
        axes = Camera(target + direction, target, size).axes()
        x = (points - target) @ axes.T
        away = float(np.max(np.abs(x[:, :2]) / half - x[:, 2:]))
        seen = x[:, :2] / (away + x[:, 2:])
        target = target + away * ((seen.min(0) + seen.max(0)) / 2) @ axes[:2]
    return target + away * direction, target


def render(
    camera: Camera, solids: Sequence[Solid], floor: Floor, samples: int = 3
) -> NDArray[np.uint8]:
    """The picture (height, width, 3), of samples x samples rays a pixel."""
    total = np.zeros((camera.size[1], camera.size[0], 3))
    for across in range(samples):
        for down in range(samples):
            shift = (np.array([across, down]) + 0.5) / samples
            total += _pass(camera, solids, floor, shift)
    linear = np.clip(total / samples**2, 0, 1)
    return np.asarray(np.rint(255 * linear), np.uint8)


def _pass(camera: Camera, solids: Sequence[Solid], floor: Floor, shift: Numbers) -> Numbers:
    """One ray for every pixel, through the place `shift` in it."""
    rays = _rays(camera, shift)
    depth = np.full(rays.shape[:2], _FAR)
    normal, color = np.zeros(rays.shape), np.broadcast_to(_SKY, rays.shape).copy()
    bright = np.zeros(rays.shape[:2], bool)
    for solid in sorted(solids, key=lambda solid: solid.bright):
        window = _window(camera, solid)
        found, facing, tint = _hit(solid, camera.eye, rays[window])
        hidden = bright[window] | (not solid.bright)
        nearer = found < np.where(hidden, depth[window], _FAR)
        depth[window][nearer] = found[nearer]
        normal[window][nearer] = facing[nearer]
        color[window][nearer] = tint[nearer]
        bright[window][nearer] = solid.bright
    struck = depth < _FAR
    sun = _sun(shift)
    points = camera.eye + depth[struck, None] * rays[struck]
    light = np.where(bright[struck], 1.0, _light(points, normal[struck], solids, sun))
    color[struck] *= light[:, None]
    return _with_floor(camera, rays, struck, color, solids, floor, sun)


def _rays(camera: Camera, shift: Numbers) -> Numbers:
    width, height = camera.size
    right, up, forward = camera.axes()
    tall = np.tan(FOV / 2)
    x = (2 * (np.arange(width) + shift[0]) / width - 1) * tall * width / height
    y = (1 - 2 * (np.arange(height) + shift[1]) / height) * tall
    rays = forward + x[None, :, None] * right + y[:, None, None] * up
    unit: Numbers = rays / np.linalg.norm(rays, axis=-1, keepdims=True)
    return unit


def _window(camera: Camera, solid: Solid) -> tuple[slice, slice]:
    """The rows and columns of pixels that the box around it covers."""
    width, height = camera.size
    x, y, z = camera.axes() @ (solid.corners - camera.eye).T
    if z.min() <= 0:
        return slice(None), slice(None)
    scale = height / 2 / np.tan(FOV / 2)
    columns, rows = width / 2 + scale * x / z, height / 2 - scale * y / z
    top, bottom = np.clip([rows.min() - 1, rows.max() + 2], 0, height).astype(int)
    left, right = np.clip([columns.min() - 1, columns.max() + 2], 0, width).astype(int)
    return slice(top, bottom), slice(left, right)


def _sun(shift: Numbers) -> Numbers:
    """A direction to some place on the sun's disc: the square of shifts, wound onto a disc."""
    x, y = 2 * shift - 1
    across, up = _across(_SUN)
    disc = x * np.sqrt(1 - y * y / 2) * across + y * np.sqrt(1 - x * x / 2) * up
    aim: Numbers = _SUN + _SUN_SIZE * disc
    return aim / np.linalg.norm(aim)


def _light(points: Numbers, normal: Numbers, solids: Sequence[Solid], sun: Numbers) -> Numbers:
    """Light from sky and sun, as a factor of the colour."""
    lit = np.clip(normal @ sun, 0, None)
    facing = lit > 0
    lit[facing] *= ~_shadowed(points[facing] + 1e-5 * normal[facing], solids, sun)
    return 0.60 + 0.15 * normal[:, 2] + 0.42 * lit


def _shadowed(points: Numbers, solids: Sequence[Solid], sun: Numbers) -> NDArray[np.bool_]:
    """Whether a solid stands between the points and the sun.

    Seen from the sun, a solid can only shade what lies in the rectangle around its corners, and all
    of them only what lies in the rectangle around those.
    """
    dark = np.zeros(len(points), bool)
    if not len(solids):
        return dark
    view = np.stack(_across(sun), axis=-1)
    corners = np.array([solid.corners for solid in solids]) @ view
    lows, highs = corners.min(1), corners.max(1)
    seen = points @ view
    near = np.flatnonzero(((seen > lows.min(0)) & (seen < highs.max(0))).all(-1))
    seen = seen[near]
    for solid, low, high in zip(solids, lows, highs, strict=True):
        under = ((seen > low) & (seen < high)).all(-1)
        candidates = near[under & ~dark[near]]
        if len(candidates):
            rays = np.broadcast_to(sun, (len(candidates), 3))
            dark[candidates] = _hit(solid, points[candidates], rays)[0] < _FAR
    return dark


def _across(direction: Numbers) -> tuple[Numbers, Numbers]:
    """Two unit vectors across a direction, which is not along x."""
    first = np.cross(direction, [1.0, 0.0, 0.0])
    first /= np.linalg.norm(first)
    return first, np.cross(first, direction)


def _with_floor(
    camera: Camera,
    rays: Numbers,
    struck: NDArray[np.bool_],
    color: Numbers,
    solids: Sequence[Solid],
    floor: Floor,
    sun: Numbers,
) -> Numbers:
    """The colours with the floor where nothing was struck; it fades into the sky."""
    open_ = ~struck & (rays[..., 2] < -1e-4)
    t = (floor.height - camera.eye[2]) / rays[open_][:, 2]
    points = camera.eye + t[:, None] * rays[open_]
    reach = float(np.linalg.norm(camera.eye - camera.target))
    fade = np.clip(
        1 - np.linalg.norm(points[:, :2] - camera.target[:2], axis=-1) / (2.2 * reach), 0, 1
    )
    fade = fade * fade * (3 - 2 * fade)
    cell = np.abs((points[:, :2] / floor.step + 0.5) % 1 - 0.5) * floor.step
    width = 2 * np.tan(FOV / 2) * t / camera.size[1]  # of a pixel there
    line = np.clip(1.2 - cell / width[:, None], 0, 1).max(-1) * 0.7
    surface = FLOOR + line[:, None] * (_GRID - FLOOR)
    share = fade * (1.0 if floor.solid else line)
    if floor.solid:
        dark = np.zeros(len(points), bool)
        close = fade > 0.2
        dark[close] = _shadowed(points[close], solids, sun)
        surface = surface * (1 - 0.24 * dark[:, None])
    color[open_] += share[:, None] * (surface - color[open_])
    return color


def _hit(solid: Solid, origin: Numbers, rays: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Distance along each ray (_FAR: none), outward normal and colour; any leading axes."""
    o = (origin - solid.position) @ solid.rotation
    d = rays @ solid.rotation
    t, n = _SHAPES[solid.kind](np.broadcast_to(o, d.shape), d, solid.size)
    color = np.broadcast_to(solid.color, d.shape)
    if solid.marked:
        odd = np.prod(o + np.where(t < _FAR, t, 0)[..., None] * d, axis=-1) < 0
        color = color * np.where(odd, 0.62, 1.0)[..., None]
    return t, n @ solid.rotation.T, color


def _sphere(o: Numbers, d: Numbers, size: tuple[float, ...]) -> tuple[Numbers, Numbers]:
    """|o + t d| = r."""
    along = np.einsum("...i,...i->...", o, d)
    square = along**2 - np.einsum("...i,...i->...", o, o) + size[0] ** 2
    t = -along - np.sqrt(np.maximum(square, 0))
    t = np.where((square > 0) & (t > 0), t, _FAR)
    return t, (o + np.where(t < _FAR, t, 0)[..., None] * d) / size[0]


def _box(o: Numbers, d: Numbers, size: tuple[float, ...]) -> tuple[Numbers, Numbers]:
    """The last of the three slabs that the ray enters, if it is before the first it leaves."""
    safe = np.where(np.abs(d) < 1e-12, 1e-12, d)
    half = np.asarray(size) / 2
    enter, leave = (-np.sign(safe) * half - o) / safe, (np.sign(safe) * half - o) / safe
    t, axis = enter.max(-1), enter.argmax(-1)
    hit = (t < leave.min(-1)) & (t > 0)
    normal = np.where(np.arange(3) == axis[..., None], -np.sign(safe), 0.0)
    return np.where(hit, t, _FAR), normal


def _cone(o: Numbers, d: Numbers, size: tuple[float, ...]) -> tuple[Numbers, Numbers]:
    """The side x^2 + y^2 = (m + k z)^2 with |z| <= h/2, and the discs at both ends."""
    lower, upper, length = size
    slope, middle = (upper - lower) / length, (upper + lower) / 2
    wide, rate = middle + slope * o[..., 2], slope * d[..., 2]
    a = d[..., 0] ** 2 + d[..., 1] ** 2 - rate**2
    b = o[..., 0] * d[..., 0] + o[..., 1] * d[..., 1] - wide * rate
    c = o[..., 0] ** 2 + o[..., 1] ** 2 - wide**2
    square = b * b - a * c
    a = np.where(np.abs(a) < 1e-12, 1e-12, a)
    best, normal = np.full(a.shape, _FAR), np.zeros(d.shape)
    for sign in (-1, 1):
        t = (-b + sign * np.sqrt(np.maximum(square, 0))) / a
        at = o + t[..., None] * d
        hit = (square > 0) & (t > 0) & (np.abs(at[..., 2]) <= length / 2) & (t < best)
        outward = np.stack([at[..., 0], at[..., 1], -slope * (middle + slope * at[..., 2])], -1)
        outward /= np.maximum(np.linalg.norm(outward, axis=-1, keepdims=True), 1e-12)
        best, normal = np.where(hit, t, best), np.where(hit[..., None], outward, normal)
    along = np.where(np.abs(d[..., 2]) < 1e-12, 1e-12, d[..., 2])
    for radius, end in ((lower, -length / 2), (upper, length / 2)):
        t = (end - o[..., 2]) / along
        at = o + t[..., None] * d
        hit = (t > 0) & (at[..., 0] ** 2 + at[..., 1] ** 2 <= radius**2) & (t < best)
        facing = np.array([0.0, 0.0, np.sign(end)])
        best, normal = np.where(hit, t, best), np.where(hit[..., None], facing, normal)
    return best, normal


_SHAPES = {"sphere": _sphere, "box": _box, "cone": _cone}


def pieces(
    kind: str,
    size: tuple[float, ...],
    position: Numbers,
    rotation: Numbers,
    color: Numbers,
    marked: bool = False,
) -> Iterator[Solid]:
    """The solids of a part of the look; a capsule is a cylinder between two spheres."""
    if kind in ("box", "sphere"):
        yield Solid(kind, size, position, rotation, color, marked)
        return
    radius, length = size
    yield Solid("cone", (radius, radius, length), position, rotation, color)
    if kind == "capsule":
        for end in (-length / 2, length / 2):
            yield Solid("sphere", (radius,), position + rotation[:, 2] * end, rotation, color)

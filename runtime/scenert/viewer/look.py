"""What is drawn of a robot: simple solids that ride on its bodies.

The author's solids where there are any; otherwise limbs between a body's joints, or the box that
has the body's mass and moments of inertia. Contact spheres and joint axes come on top.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenert.abi import Body, Manifest
from scenert.state import Geometry

Numbers = NDArray[np.floating[Any]]

WORLD = -1
ROLES = ("body", "sphere", "joint", "inertia", "mark")

_DENSITY = 1000.0  # kg/m^3 of limbs, from which their thickness follows
_SLENDER, _STOUT = 0.06, 0.22  # bounds of a limb's radius as a share of its length
_HOUSING = 2000.0  # kg/m^3 of boxes on joints
_PIN = 0.12  # length of a joint's axis as a share of the longest body
_MARK = 0.06  # radius of a mark as a share of the longest body
_NEAR = 1e-6  # m within which points are one


@dataclass(frozen=True)
class Part:
    """A solid on a body (an index, or WORLD).

    kind      "box" (size: edges), "sphere" (radius), "cylinder" and "capsule" (radius and length
              along z; a capsule's length is that between the centres of its ends)
    position  (3,) [m] of its centre and rotation (3, 3), in the body's frame
    role      one of ROLES: the body itself, a contact sphere, a joint's axis, the box of inertia,
              a mark in the world
    tree      number of the body's root among all roots
    depth     how many moving joints lie between the two
    marked    whether its turning can only be seen by a pattern
    """

    body: int
    kind: str
    size: tuple[float, ...]
    position: Numbers
    rotation: Numbers
    role: str
    tree: int = 0
    depth: int = 0
    marked: bool = False


def parts(manifest: Manifest, geometry: Geometry, marks: Numbers) -> tuple[Part, ...]:
    """All parts of a robot of that geometry, as `Simulator.geometry` gives it, and its `marks`
    (n, 3) [m] in the world."""
    robot = _Robot(manifest, geometry)
    return (*robot.parts(), *robot.marks(marks))


class _Robot:
    """A robot's geometry by body."""

    def __init__(self, manifest: Manifest, geometry: Geometry) -> None:
        self.manifest = manifest
        self.mass, self.inertia, self.size, self.center, self.radius = (
            np.asarray(x, float) for x in geometry[:5]
        )
        self.anchor, self.child_anchor, self.axes = (np.asarray(x, float) for x in geometry[-3:])
        self.index = {body.name: i for i, body in enumerate(manifest.bodies)}
        self.carrier = {joint.child: i for i, joint in reversed([*enumerate(manifest.joints)])}
        carried = {j.child for j in manifest.joints if j.parent in self.index}
        self.roots = [body.name for body in manifest.bodies if body.name not in carried]

    def parts(self) -> Iterator[Part]:
        for i, body in enumerate(self.manifest.bodies):
            tree, depth = self._place(body.name)
            yield from (replace(part, tree=tree, depth=depth) for part in self._body(i, body))
            yield _box(i, self._equivalent_box(i), "inertia")
        yield from self._spheres()
        yield from self._axes()

    def marks(self, points: Numbers) -> Iterator[Part]:
        """A small ball at every point."""
        for point in points:
            yield Part(WORLD, "sphere", (_MARK * self._longest(),), point, np.eye(3), "mark")

    def _longest(self) -> float:
        """The longest edge [m] of all bodies' boxes."""
        bodies = range(len(self.manifest.bodies))
        return max(max(self._equivalent_box(i)) for i in bodies)

    def _place(self, body: str) -> tuple[int, int]:
        """The number of a body's root, and the moving joints on the way there; a loop ends it."""
        depth, seen = 0, [body]
        while body in self.carrier:
            joint = self.manifest.joints[self.carrier[body]]
            depth += joint.kind != "weld"
            body = joint.parent
            if body in seen or body not in self.index:
                break
            seen.append(body)
        return self.roots.index(seen[-1]) if seen[-1] in self.roots else 0, depth

    def _body(self, i: int, body: Body) -> Iterator[Part]:
        spheres = [n for n, s in enumerate(self.manifest.spheres) if s.body == body.name]
        core = [n for n in spheres if np.linalg.norm(self.center[n]) < _NEAR]
        if core and body.solid in ("", "sphere"):
            return  # the contact sphere shows it
        if body.solid:
            size = tuple(float(x) for x in self.size[i] if x > 0)
            yield Part(i, body.solid, size, np.zeros(3), np.eye(3), "body")
            return
        ends = self._ends(body.name, spheres)
        if len(ends) > 1:
            yield from self._limbs(i, ends)
        else:
            yield _box(i, self._compact_box(i, carried=bool(ends)), "body")

    def _ends(self, body: str, spheres: list[int]) -> list[Numbers]:
        """Distinct points of a carried body at which it meets others, its own joint's first."""
        if body not in self.carrier:
            return []
        joints = self.manifest.joints
        own = self.carrier[body]
        points = [self.child_anchor[own]]
        points += [self.anchor[n] for n, joint in enumerate(joints) if joint.parent == body]
        points += [self.center[n] for n in spheres]
        distinct: list[Numbers] = []
        for point in points:
            if all(np.linalg.norm(point - other) > _NEAR for other in distinct):
                distinct.append(point)
        return distinct

    def _limbs(self, body: int, ends: list[Numbers]) -> Iterator[Part]:
        """A capsule from the first of `ends` to each other."""
        total = sum(float(np.linalg.norm(end - ends[0])) for end in ends[1:])
        thickness = np.sqrt(float(self.mass[body]) / (_DENSITY * np.pi * total))
        for end in ends[1:]:
            length = float(np.linalg.norm(end - ends[0]))
            radius = float(np.clip(thickness, _SLENDER * length, _STOUT * length))
            middle, turned = (end + ends[0]) / 2, _along(end - ends[0])
            yield Part(body, "capsule", (radius, length), middle, turned, "body")

    def _equivalent_box(self, i: int) -> tuple[float, ...]:
        """Edges of the box with a body's mass m and moments I: with S = (I_x + I_y + I_z) / 2,
        the moments of a box give a^2 = 12 (S - I_x) / m, and so on."""
        moments = self.inertia[i]
        squares = 12 * (np.sum(moments) / 2 - moments) / self.mass[i]
        return tuple(float(x) for x in np.sqrt(np.maximum(squares, 0)))

    def _compact_box(self, i: int, carried: bool) -> tuple[float, ...]:
        """The equivalent box; a carried body's, which must leave room for others, is no larger than
        its mass makes it at the density of metal and plastic."""
        edges = self._equivalent_box(i)
        filled = self.mass[i] / (_HOUSING * np.prod(edges)) if np.prod(edges) > 0 else 1.0
        scale = min(1.0, filled ** (1 / 3)) if carried else 1.0
        return tuple(float(scale * edge) for edge in edges)

    def _spheres(self) -> Iterator[Part]:
        for i, sphere in enumerate(self.manifest.spheres):
            center, radius = self.center[i], float(self.radius[i])
            body, place = self.index[sphere.body], self._place(sphere.body)
            marked = bool(np.linalg.norm(center) < _NEAR)
            yield Part(body, "sphere", (radius,), center, np.eye(3), "sphere", *place, marked)

    def _axes(self) -> Iterator[Part]:
        """A rod along every joint's axis; a ball joint is a small ball."""
        length = _PIN * self._longest()
        for i, joint in enumerate(self.manifest.joints):
            body = self.index.get(joint.parent, WORLD)
            at, axes = self.anchor[i], self.axes[i]
            if joint.kind == "ball":
                yield Part(body, "sphere", (0.2 * length,), at, np.eye(3), "joint")
            for axis in axes[np.linalg.norm(axes, axis=-1) > 0.5]:
                size = (0.1 * length, length)
                yield Part(body, "cylinder", size, at, _along(axis), "joint")


def _box(body: int, edges: tuple[float, ...], role: str) -> Part:
    return Part(body, "box", edges, np.zeros(3), np.eye(3), role)


def _along(direction: Numbers) -> Numbers:
    """A rotation that turns z to `direction`."""
    z = direction / np.linalg.norm(direction)
    x = np.cross([0.0, 1.0, 0.0] if abs(z[1]) < 0.9 else [1.0, 0.0, 0.0], z)
    x /= np.linalg.norm(x)
    return np.stack([x, np.cross(z, x), z], axis=-1)

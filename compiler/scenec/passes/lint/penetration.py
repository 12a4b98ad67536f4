"""Bodies that start in penetration: the first step would throw them apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from scenec.diagnostics import Diagnostic, Span
from scenec.ir.scene import SceneIR
from scenec.passes.lint.authored import Array, Authored, warning

_TOLERANCE = 1e-6  # metres


@dataclass(frozen=True)
class _Ball:
    """A contact sphere in the world frame."""

    body: str
    center: Array
    radius: float
    span: Span


def penetration(scene: SceneIR, authored: Authored) -> Iterator[Diagnostic]:
    """One warning for each pair that overlaps, at its deepest place."""
    balls = list(_balls(scene, authored))
    deepest: dict[tuple[str, str], tuple[float, Span]] = {}
    for pair, depth, span in (*_in_planes(scene, authored, balls), *_in_balls(balls)):
        if depth > max(_TOLERANCE, deepest.get(pair, (0.0, span))[0]):
            deepest[pair] = (depth, span)
    joined = {frozenset((joint.parent, joint.child)) for joint in scene.joints}
    listed = {frozenset(pair.between) for pair in scene.pairs}
    for pair, (depth, span) in deepest.items():
        both = frozenset(pair)
        if both not in joined and (scene.options.contacts == "all" or both in listed):
            message = f"`{pair[0]}` starts {1000 * depth:.3g} mm inside `{pair[1]}`"
            yield warning("W0601", message, span, "move them apart")


def _balls(scene: SceneIR, authored: Authored) -> Iterator[_Ball]:
    for body in scene.bodies:
        position, rotation = authored.poses[body.name]
        for sphere in body.spheres:
            center = position + rotation @ authored.vector(sphere.center)
            yield _Ball(body.name, center, authored.number(sphere.radius), sphere.span)


def _in_planes(
    scene: SceneIR, authored: Authored, balls: list[_Ball]
) -> Iterator[tuple[tuple[str, str], float, Span]]:
    for plane in scene.planes:
        normal, offset = authored.vector(plane.normal), authored.number(plane.offset)
        for ball in balls:
            depth = offset + ball.radius - float(normal @ ball.center)
            yield (ball.body, plane.name), depth, ball.span


def _in_balls(balls: list[_Ball]) -> Iterator[tuple[tuple[str, str], float, Span]]:
    """Overlaps of spheres, found by sorting them into cells as wide as the largest sphere."""
    if not balls:
        return
    width = 2 * max(ball.radius for ball in balls)
    cells: dict[tuple[int, ...], list[_Ball]] = defaultdict(list)
    for ball in balls:
        home = tuple(int(c) for c in np.floor(ball.center / width))
        for step in product((-1, 0, 1), repeat=3):
            for other in cells.get(tuple(a + b for a, b in zip(home, step, strict=True)), ()):
                distance = float(np.linalg.norm(ball.center - other.center))
                if other.body != ball.body:
                    depth = ball.radius + other.radius - distance
                    yield (other.body, ball.body), depth, ball.span
        cells[home].append(ball)

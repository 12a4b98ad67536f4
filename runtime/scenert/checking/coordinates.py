"""The coordinates and velocities of a scene by name, and displacements of its state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from scenert.abi import Manifest
from scenert.ops import joints
from scenert.state import State


class Part(NamedTuple):
    """Entries start:stop of a vector, which belong together: `torso.position`, in m."""

    name: str
    start: int
    stop: int
    unit: str


_FREE_MOTION = (("angular", 3, "rad/s"), ("linear", 3, "m/s"))
_PLANAR_MOTION = (("linear", 2, "m/s"), ("pitch_rate", 1, "rad/s"))
_DISPLACEMENT = {
    "angular": ("rotation", "rad"),
    "linear": ("position", "m"),
    "pitch_rate": ("pitch", "rad"),
    "speed": ("angle", "rad"),
}


def velocities(manifest: Manifest) -> tuple[Part, ...]:
    """What the entries of `State.v` are."""
    found = [*_roots(manifest), *_joints(manifest)]
    return tuple(sorted(found, key=lambda part: part.start))


def displacements(manifest: Manifest) -> tuple[Part, ...]:
    """What the entries of a displacement of the coordinates are: laid out as the velocities."""
    return tuple(map(_displaced, velocities(manifest)))


def _displaced(part: Part) -> Part:
    thing, _, kind = part.name.rpartition(".")
    name, unit = _DISPLACEMENT[kind]
    return Part(f"{thing}.{name}", part.start, part.stop, "m" if part.unit == "m/s" else unit)


def _roots(manifest: Manifest) -> Iterator[Part]:
    motions = {"free": _FREE_MOTION, "planar": _PLANAR_MOTION}
    for body in manifest.bodies:
        start = body.v[0]
        for name, size, unit in motions.get(body.root, ()):
            yield Part(f"{body.name}.{name}", start, start + size, unit)
            start += size


def _joints(manifest: Manifest) -> Iterator[Part]:
    for joint in manifest.joints:
        start, stop = joint.v
        if stop > start:
            unit = "m/s" if joint.kind == "slide" else "rad/s"
            yield Part(f"{joint.name}.speed", start, stop, unit)


def displaced(manifest: Manifest, state: State, change: Array, speed: Array) -> State:
    """`state` moved by `change` (n_v,), laid out as the velocities, and sped up by `speed` (n_v,).

    Positions and angles add; rotations are turned by the rotation vector, which keeps them
    rotations.
    """
    q = state.q
    for body in manifest.bodies:
        if body.root == "free":
            q = _advanced(q, body.q, change[slice(*body.v)], joints.advance_free)
        elif body.root == "planar":
            q = q.at[slice(*body.q)].add(change[slice(*body.v)])
    for joint in manifest.joints:
        if joint.kind == "ball" and joint.q[1] > joint.q[0]:
            q = _advanced(q, joint.q, change[slice(*joint.v)], joints.advance_ball)
        else:
            q = q.at[slice(*joint.q)].add(change[slice(*joint.v)])
    return state.replace(q=q, v=state.v + speed)


def _advanced(q: Array, place: tuple[int, int], change: Array, rule: object) -> Array:
    assert callable(rule)
    moved = rule(q[slice(*place)][None], change[None], jnp.ones((), q.dtype))
    return q.at[slice(*place)].set(moved[0])

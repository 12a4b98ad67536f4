"""The functions of `joints` and `articulated` along a run of L alike levels, (L, w, ...).

In a run every level is carried by the one before it, link by link, so a static scan serves a chain
of any length with the code of one level. The names and meanings are those of the single level.
"""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax import Array, lax

from scenert.ops import articulated, tree
from scenert.ops.articulated import Factor
from scenert.ops.joints import Joint
from scenert.ops.tree import Level

Kinematics = Callable[[Joint, Level, Array, Array], Level]


def carry(kinematics: Kinematics, joint: Joint, parent: Level, q: Array, v: Array) -> Level:
    """Levels (L, w, ...) of joints of one kind, the first of them on `parent` (w, ...)."""

    def body(below: Level, joints: tuple[Joint, Array, Array]) -> tuple[Level, Level]:
        level = kinematics(joints[0], below, joints[1], joints[2])
        return level, level

    first = kinematics(tree.at(joint, 0), parent, q[0], v[0])
    rest = jax.tree.map(lambda x: x[1:], (joint, q, v))
    _, levels = lax.scan(body, first, rest)
    return tree.stacked(first, levels)


def factorize(inertia: Array, level: Level, passive: Array) -> tuple[Factor, Array]:
    """Eliminate the run from its tips; inertia (L, w, 6, 6): each link's own and its branches'."""

    def body(carried: Array, at: tuple[Array, Level, Array]) -> tuple[Array, Factor]:
        own, links, armature = at
        factor, felt = articulated.factorize(own + carried, links, armature)
        return felt, factor

    start = jnp.zeros_like(inertia[0])
    felt, factor = lax.scan(body, start, (inertia, level, passive), reverse=True)
    return factor, felt


def drive(factor: Factor, level: Level, wrench: Array, force: Array) -> tuple[Array, Array]:
    """Whitened joint forces (L, w, k) and the wrench (w, 6) that the parents of the run bear."""
    return _inward(articulated.drive, factor, level, wrench, force)


def unbalanced(factor: Factor, level: Level, wrench: Array, force: Array) -> tuple[Array, Array]:
    """Whitened joint forces (L, w, k) that are left, and the wrench (w, 6) that the parents of the
    run bear."""
    return _inward(articulated.unbalanced, factor, level, wrench, force)


def _inward(
    passed: Callable[[Factor, Level, Array, Array], tuple[Array, Array]],
    factor: Factor,
    level: Level,
    wrench: Array,
    force: Array,
) -> tuple[Array, Array]:
    def body(carried: Array, at: tuple[Factor, Level, Array, Array]) -> tuple[Array, Array]:
        y, borne = passed(at[0], at[1], at[2] + carried, at[3])
        return borne, y

    start = jnp.zeros_like(wrench[0])
    borne, y = lax.scan(body, start, (factor, level, wrench, force), reverse=True)
    return y, borne


def accelerate(factor: Factor, level: Level, y: Array, parent: Array) -> tuple[Array, Array]:
    """Joint accelerations (L, w, k) and link accelerations (L, w, 6)."""

    def body(below: Array, at: tuple[Factor, Level, Array]) -> tuple[Array, tuple[Array, Array]]:
        joint, links = articulated.accelerate(*at, below)
        return links, (joint, links)

    _, result = lax.scan(body, parent, (factor, level, y))
    return result


def respond(factor: Factor, level: Level, slots: Array, parent: Array) -> tuple[Array, Array]:
    """Joint (L, w, k, n) and link (L, w, 6, n) velocities per unit of whitened velocity."""

    def body(below: Array, at: tuple[Factor, Level, Array]) -> tuple[Array, tuple[Array, Array]]:
        joint, links = articulated.respond(*at, below)
        return links, (joint, links)

    _, result = lax.scan(body, parent, (factor, level, slots))
    return result


def twist(level: Level, velocity: Array, parent: Array) -> Array:
    """Twists (L, w, 6) of the run's links for joint velocities (L, w, k)."""
    return _outward(articulated.twist, level, velocity, parent)


def acceleration(level: Level, rate: Array, parent: Array) -> Array:
    """Accelerations (L, w, 6) of the run's links for joint accelerations (L, w, k)."""
    return _outward(articulated.acceleration, level, rate, parent)


def _outward(
    motion: Callable[[Level, Array, Array], Array], level: Level, rate: Array, parent: Array
) -> Array:
    def body(below: Array, at: tuple[Level, Array]) -> tuple[Array, Array]:
        links = motion(at[0], at[1], below)
        return links, links

    _, links = lax.scan(body, parent, (level, rate))
    return links

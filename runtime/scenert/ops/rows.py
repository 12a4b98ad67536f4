"""Constraint rows: what the solver sees of contacts, joints, limits and servos.

A row is a direction in which up to two links move against each other. Its Jacobian is a wrench on
each of them, so that the row's velocity is first · twist_a + second · twist_b and an impulse λ on
the row acts on link a as λ first and on link b as λ second.

Written in whitened velocity (see `scenert.ops.articulated`) a row's Jacobian and its response are
the same vector y, and the effect of all impulses on row i is Σ_j (y_i · y_j) λ_j.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from scenert.ops.tree import Level
from scenert.ops.vector import cross, dot


class Jacobian(NamedTuple):
    """n blocks of m rows: wrenches (n, m, 6) on the first link and the second, if there is one."""

    first: Array
    second: Array | None


class Response(NamedTuple):
    """The same rows in the whitened velocities of the links' trees: (n, m, t) each.

    None stands for a side that cannot move. slack (n, m): what a solver shall add to y · y, where
    that may be nothing but rounding; see `guarded_response`.
    """

    first: Array | None
    second: Array | None
    slack: Array | None = None


def twist(level: Level) -> Array:
    """Twists (w, 6) of a level's links."""
    return jnp.concatenate([level.angular, level.linear], axis=-1)


def point_wrench(directions: Array, arm: Array) -> Array:
    """Wrenches (n, m, 6) of unit forces along `directions` (n, m, 3), at `arm` (n, 3)."""
    torque = cross(jnp.broadcast_to(arm[:, None], directions.shape), directions)
    return jnp.concatenate([torque, directions], axis=-1)


def axis_wrench(directions: Array) -> Array:
    """Wrenches (n, m, 6) of unit torques about `directions` (n, m, 3)."""
    return jnp.concatenate([directions, jnp.zeros_like(directions)], axis=-1)


def velocity(jacobian: Jacobian, first: Array, second: Array | None) -> Array:
    """Row velocities (n, m) for the links' twists (n, 6)."""
    along = jnp.sum(jacobian.first * first[:, None], axis=-1)
    if jacobian.second is None or second is None:
        return along
    return along + jnp.sum(jacobian.second * second[:, None], axis=-1)


def response(jacobian: Jacobian, first: Array | None, second: Array | None) -> Response:
    """Rows in whitened velocity, from the links' responses (n, 6, t)."""
    own = None if first is None else jacobian.first @ first
    other = None if jacobian.second is None or second is None else jacobian.second @ second
    return Response(own, other)


def guarded_response(jacobian: Jacobian, first: Array | None, second: Array | None) -> Response:
    """The same for rows along which it may be that nothing can move, such as those across the plane
    of a planar mechanism: the terms of y cancel to rounding then, by which no impulse may be
    divided.

    The slack is a small share of the terms: it keeps such impulses small, and shortens the steps of
    all others by that share.
    """
    terms = [
        _squares(rows, links)
        for rows, links in ((jacobian.first, first), (jacobian.second, second))
        if rows is not None and links is not None
    ]
    share = float(np.finfo(jacobian.first.dtype).eps) ** 0.5
    slack = share * sum(terms[1:], terms[0]) if terms else None
    return response(jacobian, first, second)._replace(slack=slack)


def same_tree(pair: Response) -> Response:
    """Rows between links of one tree: both sides act on the same whitened velocity."""
    if pair.first is None or pair.second is None:
        return Response(pair.second if pair.first is None else pair.first, None, pair.slack)
    return Response(pair.first + pair.second, None, pair.slack)


def turned(pair: Response, sign: Array) -> Response:
    """The rows times `sign` (n,), which is 1 or -1."""

    def both(side: Array | None) -> Array | None:
        return None if side is None else sign[:, None, None] * side

    return Response(both(pair.first), both(pair.second), pair.slack)


def _squares(rows: Array, links: Array) -> Array:
    """Size (n, m) of the terms of `rows` (n, m, 6) times `links` (n, 6, t): squares of the angular
    parts, and of the linear ones, whose units differ."""
    turning = dot(rows[..., :3], rows[..., :3]) * jnp.sum(links[:, None, :3] ** 2, axis=(-2, -1))
    moving = dot(rows[..., 3:], rows[..., 3:]) * jnp.sum(links[:, None, 3:] ** 2, axis=(-2, -1))
    return turning + moving


def relative(first: Array, second: Array) -> Jacobian:
    """Rows of the motion of the second link relative to the first, from equal wrenches on both."""
    return Jacobian(-first, second)


def each(pair: Response) -> Response:
    """Rows of (n, m, t) as blocks of one row: (n m, 1, t)."""

    def split(side: Array | None) -> Array | None:
        return None if side is None else side.reshape(-1, 1, side.shape[-1])

    slack = None if pair.slack is None else pair.slack.reshape(-1, 1)
    return Response(split(pair.first), split(pair.second), slack)

"""Spatial algebra in world axes, at each link's own origin.

A twist is (angular, linear) and a wrench (torque, force), both (..., 6), at the link's origin.
All links share the world's axes, so moving a quantity between links is a shift by an offset and
nothing is rotated. Accelerations are those of material points (not Featherstone's spatial
acceleration), so Newton's and Euler's equations read as in a textbook:

    force  = m a + α × h + ω × (ω × h)
    torque = J α + h × a + ω × (J ω)

with h = m c the mass moment and J the inertia about the origin.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from scenert.ops import vector


class Mass(NamedTuple):
    """Rigid bodies in their own frames: mass (w,) [kg], moment m c (w, 3) [kg m], inertia about the
    frame's origin (w, 3, 3) [kg m^2]."""

    mass: Array
    moment: Array
    inertia: Array


def inertia(body: Mass, rotation: Array) -> Array:
    """Spatial inertia (w, 6, 6) of bodies turned by `rotation` (w, 3, 3)."""
    moment = vector.skew(vector.apply(rotation, body.moment))
    mass = body.mass[..., None, None] * jnp.eye(3, dtype=rotation.dtype)
    return _blocks(_turned(body, rotation), moment, -moment, mass)


def bias_wrench(body: Mass, rotation: Array, angular: Array, gravity: Array) -> Array:
    """Wrench (w, 6) that bodies turning with `angular` (w, 3) need, weight included, to keep from
    accelerating."""
    moment = vector.apply(rotation, body.moment)
    local = vector.apply(jnp.swapaxes(rotation, -1, -2), angular)
    spin = vector.apply(rotation, vector.apply(body.inertia, local))
    torque = vector.cross(angular, spin) - vector.cross(moment, gravity)
    centripetal = vector.cross(angular, vector.cross(angular, moment))
    force = centripetal - body.mass[..., None] * gravity
    return jnp.concatenate([torque, force], axis=-1)


def round_bias_wrench(body: Mass, gravity: Array) -> Array:
    """The same (w, 6) of bodies in whose frames all moments of inertia are equal, and the mass
    moment 0: turning takes nothing."""
    force = -body.mass[..., None] * gravity
    return jnp.concatenate([jnp.zeros_like(force), force], axis=-1)


def wrench(
    body: Mass, rotation: Array, angular: Array, acceleration: Array, gravity: Array
) -> Array:
    """Wrench (w, 6) that bodies turning with `angular` (w, 3) need, weight included, for the
    `acceleration` (w, 6)."""
    moment, turned = vector.apply(rotation, body.moment), _turned(body, rotation)
    swing, pull = acceleration[..., :3], acceleration[..., 3:] - gravity
    spin = vector.cross(angular, vector.apply(turned, angular))
    torque = vector.apply(turned, swing) + spin + vector.cross(moment, pull)
    centripetal = vector.cross(angular, vector.cross(angular, moment))
    force = body.mass[..., None] * pull + vector.cross(swing, moment) + centripetal
    return jnp.concatenate([torque, force], axis=-1)


def _turned(body: Mass, rotation: Array) -> Array:
    """The bodies' inertia about their origins, in world axes (w, 3, 3)."""
    return rotation @ body.inertia @ jnp.swapaxes(rotation, -1, -2)


def shift_motion(motion: Array, offset: Array) -> Array:
    """A motion (..., 6, n) at an origin, seen at that origin + `offset` (..., 3)."""
    angular, linear = motion[..., :3, :], motion[..., 3:, :]
    return jnp.concatenate([angular, linear - vector.cross_columns(offset, angular)], axis=-2)


def shift_vector(motion: Array, offset: Array) -> Array:
    """`shift_motion` of a single motion (..., 6)."""
    angular, linear = motion[..., :3], motion[..., 3:]
    return jnp.concatenate([angular, linear + vector.cross(angular, offset)], axis=-1)


def shift_wrench(wrench: Array, offset: Array) -> Array:
    """A wrench (..., 6) acting at origin + `offset`, taken at the origin."""
    torque, force = wrench[..., :3], wrench[..., 3:]
    return jnp.concatenate([torque + vector.cross(offset, force), force], axis=-1)


def shift_inertia(matrix: Array, offset: Array) -> Array:
    """A symmetric inertia (..., 6, 6) at origin + `offset`, taken at the origin: Xᵀ I X."""
    a, b, c = matrix[..., :3, :3], matrix[..., :3, 3:], matrix[..., 3:, 3:]
    upper = b + vector.cross_columns(offset, c)
    # With R = [r]x: A + R Bᵀ - (B + R C) R, where -M R = (R Mᵀ)ᵀ as R is antisymmetric.
    carried = vector.cross_columns(offset, jnp.swapaxes(upper, -1, -2))
    angular = a + vector.cross_columns(offset, jnp.swapaxes(b, -1, -2))
    angular = angular + jnp.swapaxes(carried, -1, -2)
    return _blocks(angular, upper, jnp.swapaxes(upper, -1, -2), c)


def _blocks(a: Array, b: Array, c: Array, d: Array) -> Array:
    top = jnp.concatenate([a, b], axis=-1)
    bottom = jnp.concatenate([c, d], axis=-1)
    return jnp.concatenate([top, bottom], axis=-2)

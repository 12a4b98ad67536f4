"""Poses, velocities and readings of bodies."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from scenert.ops import vector
from scenert.ops.spatial import Mass
from scenert.ops.tree import Level
from scenert.ops.vector import apply, cross


class Mount(NamedTuple):
    """Where n bodies sit on their links: position (n, 3) m, rotation (n, 3, 3)."""

    position: Array
    rotation: Array


class Frames(NamedTuple):
    """Frames of n bodies at their centres of mass: position (n, 3) m, rotation (n, 3, 3), angular
    (n, 3) rad/s, linear (n, 3) m/s, all in world axes."""

    position: Array
    rotation: Array
    angular: Array
    linear: Array


def mounted(links: Level, mount: Mount) -> Frames:
    """Frames of n bodies, given the link of each."""
    offset = apply(links.rotation, mount.position)
    return Frames(
        position=links.position + offset,
        rotation=links.rotation @ mount.rotation,
        angular=links.angular,
        linear=links.linear + cross(links.angular, offset),
    )


def joined(levels: list[Level]) -> Level:
    """The links of several levels in one, without their joints' motion."""
    count = sum(level.position.shape[0] for level in levels)
    first = levels[0]

    def all_of(name: str) -> Array:
        return jnp.concatenate([getattr(level, name) for level in levels])

    return Level(
        position=all_of("position"),
        rotation=all_of("rotation"),
        angular=all_of("angular"),
        linear=all_of("linear"),
        offset=all_of("offset"),
        subspace=jnp.zeros((count, 6, 0), first.subspace.dtype),
        bias=all_of("bias"),
    )


def point(bodies: Frames, body: int, at: Array) -> Array:
    """World position (3,) [m] of the point `at` (3,) of a body."""
    return bodies.position[body] + apply(bodies.rotation[body], at)


def point_velocity(bodies: Frames, body: int, at: Array) -> Array:
    """World velocity (3,) [m/s] of the point `at` (3,) of a body."""
    arm = apply(bodies.rotation[body], at)
    return bodies.linear[body] + cross(bodies.angular[body], arm)


def distance(a: Array, b: Array) -> Array:
    """Distance () [m] between two points (3,)."""
    return vector.length(a - b)


def height(at: Array, normal: Array, offset: Array) -> Array:
    """Signed distance () [m] of a point (3,) from a plane."""
    return vector.dot(normal, at) - offset


def body_acceleration(link: Level, acceleration: Array, at: Array) -> Array:
    """World acceleration (3,) [m/s^2] of the point `at` (3,) of a link (a level of one) whose own
    acceleration is (1, 6)."""
    arm = apply(link.rotation, at[None])
    swing = cross(acceleration[:, :3], arm)
    pull = cross(link.angular, cross(link.angular, arm))
    return (acceleration[:, 3:] + swing + pull)[0]


def imu(bodies: Frames, body: int, acceleration: Array, gravity: Array) -> Array:
    """Reading (15,): accelerometer (3) and gyroscope (3) in the body frame, attitude (9).

    An accelerometer feels everything but gravity: at rest it reads 1 g upwards.
    """
    matrix = bodies.rotation[body]
    felt = apply(matrix.T, acceleration - gravity)
    spin = apply(matrix.T, bodies.angular[body])
    return jnp.concatenate([felt, spin, matrix.reshape(9)])


def kinetic_energy(body: Mass, links: Level) -> Array:
    """Kinetic energy () [J] of w links."""
    spin = apply(jnp.swapaxes(links.rotation, -1, -2), links.angular)
    moment = apply(links.rotation, body.moment)
    turning = 0.5 * vector.dot(spin, apply(body.inertia, spin))
    moving = 0.5 * body.mass * vector.dot(links.linear, links.linear)
    mixed = vector.dot(links.linear, cross(links.angular, moment))
    return jnp.sum(turning + moving + mixed)


def potential_energy(body: Mass, links: Level, gravity: Array) -> Array:
    """Potential energy () [J] of w links in `gravity` (3,), zero at the world's origin."""
    moment = body.mass[:, None] * links.position + apply(links.rotation, body.moment)
    return -jnp.sum(moment * gravity)


def free_coordinates(bodies: Frames) -> Array:
    """Coordinates (12 n,) of n bodies as free roots."""
    count = bodies.position.shape[0]
    return jnp.concatenate([bodies.position, bodies.rotation.reshape(count, 9)], axis=-1).reshape(
        -1
    )


def free_velocities(bodies: Frames) -> Array:
    """Velocities (6 n,) of n bodies as free roots."""
    return jnp.concatenate([bodies.angular, bodies.linear], axis=-1).reshape(-1)


def planar_coordinates(bodies: Frames) -> Array:
    """Coordinates (3 n,) of n bodies as planar roots."""
    pitch = jnp.arctan2(bodies.rotation[:, 0, 2], bodies.rotation[:, 0, 0])
    x, z = bodies.position[:, 0], bodies.position[:, 2]
    return jnp.stack([x, z, pitch], axis=-1).reshape(-1)


def planar_velocities(bodies: Frames) -> Array:
    """Velocities (3 n,) of n bodies as planar roots."""
    moved = [bodies.linear[:, 0], bodies.linear[:, 2], bodies.angular[:, 1]]
    return jnp.stack(moved, axis=-1).reshape(-1)

"""Things that may strike each other in the course of a step: where they are when, and when they
meet.

Over a step of length h the links move as the leapfrog method has it: with the velocities v at its
start, the configuration q + h v / 2 at its middle and the accelerations a found there, any point
fixed to a link runs along the parabola

    x(t) = x_m + (t - h/2) w + (t - h/2)^2 b / 2 + t^2 A / 2

with x_m where it is at the middle, w = J v its velocity, b = J̇ v what it accelerates when no joint
does, and A = J a. At both ends of the step this is where the method puts the point, and in between
it is exact for constant acceleration.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from scenert.ops import contact, rows, vector
from scenert.ops.contact import Planes, Spheres
from scenert.ops.rows import Jacobian
from scenert.ops.tree import Level
from scenert.ops.vector import apply, cross, dot

REFINEMENTS = 1  # Newton steps from the root of the parabola to that of the distance itself
PAST = 16.0  # steps before this one in which pairs that now overlap may have come to touch
ASIDE = 1e-3  # of a speed that is gained across an approach: what counts as if it were along it
STEADY = 0.1  # share of its speed that an approach may gain since


class Side(NamedTuple):
    """n spheres on links (n each) at the middle of a step.

    before, free (n, 6): the links' twists at the start of the step, and at its end if nothing
    constrained them. drift (n, 6): their accelerations when no joint accelerates. response
    (n, 6, t): their twists per whitened velocity of their `trees`; None for what cannot move.
    """

    links: Level
    spheres: Spheres
    before: Array
    free: Array
    drift: Array
    response: Array | None
    trees: tuple[int, ...]

    def moved(self, whitened: Array) -> Array:
        """What whitened velocities of all trees add to the twists: (n, 6)."""
        if self.response is None:
            return jnp.zeros_like(self.before)
        return apply(self.response, whitened[np.array(self.trees)])


class Points(NamedTuple):
    """Points start + speed t + bend t^2 / 2, (n, 3) each, by the time t since the step began."""

    start: Array
    speed: Array
    bend: Array

    def at(self, time: Array) -> Array:
        """Where they are at the times (n,)."""
        t = time[:, None]
        return self.start + t * (self.speed + 0.5 * t * self.bend)

    def velocity(self, time: Array) -> Array:
        """Their velocities at the times (n,)."""
        return self.speed + time[:, None] * self.bend


class Course(NamedTuple):
    """The motion of n spheres over a step: their links' origins, their centres from there, and the
    links' twists twist + rate t (n, 6)."""

    origin: Points
    lever: Points
    twist: Array
    rate: Array
    radius: Array

    def center(self) -> Points:
        """The centres of the spheres."""
        return Points(*(a + b for a, b in zip(self.origin, self.lever, strict=True)))


class Bead(NamedTuple):
    """The motion of n spheres over a step of which nothing but the centres counts."""

    points: Points
    radius: Array

    def center(self) -> Points:
        """The centres of the spheres."""
        return self.points


class Meeting(NamedTuple):
    """When n pairs meet, time (n,) s since the step began, and whether they do (n,)."""

    time: Array
    happens: Array


def pace(first: Side, second: Side | Planes, dt: Array) -> Array:
    """The speed (n,) that an approach gains in the step by either side if nothing constrains it,
    and which rounding may give it: approaches that are slower end at rest.

    What sides gain across the approach counts by the share ASIDE: constraints turn a little of it.
    """
    normal = _center(first)
    normal = second.normal if isinstance(second, Planes) else normal - _center(second)
    normal = normal * vector.inverse_length(normal)[:, None]
    sides = [side for side in (first, second) if isinstance(side, Side)]
    gained = []
    for side in sides:
        change = side.free - side.before
        arm = apply(side.links.rotation, side.spheres.center)
        gain = change[:, 3:] + cross(change[:, :3], arm)
        speed = jnp.abs(dot(normal, gain)) + ASIDE * vector.length(gain)
        size = jnp.sum(jnp.abs(side.links.position + arm), axis=-1) + side.spheres.radius
        gained.append(jnp.maximum(speed, rounding(size) / dt))
    return gained[0] if len(gained) == 1 else jnp.maximum(*gained)


def _center(side: Side) -> Array:
    """Where the centres of the spheres are (n, 3)."""
    return side.links.position + apply(side.links.rotation, side.spheres.center)


def slip_bias(jacobian: Jacobian, first: Side, second: Side | Planes) -> Array:
    """J̇ v (n, 3) of the tangents of contacts, m/s², and 0 for their normals.

    The rows J are those of the middle of the step. At its ends the slip is (J ± h/2 J̇) v: a foot
    that sticks by J v = 0 creeps by h/2 J̇ v while its leg turns. Of normals, gaps are what counts,
    and those of the end are by the velocity in the middle. J̇ v is how spheres accelerate when no
    joint does; the normal between two spheres is taken not to turn.
    """
    other = None if isinstance(second, Planes) else _bias(second)
    bias = rows.velocity(jacobian, _bias(first), other)
    return jnp.concatenate([jnp.zeros_like(bias[:, :1]), bias[:, 1:]], axis=-1)


def _bias(side: Side) -> Array:
    """Accelerations (n, 6) of the links when no joint accelerates, and the centres of the spheres
    against the links' origins by how these turn, as if the links did not turn any faster."""
    arm, angular = apply(side.links.rotation, side.spheres.center), side.before[:, :3]
    swing = cross(angular, cross(angular, arm))
    return jnp.concatenate([side.drift[:, :3], side.drift[:, 3:] + swing], axis=-1)


def course(side: Side, after: Array, dt: Array) -> Course:
    """The motion of a side whose links have the twists `after` (n, 6) at the end of the step."""
    arm = apply(side.links.rotation, side.spheres.center)
    rate = (after - side.before) / dt
    angular = side.before[:, :3]
    swing = cross(side.drift[:, :3], arm) + cross(angular, cross(angular, arm))
    return Course(
        origin=_points(side.links.position, side.before[:, 3:], side.drift[:, 3:], rate[:, 3:], dt),
        lever=_points(arm, cross(angular, arm), swing, cross(rate[:, :3], arm), dt),
        twist=side.before - 0.5 * dt * side.drift,
        rate=rate + side.drift,
        radius=side.spheres.radius,
    )


def _points(middle: Array, velocity: Array, bias: Array, rate: Array, dt: Array) -> Points:
    """The module's parabola, in powers of t."""
    start = middle - 0.5 * dt * velocity + 0.125 * dt * dt * bias
    return Points(start, velocity - 0.5 * dt * bias, bias + rate)


class Pair(NamedTuple):
    """The motion of n spheres, and of n others or the planes that they may strike."""

    first: Course | Bead
    second: Course | Planes

    def offset(self, time: Array) -> Array:
        """From the second centres to the first (n, 3); against planes, the centres themselves."""
        return self.relative().at(time)

    def reach(self) -> Array:
        """The distance (n,) at which the pairs touch."""
        second = self.second
        return self.first.radius + (second.offset if isinstance(second, Planes) else second.radius)

    def normal(self, time: Array) -> Array:
        """Unit normals (n, 3) towards the first side."""
        if isinstance(self.second, Planes):
            return self.second.normal
        at = self.offset(time)
        return vector.unit(at, jnp.array([0, 0, 1], at.dtype))

    def gap(self, time: Array) -> Array:
        """Gaps (n,), negative where the two overlap."""
        at = self.offset(time)
        planes = isinstance(self.second, Planes)
        return (dot(self.normal(time), at) if planes else vector.length(at)) - self.reach()

    def closing(self, time: Array) -> Array:
        """Speeds (n,) at which the gaps close."""
        return -dot(self.normal(time), self.relative().velocity(time))

    def pressing(self, time: Array) -> Array:
        """Accelerations (n,) with which the sides press together."""
        return -dot(self.normal(time), self.relative().bend)

    def relative(self) -> Points:
        """The offset as a function of time."""
        if isinstance(self.second, Planes):
            return self.first.center()
        pairs = zip(self.first.center(), self.second.center(), strict=True)
        return Points(*(a - b for a, b in pairs))


class Spot(NamedTuple):
    """Where the n links of a side are at some time, and their twists (n, 6) there."""

    links: Level
    twist: Array


def through(pair: Pair, sides: list[Side], spots: tuple[Spot, ...], instant: Array) -> Pair:
    """The motion of pairs, moved so that it runs through the spots where their sides are at the
    instants (trees,) of their trees, found more accurately."""
    paths = [path for path in pair if isinstance(path, Course)]
    moved = [
        _through(path, side, spot, instant[np.array(side.trees)])
        for path, side, spot in zip(paths, sides, spots, strict=True)
    ]
    return Pair(*moved, *pair[len(moved) :])


def _through(path: Course, side: Side, spot: Spot, time: Array) -> Course:
    arm = apply(spot.links.rotation, side.spheres.center)
    return path._replace(
        origin=_moved(path.origin, spot.links.position, time),
        lever=_moved(path.lever, arm, time),
        twist=spot.twist - time[:, None] * path.rate,
    )


def _moved(points: Points, place: Array, time: Array) -> Points:
    """The same motion, at `place` (n, 3) at the times (n,)."""
    return points._replace(start=points.start + place - points.at(time))


class Touch(NamedTuple):
    """n contacts at their instants: frame (n, 3, 3), Jacobian, and the velocities (n, 3)."""

    frame: Array
    jacobian: Jacobian
    velocity: Array


def touch(pair: Pair, time: Array) -> Touch:
    """Contact frames, rows and their velocities at the times (n,).

    Both sides feel the impulse at one point, so that it leaves angular momentum as it is.
    """
    path: Course = pair.first  # type: ignore[assignment]
    normal = pair.normal(time)
    frame = contact.contact_frame(normal)
    if isinstance(pair.second, Planes):
        first, twist = _wrench(path, frame, path.radius, time)
        jacobian = Jacobian(first, None)
        return Touch(frame, jacobian, rows.velocity(jacobian, twist, None))
    half = 0.5 * pair.gap(time)
    first, twist = _wrench(path, frame, path.radius + half, time)
    second, other = _wrench(pair.second, frame, -(pair.second.radius + half), time)
    jacobian = Jacobian(first, -second)
    return Touch(frame, jacobian, rows.velocity(jacobian, twist, other))


def _wrench(path: Course, frame: Array, depth: Array, time: Array) -> tuple[Array, Array]:
    """Unit wrenches by `depth` (n,) before the centres, and the twists, at the times (n,)."""
    wrench = contact.wrench(frame, path.lever.at(time), depth)
    return wrench, path.twist + time[:, None] * path.rate


def meet(pair: Pair, least: Array, dt: Array) -> Meeting:
    """The first time in the step at which pairs touch that close faster than `least` (n,).

    Pairs that overlap and still close, as impulses on other pairs may leave them, meet at the time
    at which they came to touch, up to PAST steps ago: the impulse then counts from that instant,
    and what they overlap is gone.

    The derivative. The time is a root of gap(t; x) = 0, so ∂t/∂x = -(∂gap/∂x) / (∂gap/∂t), which is
    what one Newton step from the root gives, as t* itself is held constant:

        t = t* - gap(t*; x) / (∂gap/∂t)(t*)

    With the impulse applied along this t, automatic differentiation of the step is the saltation
    matrix of the impact. It is infinite where pairs graze (∂gap/∂t = 0). Those are no impacts: only
    pairs that close faster than `least`, and than rounding, meet.
    """
    held = jax.tree.map(lax.stop_gradient, pair)
    time, real = _entry(held, dt)
    now, gained = jnp.zeros_like(least), lax.stop_gradient(least)
    speed = held.closing(now)
    ahead = real & (time >= 0) & (time < dt)
    inside = (held.gap(now) <= _rounding(held)) & (speed > 0)
    recent = (time > -dt) | (-time * gained < STEADY * speed * dt)
    past = inside & real & recent & (time > -PAST * dt) & (time < 0)
    time = jnp.where(ahead | past, time, 0.0)
    speed = held.closing(time)
    happens = (ahead | inside) & (speed > gained)
    moves = (ahead | past) & happens
    exact = time + pair.gap(time) / jnp.where(moves, speed, 1.0)
    return Meeting(jnp.where(moves, exact, time), happens)


def _entry(pair: Pair, dt: Array) -> tuple[Array, Array]:
    """The time (n,) at which each gap goes from open to closed, and whether there is one (n,).

    Of F + 2 B t + Q t^2 = 0 the root at which the left side falls is F / (√(B^2 - Q F) - B), for
    either sign of Q. For spheres the left side is the square of the distance less that of reach, to
    its second order, which Newton's method then completes.
    """
    points, reach = pair.relative(), pair.reach()
    if isinstance(pair.second, Planes):
        normal = pair.second.normal
        f = dot(normal, points.start) - reach
        b, q = 0.5 * dot(normal, points.speed), 0.5 * dot(normal, points.bend)
    else:
        apart = vector.length(points.start)
        f = (apart - reach) * (apart + reach)
        b = dot(points.start, points.speed)
        q = dot(points.speed, points.speed) + dot(points.start, points.bend)
    square = b * b - q * f
    below = jnp.sqrt(jnp.where(square > 0, square, 1.0)) - b
    real = (square > 0) & (below > 4 * float(np.finfo(b.dtype).eps) * jnp.abs(b))
    time = jnp.clip(jnp.where(real, f / jnp.where(real, below, 1.0), 0.0), -PAST * dt, 2.0 * dt)
    if not isinstance(pair.second, Planes):
        for _ in range(REFINEMENTS):
            speed = pair.closing(time)
            safe = real & (speed > 0)
            time = time + jnp.where(safe, pair.gap(time) / jnp.where(safe, speed, 1.0), 0.0)
    return time, real


def slack(pair: Pair, gained: Array, dt: Array) -> Array:
    """Gaps (n,) of pairs that touch, for those whose sides gain the speeds (n,) in a step: they may
    lie apart by what that makes of a way within a step."""
    return _rounding(pair) + 0.5 * dt * gained


def _rounding(pair: Pair) -> Array:
    """A distance (n,) below which gaps are rounding."""
    return rounding(jnp.abs(pair.reach()) + jnp.sum(jnp.abs(pair.relative().start), axis=-1))


def rounding(size: Array) -> Array:
    """What is nothing but rounding, in sums whose terms are of the `size`."""
    return 16 * float(np.finfo(size.dtype).eps) * size

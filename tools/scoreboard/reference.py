"""Exact solutions by events: free flight between impacts, and the impact law at each of them.

All bodies have equal moments of inertia about all axes, so they fly with constant acceleration and
constant angular velocity, and where they are at any time is a formula. The next impact is the first
root of a gap. There the impulse p of the pair solves, with the response W of the contact point and
its velocity u before,

    normal:    (u + W p)_n = -e u_n
    tangents:  p_t = the point of the disc |p_t| <= mu p_n that opposes (u + W p)_t most

which is Coulomb's law for impacts. Contacts that last (a body that lands without a bounce) slide or
stick; here they only occur where a whole body lands flat, and there a closed form takes over.

Derivatives are central differences, which for formulas lose nothing but rounding.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tools.scoreboard.problem import Problem

Numbers = NDArray[np.float64]

SAMPLES = 600  # at which gaps are looked at between two impacts
ZOOMS = 6  # each of them 600 times closer to a root
IMPACTS = 50  # more of them are no impacts but a contact that lasts
STEP = 1e-6  # of the differences


class Flight(NamedTuple):
    """All bodies at one moment: position, velocity, angular velocity, acceleration (n, 3) and
    rotation (n, 3, 3)."""

    position: Numbers
    rotation: Numbers
    velocity: Numbers
    spin: Numbers
    acceleration: Numbers

    def at(self, time: float) -> Flight:
        """Where they fly within `time` [s]."""
        times, bodies = np.array([time]), range(len(self.position))
        moved = np.concatenate([_flown(self, i, times) for i in bodies])
        columns = [
            [_turned(column, self.spin[i], times)[0] for column in self.rotation[i].T]
            for i in bodies
        ]
        return self._replace(
            position=moved,
            rotation=np.swapaxes(np.array(columns), -1, -2),
            velocity=self.velocity + time * self.acceleration,
        )


class Contact(NamedTuple):
    """A point (its place in its body) against a plane, or a ball against another body's."""

    body: int
    point: int
    plane: int | None
    other: int | None


def truth(problem: Problem, x: Numbers) -> tuple[float, Numbers]:
    """The loss at the inputs x, and its derivatives."""
    x = np.asarray(x, float)
    slopes = []
    for direction in np.eye(len(x)):
        after, before = (loss(problem, x + sign * STEP * direction) for sign in (1.0, -1.0))
        slopes.append((after - before) / (2.0 * STEP))
    return loss(problem, x), np.array(slopes)


def loss(problem: Problem, x: Numbers) -> float:
    """The loss at the inputs x."""
    return float(problem.loss(CLOSED_FORMS.get(problem.name, by_events)(problem, x)))


def by_events(problem: Problem, x: Numbers) -> Numbers:
    """Final positions (n, 3) of all bodies."""
    start = problem.start(np, x)
    masses = np.array([body.mass for body in problem.bodies])[:, None]
    turned = np.stack([matrix(body.turned) for body in problem.bodies])
    pushed = problem.duration if problem.pulse is None else problem.pulse
    state = Flight(start.position, turned, start.velocity, start.spin, 0.0 * start.position)
    for force, span in ((start.force, pushed), (0.0, problem.duration - pushed)):
        acceleration = np.asarray(problem.gravity) + force / masses + 0.0 * state.position
        state = _fly(problem, state._replace(acceleration=acceleration), span)
    return state.position


def _fly(problem: Problem, state: Flight, span: float) -> Flight:
    contacts = tuple(_contacts(problem))
    for _ in range(IMPACTS):
        hits = [
            (time, c) for c in contacts if (time := _first(problem, state, c, span)) is not None
        ]
        if not hits:
            return state.at(span)
        time, contact = min(hits, key=lambda hit: hit[0])
        state, span = _bounced(problem, state.at(time), contact), span - time
    raise ArithmeticError(f"{problem.name}: more than {IMPACTS} impacts")


def _contacts(problem: Problem) -> Iterator[Contact]:
    for i, body in enumerate(problem.bodies):
        for point in range(len(body.points)):
            for plane in range(len(problem.planes)):
                yield Contact(i, point, plane, None)
        for other in range(i):
            yield Contact(i, 0, None, other)


def _gaps(problem: Problem, state: Flight, contact: Contact, times: Numbers) -> Numbers:
    """The gap of a contact (n,) at the `times` (n,) of a flight."""
    body = problem.bodies[contact.body]
    center = _flown(state, contact.body, times)
    if contact.plane is None:
        assert contact.other is not None
        radii = body.radius + problem.bodies[contact.other].radius
        between = center - _flown(state, contact.other, times)
        distances: Numbers = np.linalg.norm(between, axis=-1) - radii
        return distances
    plane = problem.planes[contact.plane]
    arm = state.rotation[contact.body] @ np.array(body.points[contact.point])
    turned = _turned(arm, state.spin[contact.body], times)
    heights: Numbers = (center + turned) @ np.array(plane.normal) - plane.offset - body.radius
    return heights


def _flown(state: Flight, body: int, times: Numbers) -> Numbers:
    t = times[:, None]
    moved: Numbers = state.position[body] + t * state.velocity[body]
    return moved + 0.5 * t**2 * state.acceleration[body]


def _turned(arm: Numbers, spin: Numbers, times: Numbers) -> Numbers:
    """A vector that turns with the angular velocity `spin`, at all times (n, 3): Rodrigues."""
    rate = float(np.linalg.norm(spin))
    axis = spin / rate if rate > 0.0 else spin
    c, s = np.cos(rate * times)[:, None], np.sin(rate * times)[:, None]
    turned: Numbers = c * arm + s * np.cross(axis, arm) + (1.0 - c) * (axis @ arm) * axis
    return turned


def _first(problem: Problem, state: Flight, contact: Contact, span: float) -> float | None:
    """When the gap of a contact first closes: sampled ever more finely around its first root."""
    low, high = 0.0, span
    for _ in range(ZOOMS):
        times = np.linspace(low, high, SAMPLES)
        gaps = _gaps(problem, state, contact, times)
        closing = np.flatnonzero((gaps[:-1] > 0) & (gaps[1:] <= 0))
        if not closing.size:
            return None
        low, high = float(times[closing[0]]), float(times[closing[0] + 1])
    return low


def _bounced(problem: Problem, state: Flight, contact: Contact) -> Flight:
    """The state after the impact."""
    sides = _sides(problem, state, contact)
    normal = sides[0][2]
    velocity = sum(
        sign * (state.velocity[i] + np.cross(state.spin[i], arm)) for i, arm, _, sign in sides
    )
    response = sum(_response(problem, i, arm) for i, arm, _, _ in sides)
    impulse = impact(response, velocity, normal, problem.restitution, problem.friction)
    speeds, spins = state.velocity.copy(), state.spin.copy()
    for i, arm, _, sign in sides:
        speeds[i] += sign * impulse / problem.bodies[i].mass
        spins[i] += sign * np.cross(arm, impulse) / problem.bodies[i].moment
    return state._replace(velocity=speeds, spin=spins)


def _sides(problem: Problem, state: Flight, contact: Contact) -> list[Any]:
    """Body, arm to the contact point, normal, and sign, of each side."""
    body = problem.bodies[contact.body]
    if contact.plane is None:
        assert contact.other is not None
        between = state.position[contact.body] - state.position[contact.other]
        normal = between / np.linalg.norm(between)
        theirs = problem.bodies[contact.other].radius * normal
        mine = -body.radius * normal
        return [(contact.body, mine, normal, 1.0), (contact.other, theirs, normal, -1.0)]
    normal = np.array(problem.planes[contact.plane].normal)
    arm = state.rotation[contact.body] @ np.array(body.points[contact.point])
    return [(contact.body, arm - body.radius * normal, normal, 1.0)]


def _response(problem: Problem, i: int, arm: Numbers) -> Numbers:
    body = problem.bodies[i]
    across = skew(arm)
    found: Numbers = np.eye(3) / body.mass - across @ across / body.moment
    return found


def impact(
    response: Numbers, velocity: Numbers, normal: Numbers, restitution: float, friction: float
) -> Numbers:
    """The impulse of the law above, by alternating between its two parts until they agree."""
    impulse = np.zeros(3)
    goal = -restitution * (normal @ velocity)
    across = np.eye(3) - np.outer(normal, normal)
    size = np.linalg.eigvalsh(response)[-1]
    for _ in range(2000):
        before = impulse
        after = velocity + response @ impulse
        impulse = impulse + normal * (goal - normal @ after) / (normal @ response @ normal)
        after = velocity + response @ impulse
        tangent = across @ (impulse - after / size)
        bound, length = friction * (normal @ impulse), np.linalg.norm(tangent)
        tangent = tangent * (bound / length) if length > bound else tangent
        impulse = normal * (normal @ impulse) + tangent
        if np.linalg.norm(impulse - before) < 1e-16:
            break
    return impulse


def _thrown(problem: Problem, x: Numbers) -> Numbers:
    """It flies for 2 v sin / g, and stays where it lands."""
    speed = problem.start(np, x).velocity[0]
    far = 2.0 * speed[0] * speed[2] / -problem.gravity[2]
    return np.array([[far, 0.0, problem.bodies[0].radius]])


def _slid(problem: Problem, x: Numbers) -> Numbers:
    """It slides with the deceleration mu g until it rolls, with 5/7 of its speed, after
    2 v / (7 mu g)."""
    speed, pull = float(x[0]), problem.friction * -problem.gravity[2]
    slides = min(2.0 * speed / (7.0 * pull), problem.duration)
    rolling = speed - pull * slides
    far = speed * slides - 0.5 * pull * slides**2 + rolling * (problem.duration - slides)
    return np.array([[far, 0.0, problem.bodies[0].radius]])


CLOSED_FORMS = {"over-the-wall": _thrown, "sliding": _slid}


def skew(v: Numbers) -> Numbers:
    """The matrix of the cross product with v."""
    return np.array([[0.0, -v[2], v[1]], [v[2], 0.0, -v[0]], [-v[1], v[0], 0.0]])


def matrix(quaternion: tuple[float, ...]) -> Numbers:
    """The rotation matrix of a unit quaternion (w, x, y, z)."""
    w, *xyz = quaternion
    across = skew(np.array(xyz))
    found: Numbers = np.eye(3) + 2.0 * w * across + 2.0 * across @ across
    return found

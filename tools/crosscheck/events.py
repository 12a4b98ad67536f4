"""Planar mechanisms by events: accurate flight between impacts, and the impact law at each of them.

A mechanism moves in the plane of x and z. Its coordinates q = (x, θ) are lengths x and absolute
angles θ about the y axis, so that every point of it is

    P = B x + Σ_i a_i u(θ_i)        u(θ) = (sin θ, cos θ)

with constant B and a. So J = ∂P/∂q and the acceleration J̇ q̇ = -Σ a_i θ̇_i² u(θ_i) are formulas, and
Lagrange's equations are M q̈ = Σ m Jᵀ (g - J̇ q̇) with M = Σ m Jᵀ J + diag(moments).

Runge-Kutta's method of fourth order takes small steps; a step in which the gap closes is cut at the
root of the gap. There the impulse λ along normal and tangent follows from the velocity u before and
the response W = J M⁻¹ Jᵀ: u + W λ is -e u_n along the normal and, where the friction cone has room
for it, zero along the tangent; else λ_t = ∓µ λ_n.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

STEP = 1e-3  # s
DIFFERENCE = 1e-5  # of the derivatives


class Point(NamedTuple):
    """A point of a mechanism: its matrix B (2, n_x) and its arms a (n_θ,) [m]."""

    base: Numbers
    arms: Numbers

    def place(self, q: Numbers) -> Numbers:
        """Where it is (2,)."""
        x, angle = np.split(q, [self.base.shape[1]])
        found: Numbers = self.base @ x + _along(angle) @ self.arms
        return found

    def jacobian(self, q: Numbers) -> Numbers:
        """∂P/∂q (2, n)."""
        angle = q[self.base.shape[1] :]
        across = np.stack([np.cos(angle), -np.sin(angle)])
        return np.concatenate([self.base, across * self.arms], axis=1)

    def bias(self, q: Numbers, v: Numbers) -> Numbers:
        """J̇ q̇ (2,)."""
        angle, rate = (y[self.base.shape[1] :] for y in (q, v))
        found: Numbers = -_along(angle) @ (self.arms * rate**2)
        return found


class Side(NamedTuple):
    """A ball at a point, of the body whose angle has the given place among all coordinates."""

    center: Point
    radius: float
    angle: int


class Mechanism(NamedTuple):
    """Bodies with centres of mass, and two things that may strike each other.

    masses (k,) kg of the `centers`; moments (n,) kg m² that angles have besides. `second` is a ball
    or the half-plane behind `normal` · P = `offset`, of which the normal (2,) points away.
    """

    centers: tuple[Point, ...]
    masses: Numbers
    moments: Numbers
    gravity: float
    restitution: float
    friction: float
    first: Side
    second: Side | None = None
    normal: Numbers = np.array([0.0, 1.0])
    offset: float = 0.0

    def rates(self, y: Numbers) -> Numbers:
        """The rates of change of y = (q, v)."""
        q, v = np.split(y, 2)
        force = np.zeros_like(q)
        for center, mass in zip(self.centers, self.masses, strict=True):
            pull = np.array([0.0, -self.gravity]) - center.bias(q, v)
            force += mass * center.jacobian(q).T @ pull
        return np.concatenate([v, np.linalg.solve(self.inertia(q), force)])

    def inertia(self, q: Numbers) -> Numbers:
        """The mass matrix (n, n)."""
        found: Numbers = np.diag(self.moments)
        for center, mass in zip(self.centers, self.masses, strict=True):
            jacobian = center.jacobian(q)
            found = found + mass * jacobian.T @ jacobian
        return found

    def gap(self, q: Numbers) -> float:
        """How far the two are apart."""
        return self._apart(q)[1]

    def rows(self, q: Numbers) -> Numbers:
        """The rows (2, n) of the velocity of the first against the second: normal and tangent."""
        normal, _ = self._apart(q)
        rows = self._surface(self.first, q, -normal)
        if self.second is not None:
            rows = rows - self._surface(self.second, q, normal)
        found: Numbers = np.stack([normal, [normal[1], -normal[0]]]) @ rows
        return found

    def _apart(self, q: Numbers) -> tuple[Numbers, float]:
        """The normal towards the first, and the gap."""
        at = self.first.center.place(q)
        if self.second is None:
            return self.normal, float(self.normal @ at) - self.offset - self.first.radius
        between = at - self.second.center.place(q)
        distance = float(np.hypot(*between))
        return between / distance, distance - self.first.radius - self.second.radius

    def _surface(self, side: Side, q: Numbers, towards: Numbers) -> Numbers:
        """∂/∂q (2, n) of the material point of a ball that lies `towards` (2,) a direction."""
        jacobian = side.center.jacobian(q)
        jacobian[:, side.angle] += side.radius * np.array([towards[1], -towards[0]])
        return jacobian


def final(mechanism: Mechanism, y: Numbers, duration: float) -> Numbers:
    """The state y = (q, v) after `duration` [s], in which nothing touches for longer."""
    for _ in range(round(duration / STEP)):
        y = _advanced(mechanism, y, duration / round(duration / STEP))
    return y


def derivatives(run: Callable[[Numbers], Numbers], inputs: Numbers) -> Numbers:
    """∂run/∂inputs, by central differences."""
    ways = DIFFERENCE * np.eye(len(inputs))
    slopes = [(run(inputs + way) - run(inputs - way)) / (2.0 * DIFFERENCE) for way in ways]
    return np.stack(slopes, axis=-1)


def _advanced(mechanism: Mechanism, y: Numbers, h: float) -> Numbers:
    """One step, with the impact that may lie in it."""
    after = _flown(mechanism, y, h)
    if not mechanism.gap(y[: y.size // 2]) > 0 >= mechanism.gap(after[: y.size // 2]):
        return after
    time = _root(lambda t: mechanism.gap(_flown(mechanism, y, t)[: y.size // 2]), h)
    return _flown(mechanism, struck(mechanism, _flown(mechanism, y, time)), h - time)


def _flown(mechanism: Mechanism, y: Numbers, h: float) -> Numbers:
    """The classical Runge-Kutta method."""
    f = mechanism.rates
    k = f(y)
    total = k
    for share, weight in ((0.5, 2.0), (0.5, 2.0), (1.0, 1.0)):
        k = f(y + share * h * k)
        total = total + weight * k
    return y + h / 6.0 * total


def _root(gap: Callable[[float], float], end: float) -> float:
    """The time at which the gap closes, by halving intervals."""
    low, high = 0.0, end
    for _ in range(45):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if gap(middle) > 0 else (low, middle)
    return low


def struck(mechanism: Mechanism, y: Numbers) -> Numbers:
    """The state after the impact."""
    q, v = np.split(y, 2)
    rows = mechanism.rows(q)
    response = np.linalg.solve(mechanism.inertia(q), rows.T)
    impulse = _impulse(rows @ response, rows @ v, mechanism.restitution, mechanism.friction)
    return np.concatenate([q, v + response @ impulse])


def _impulse(W: Numbers, u: Numbers, restitution: float, friction: float) -> Numbers:
    """The impulse (2,) of the law above."""
    sticks = np.linalg.solve(W, [-(1.0 + restitution) * u[0], -u[1]])
    if abs(sticks[1]) <= friction * sticks[0]:
        return sticks
    cone = np.array([1.0, np.copysign(friction, sticks[1])])
    slides: Numbers = -(1.0 + restitution) * u[0] / (W[0] @ cone) * cone
    return slides


def _along(angle: Numbers) -> Numbers:
    return np.stack([np.sin(angle), np.cos(angle)])

"""Exact solutions, and differential equations solved finely enough to count as exact."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

UP = np.array([0.0, 0.0, 1.0])


def integrate(
    rate: Callable[[np.ndarray], np.ndarray], start: np.ndarray, duration: float
) -> np.ndarray:
    """y(duration) of y' = rate(y), by the classical Runge-Kutta method in steps of 0.5 ms."""
    steps = round(duration / 0.5e-3)
    h, y = duration / steps, start
    for _ in range(steps):
        a = rate(y)
        b = rate(y + 0.5 * h * a)
        c = rate(y + 0.5 * h * b)
        d = rate(y + h * c)
        y = y + h / 6.0 * (a + 2.0 * (b + c) + d)
    return y


@cache
def euler_top(
    moments: tuple[float, float, float], spin: tuple[float, float, float], duration: float
) -> np.ndarray:
    """Angular velocity, in the body's frame, of a body without torque, by Euler's equations."""
    a, b, c = moments

    def rate(w: np.ndarray) -> np.ndarray:
        x, y, z = w
        return np.array([(b - c) / a * y * z, (c - a) / b * z * x, (a - b) / c * x * y])

    return integrate(rate, np.array(spin), duration)


def rotation_about(axis: np.ndarray, angle: float) -> np.ndarray:
    """Rotation matrix about a unit axis."""
    x, y, z = axis
    skew = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * skew + (1.0 - np.cos(angle)) * skew @ skew


def angle_between(a: np.ndarray, b: np.ndarray) -> float:
    """Angle [rad] between two vectors, accurate where it is small."""
    return float(np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b))


def pendulum_period(amplitude: float, rate: float) -> float:
    """Period [s] of a pendulum of `amplitude` [rad] whose small swings have the `rate` [rad/s].

    T = 2 pi / (rate * agm(1, cos(amplitude / 2))): the complete elliptic integral through the
    arithmetic-geometric mean.
    """
    a, b = 1.0, float(np.cos(amplitude / 2.0))
    while abs(a - b) > 1e-15:
        a, b = (a + b) / 2.0, float(np.sqrt(a * b))
    return 2.0 * np.pi / (rate * a)


def rises_through_zero(time: np.ndarray, value: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Times at which `value` rises through zero, by cubic Hermite interpolation of the samples."""
    found = []
    for i in np.flatnonzero((value[:-1] < 0) & (value[1:] >= 0)):
        h = time[i + 1] - time[i]
        a, b, m, n = value[i], value[i + 1], h * slope[i], h * slope[i + 1]
        roots = np.roots([2 * a + m - 2 * b + n, -3 * a - 2 * m + 3 * b - n, m, a])
        inside = roots.real[(np.abs(roots.imag) < 1e-9) & (roots.real >= 0) & (roots.real <= 1)]
        found.append(time[i] + h * inside[0])
    return np.array(found)

"""Bodies in free flight."""

from __future__ import annotations

import numpy as np

from tools.accuracy.case import Case
from tools.accuracy.reference import UP, angle_between, euler_top, rotation_about
from tools.motion import Motion

FLIGHT = """
scenec: 1
bodies:
  ball: {mass: 0.5 kg, inertia: {sphere: 10 cm}, velocity: {linear: [3, 1, 4], angular: [1, 2, 3]}}
"""


def flight(motion: Motion) -> float:
    """Distance from the parabola."""
    t = motion.time[-1]
    exact = np.array([3.0, 1.0, 4.0]) * t - 0.5 * 9.81 * t * t * UP
    return float(np.linalg.norm(motion.poses.position[-1, 0] - exact))


MOMENT = 0.02  # kg m^2, across the axis of the symmetric top
SYMMETRIC_TOP = f"""
scenec: 1
options: {{gravity: [0, 0, 0]}}
bodies:
  top: {{mass: 1 kg, inertia: [{MOMENT}, {MOMENT}, 0.01], velocity: {{angular: [3, 0, 5]}}}}
"""


def precession(motion: Motion) -> float:
    """Angle from where the axis should be: it circles the momentum L at the rate |L| / I."""
    momentum = np.array([3.0, 0.0, 5.0]) * [MOMENT, MOMENT, 0.01]
    size = float(np.linalg.norm(momentum))
    exact = rotation_about(momentum / size, size / MOMENT * motion.time[-1]) @ UP
    return angle_between(motion.poses.rotation[-1, 0] @ UP, exact)


MOMENTS = (0.03, 0.02, 0.01)  # kg m^2
SPIN = (0.05, 5.0, 0.02)  # rad/s, almost about the middle axis: it turns over after 1.4 s
TUMBLING_BODY = f"""
scenec: 1
options: {{gravity: [0, 0, 0]}}
bodies:
  body: {{mass: 1 kg, inertia: {list(MOMENTS)}, velocity: {{angular: {list(SPIN)}}}}}
"""


def body_spin(motion: Motion) -> np.ndarray:
    """Angular velocity of the first body in its own frame, (samples, 3)."""
    turned = np.swapaxes(motion.poses.rotation[:, 0], -1, -2) @ motion.twists.angular[:, 0, :, None]
    return turned[..., 0]


def tumbling(motion: Motion) -> float:
    """Distance from Euler's equations."""
    exact = euler_top(MOMENTS, SPIN, float(motion.time[-1]))
    return float(np.linalg.norm(body_spin(motion)[-1] - exact))


# Semi-implicit Euler falls g t dt / 2 too far in the time t: 4.9 cm in 1 s at 10 ms.
_FLIGHT = ("thrown ball", "position after 1 s [m]", FLIGHT, 1.0, flight)
_TOP = ("symmetric top, no torque", "axis after 1 s [rad]", SYMMETRIC_TOP, 1.0, precession)
_TUMBLING = ("Dzhanibekov flip", "spin after 4 s [rad/s]", TUMBLING_BODY, 4.0, tumbling)

CASES = (
    Case(*_FLIGHT, order=1, tolerance=0.05),
    Case(*_FLIGHT, integrator="rk4"),
    Case(*_TOP, order=1, tolerance=0.03),
    Case(*_TOP, order=4, tolerance=2e-6, integrator="rk4"),
    Case(*_TUMBLING, order=1, tolerance=0.2),
    Case(*_TUMBLING, order=4, tolerance=3e-3, integrator="rk4"),
)

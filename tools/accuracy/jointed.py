"""Bodies on joints."""

from __future__ import annotations

import numpy as np

from tools.accuracy.case import Case
from tools.accuracy.reference import (
    UP,
    angle_between,
    integrate,
    pendulum_period,
    rises_through_zero,
    rotation_about,
)
from tools.motion import Motion

GRAVITY = 9.81  # m/s^2

PENDULUM = """
scenec: 1
bodies:
  rod: {mass: 1 kg, inertia: {cylinder: [1 cm, 1 m]}}
joints:
  pivot:
    type: hinge
    parent: world
    child: rod
    child_anchor: [0, 0, 50 cm]
    axis: [0, 1, 0]
    angle: 120 deg
sensors:
  angle: {type: joint_angle, joint: pivot}
  speed: {type: joint_speed, joint: pivot}
"""


def period(motion: Motion) -> float:
    """Error of the time between two passes, against the elliptic integral."""
    inertia = (3 * 0.01**2 + 1.0) / 12 + 0.5**2
    exact = pendulum_period(np.deg2rad(120), np.sqrt(GRAVITY * 0.5 / inertia))
    angle, speed = motion.sensors["angle"][:, 0], motion.sensors["speed"][:, 0]
    passes = rises_through_zero(motion.time, angle, speed)
    return float(abs(passes[1] - passes[0] - exact))


DOUBLE_PENDULUM = """
scenec: 1
bodies:
  upper: {mass: 1 kg, inertia: {cylinder: [1 cm, 50 cm]}}
  lower: {mass: 0.8 kg, inertia: {cylinder: [1 cm, 40 cm]}}
joints:
  shoulder:
    type: hinge
    parent: world
    child: upper
    child_anchor: [0, 0, 25 cm]
    axis: [0, 1, 0]
    angle: 100 deg
  elbow:
    type: hinge
    parent: upper
    child: lower
    anchor: [0, 0, -25 cm]
    child_anchor: [0, 0, 20 cm]
    axis: [0, 1, 0]
    angle: -30 deg
"""


def energy_error(motion: Motion) -> float:
    """Largest change of the total energy, over the largest kinetic energy."""
    total = motion.energy.kinetic + motion.energy.potential
    return float(np.max(np.abs(total - total[0])) / np.max(motion.energy.kinetic))


# A top on its tip, 2 cm below its centre of mass, leaning, spinning about its axis.
TIP, LEAN, SPIN = 0.02, np.deg2rad(30), 15.0  # m, rad, rad/s
ACROSS, ALONG, WEIGHT = 0.002 + 0.5 * TIP**2, 0.004, 0.5 * GRAVITY  # kg m^2 about the tip, N


def precession_rate() -> float:
    """The slower steady precession Ω: A cos(lean) Ω^2 - C spin Ω + weight * tip = 0."""
    a, b, c = ACROSS * np.cos(LEAN), ALONG * SPIN, WEIGHT * TIP
    return float(2 * c / (b + np.sqrt(b * b - 4 * a * c)))


LEANING = np.array([np.sin(LEAN), 0.0, np.cos(LEAN)])
ANGULAR = precession_rate() * UP + (SPIN - precession_rate() * np.cos(LEAN)) * LEANING
HEAVY_TOP = f"""
scenec: 1
bodies:
  top: {{mass: 0.5 kg, inertia: [0.002, 0.002, {ALONG}]}}
joints:
  tip:
    type: ball
    parent: world
    child: top
    child_anchor: [0, 0, {-TIP}]
    angle: [0, {LEAN}, 0]
    speed: {ANGULAR.tolist()}
"""


def steady_precession(motion: Motion) -> float:
    """Angle from where the axis should be."""
    exact = rotation_about(UP, precession_rate() * motion.time[-1]) @ LEANING
    return angle_between(motion.poses.rotation[-1, 0] @ UP, exact)


# A thin rod, hung by a joint that does not let it twist, circles at a steady angle.
CONE = np.deg2rad(40)
CIRCLING = np.sqrt(GRAVITY * 0.5 / (1 / 3) / np.cos(CONE))  # rad/s
CONICAL_PENDULUM = f"""
scenec: 1
bodies:
  rod: {{mass: 1 kg, inertia: [{1 / 12}, {1 / 12}, 1e-12]}}
joints:
  pivot:
    type: universal
    parent: world
    child: rod
    child_anchor: [0, 0, 50 cm]
    axes: [[1, 0, 0], [0, 1, 0]]
    angle: [{CONE}, 0]
    speed: [0, {CIRCLING * np.sin(CONE)}]
"""


def cone(motion: Motion) -> float:
    """Angle from where the rod should be."""
    start = motion.poses.rotation[0, 0] @ UP
    exact = rotation_about(UP, CIRCLING * motion.time[-1]) @ start
    return angle_between(motion.poses.rotation[-1, 0] @ UP, exact)


DAMPED_WHEEL = """
scenec: 1
options: {gravity: [0, 0, 0]}
bodies:
  wheel: {mass: 1 kg, inertia: [0.1, 0.2, 0.1]}
joints:
  axle:
    type: hinge
    parent: world
    child: wheel
    axis: [0, 1, 0]
    speed: 10
    damping: 0.4
    armature: 0.05
sensors:
  speed: {type: joint_speed, joint: axle}
"""


def decay(motion: Motion) -> float:
    """Largest distance from the exponential: damping over inertia and armature."""
    exact = 10.0 * np.exp(-0.4 / (0.2 + 0.05) * motion.time)
    return float(np.max(np.abs(motion.sensors["speed"][:, 0] - exact)))


# Two cranks of 30 cm and a coupler, which they keep level; the last joint closes the loop.
FOUR_BAR = """
scenec: 1
options: {solver: {iterations: 50}}
templates:
  crank:
    args: [place]
    bodies:
      bar: {mass: 1 kg, inertia: {box: [2 cm, 2 cm, 30 cm]}}
    joints:
      pivot:
        type: hinge
        parent: world
        child: bar
        anchor: [place, 0, 0]
        child_anchor: [0, 0, 15 cm]
        axis: [0, 1, 0]
        angle: 60 deg
    sensors:
      angle: {type: joint_angle, joint: pivot}
use:
  - {template: crank, name: left, place: -25 cm}
  - {template: crank, name: right, place: 25 cm}
bodies:
  coupler: {mass: 2 kg, inertia: {box: [50 cm, 2 cm, 2 cm]}}
joints:
  one:
    type: hinge
    parent: left.bar
    child: coupler
    anchor: [0, 0, -15 cm]
    child_anchor: [-25 cm, 0, 0]
    axis: [0, 1, 0]
    angle: -60 deg
  two:
    type: hinge
    parent: right.bar
    child: coupler
    anchor: [0, 0, -15 cm]
    child_anchor: [25 cm, 0, 0]
    axis: [0, 1, 0]
"""


def linkage(motion: Motion) -> float:
    """The cranks swing as one pendulum that carries the coupler at its end."""
    crank = (0.02**2 + 0.3**2) / 12 + 0.15**2
    inertia, moment = 2 * crank + 2 * 0.3**2, 2 * 0.15 + 2 * 0.3

    def rate(y: np.ndarray) -> np.ndarray:
        return np.array([y[1], -GRAVITY * moment / inertia * np.sin(y[0])])

    exact = integrate(rate, np.array([np.deg2rad(60), 0.0]), motion.time[-1])[0]
    ends = (motion.sensors[name][-1, 0] for name in ("left.angle", "right.angle"))
    return float(max(abs(end - exact) for end in ends))


_PERIOD = ("pendulum from 120°", "period [s]", PENDULUM, 4.0, period)
_ENERGY = ("double pendulum", "energy during 2 s [1]", DOUBLE_PENDULUM, 2.0, energy_error)
_TOP = ("heavy top, steady precession", "axis after 1 s [rad]", HEAVY_TOP, 1.0, steady_precession)
_CONE = ("conical pendulum, universal joint", "axis after 1 s [rad]", CONICAL_PENDULUM, 1.0, cone)
_DECAY = ("wheel with damping and armature", "speed [rad/s]", DAMPED_WHEEL, 1.0, decay)
_LINKAGE = ("four-bar linkage", "angles after 1 s [rad]", FOUR_BAR, 1.0, linkage)

CASES = (
    # Semi-implicit Euler is the leapfrog method seen half a step off, hence of order 2 in periods.
    # Interpolating the passes between samples leaves 2e-11 s.
    Case(*_PERIOD, order=2, tolerance=1e-4),
    Case(*_PERIOD, order=4, tolerance=2e-8, floor=1e-10, integrator="rk4"),
    Case(*_ENERGY, order=1, tolerance=0.2),
    Case(*_ENERGY, order=4, tolerance=5e-6, integrator="rk4"),
    Case(*_TOP, order=1, tolerance=0.03),
    Case(*_TOP, order=4, tolerance=1e-5, integrator="rk4"),
    Case(*_CONE, order=1, tolerance=0.02),
    Case(*_CONE, order=4, tolerance=2e-7, integrator="rk4"),
    Case(*_DECAY, order=1, tolerance=0.03),
    Case(*_DECAY, order=4, tolerance=3e-9, integrator="rk4"),
    Case(*_LINKAGE, order=1, tolerance=0.02),
)

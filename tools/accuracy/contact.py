"""Contact, friction and restitution."""

from __future__ import annotations

import numpy as np

from tools.accuracy.case import Case
from tools.motion import Motion

GRAVITY = 9.81  # m/s^2

# A sled on four skids; the slope is that of the ground, and the sled lies along it.
SLED = """
scenec: 1
params:
  slope: 0 rad
  speed: 0 m/s
options: {solver: {iterations: 100}}
materials: {skid: {friction: 0.5}}
world:
  planes:
    ground: {normal: [sin(slope), 0, cos(slope)]}
bodies:
  sled:
    mass: 2 kg
    inertia: {box: [50 cm, 30 cm, 10 cm]}
    position: [5 cm * sin(slope), 0, 5 cm * cos(slope)]
    rotation: {axis: [0, 1, 0], angle: slope}
    velocity: {linear: [speed * cos(slope), 0, -speed * sin(slope)]}
    spheres:
      - {center: [20 cm, 10 cm, 0], radius: 5 cm, material: skid}
      - {center: [20 cm, -10 cm, 0], radius: 5 cm, material: skid}
      - {center: [-20 cm, 10 cm, 0], radius: 5 cm, material: skid}
      - {center: [-20 cm, -10 cm, 0], radius: 5 cm, material: skid}
"""
FRICTION = 0.5
STEEPEST = float(np.arctan(FRICTION))  # rad, the steepest slope on which the sled stays
STEEPER = STEEPEST + 0.01


def travelled(motion: Motion) -> float:
    """Distance between the sled's first and last position."""
    return float(np.linalg.norm(motion.poses.position[-1, 0] - motion.poses.position[0, 0]))


def stopping_distance(motion: Motion) -> float:
    """Error of the distance v^2 / (2 mu g) in which friction stops the sled from 2 m/s."""
    return abs(travelled(motion) - 2.0**2 / (2 * FRICTION * GRAVITY))


def sliding_speed(motion: Motion) -> float:
    """Error of the speed g (sin - mu cos) t on a slope just too steep."""
    exact = GRAVITY * (np.sin(STEEPER) - FRICTION * np.cos(STEEPER)) * motion.time[-1]
    return float(abs(np.linalg.norm(motion.twists.linear[-1, 0]) - exact))


# A billiard shot: the ball slides, until friction has made it roll.
SHOT = """
scenec: 1
params: {heading: 0.6 rad}
materials: {cloth: {friction: 0.3}}
world: {planes: {table: {material: cloth}}}
bodies:
  ball:
    mass: 1 kg
    inertia: {sphere: 10 cm}
    position: [0, 0, 10 cm]
    velocity: {linear: [2 m/s * cos(heading), 2 m/s * sin(heading), 0]}
    spheres: [{radius: 10 cm}]
"""


def rolling_speed(motion: Motion) -> float:
    """Error of the speed after sliding: a solid ball keeps 5/7."""
    return float(abs(np.linalg.norm(motion.twists.linear[-1, 0]) - 2.0 * 5 / 7))


def bend(motion: Motion) -> float:
    """Angle between the way and the shot."""
    x, y, _ = motion.poses.position[-1, 0]
    return float(abs(np.arctan2(y, x) - 0.6))


BOUNCE = """
scenec: 1
materials: {rubber: {restitution: 0.8}}
world: {planes: {ground: {}}}
bodies:
  ball:
    mass: 1 kg
    inertia: {sphere: 10 cm}
    position: [0, 0, 1.1 m]
    spheres: [{radius: 10 cm, material: rubber}]
"""


def bounce_height(motion: Motion) -> float:
    """Error of the height e^2 h of the first bounce, by the energy that is left."""
    left = motion.energy.kinetic[-1] + motion.energy.potential[-1]
    return float(abs(left / GRAVITY - 0.1 - 0.8**2))


HEAD_ON = """
scenec: 1
options: {gravity: [0, 0, 0]}
materials: {steel: {restitution: 1}}
bodies:
  a:
    mass: 1 kg
    inertia: {sphere: 10 cm}
    velocity: {linear: [1, 0, 0]}
    spheres: [{radius: 10 cm, material: steel}]
  b:
    mass: 1 kg
    inertia: {sphere: 10 cm}
    position: [50 cm, 0, 0]
    spheres: [{radius: 10 cm, material: steel}]
"""


def exchange(motion: Motion) -> float:
    """Error of the speeds, which equal balls exchange."""
    return float(np.max(np.abs(motion.twists.linear[-1, :, 0] - [0.0, 1.0])))


# Two clusters collide off-centre, with friction; the moments are equal about every axis.
CLUSTERS = """
scenec: 1
options: {gravity: [0, 0, 0]}
materials: {rough: {friction: 0.8, restitution: 0.5}}
bodies:
  a:
    mass: 1 kg
    inertia: [0.02, 0.02, 0.02]
    velocity: {linear: [2, 0, 0], angular: [0, 3, 1]}
    spheres:
      - {center: [20 cm, 0, 0], radius: 8 cm, material: rough}
      - {center: [0, 20 cm, 0], radius: 8 cm, material: rough}
      - {center: [0, -10 cm, 15 cm], radius: 8 cm, material: rough}
  b:
    mass: 2 kg
    inertia: [0.03, 0.03, 0.03]
    position: [60 cm, 5 cm, 3 cm]
    velocity: {linear: [-1, 0, 0], angular: [1, 0, -2]}
    spheres:
      - {center: [20 cm, 0, 0], radius: 8 cm, material: rough}
      - {center: [0, 20 cm, 0], radius: 8 cm, material: rough}
      - {center: [-5 cm, -10 cm, 15 cm], radius: 8 cm, material: rough}
"""
MASSES, MOMENTS = np.array([[1.0], [2.0]]), np.array([[0.02], [0.03]])


def linear_momentum(motion: Motion) -> float:
    """Largest change [N s]."""
    total = np.sum(MASSES * motion.twists.linear, axis=1)
    return float(np.max(np.abs(total - total[0])))


def angular_momentum(motion: Motion) -> float:
    """Largest change [N m s], about the origin."""
    orbital = np.cross(motion.poses.position, MASSES * motion.twists.linear)
    total = np.sum(orbital + MOMENTS * motion.twists.angular, axis=1)
    return float(np.max(np.abs(total - total[0])))


SOFT_GROUND = """
scenec: 1
materials: {foam: {softness: 0.1 mm/N}}
world: {planes: {ground: {material: foam}}}
bodies:
  ball:
    mass: 1 kg
    inertia: {sphere: 10 cm}
    position: [0, 0, 10 cm]
    spheres: [{radius: 10 cm}]
"""


def depth(motion: Motion) -> float:
    """Error of the depth softness * m * g at rest."""
    return float(abs(0.1 - motion.poses.position[-1, 0, 2] - 1e-4 * GRAVITY))


SLIDING, ON_SLOPE, TOO_STEEP = {"speed": 2.0}, {"slope": STEEPEST - 0.01}, {"slope": STEEPER}
_STOP = ("sled stops", "distance [m]", SLED, 1.0, stopping_distance)
_STICK = ("slope 0.01 rad below arctan µ", "way in 1 s [m]", SLED, 1.0, travelled)
_SLIDE = ("slope 0.01 rad above arctan µ", "speed after 1 s [m/s]", SLED, 1.0, sliding_speed)

CASES = (
    # The velocity that a step ends with moves all of it: v dt / 2 are missing, 1 cm at 10 ms.
    Case(*_STOP, order=1, tolerance=0.01, values=SLIDING),
    # Four skids are one too many: how they share the load is left to 100 sweeps.
    Case(*_STICK, floor=1e-7, values=ON_SLOPE),
    Case(*_SLIDE, floor=1e-7, values=TOO_STEEP),
    Case("ball slides, then rolls", "speed, 5/7 [m/s]", SHOT, 1.0, rolling_speed),
    Case("ball rolls aslant", "direction [rad]", SHOT, 1.0, bend),
    # Impacts have instants of their own, and the flight between them is exact.
    Case("bouncing ball", "height, e² h [m]", BOUNCE, 0.7, bounce_height),
    Case("head-on collision, e = 1", "speeds [m/s]", HEAD_ON, 1.0, exchange),
    Case("colliding clusters", "momentum [N s]", CLUSTERS, 1.0, linear_momentum),
    Case("colliding clusters", "angular momentum [N m s]", CLUSTERS, 1.0, angular_momentum),
    Case("ball on soft ground", "depth, softness m g [m]", SOFT_GROUND, 2.0, depth),
)

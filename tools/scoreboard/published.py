"""The problems, in the numbers of those who published them."""

from __future__ import annotations

from math import cos, pi, sin
from typing import Any

from tools.scoreboard.problem import STEPS_PER_SECOND, Plane, Problem, Solid, Start, still

STEP = 1.0 / STEPS_PER_SECOND
GROUND = Plane((0.0, 0.0, 1.0), 0.0)


def ball(name: str, radius: float, mass: float = 1.0) -> Solid:
    """A homogeneous ball."""
    return Solid(name, mass, 0.4 * mass * radius**2, radius)


# Zhong et al. (2022), task 1: a ball bounces off the ground once. Their y is up, ours is z.
def _bounce_start(xp: Any, x: Any) -> Start:
    height, speed, push = x
    zero = 0.0 * height
    return still(
        xp, [(zero - 1.0, zero, height)], [(zero + 2.0, zero, speed)], [(zero, zero, push)]
    )


BOUNCE_ONCE = Problem(
    name="bounce-once",
    title="task 1: a ball bounces once",
    source="arXiv 2207.05060",
    bodies=(ball("ball", 0.1),),
    planes=(GROUND,),
    inputs=("height", "velocity", "first control"),
    points=((1.0, -2.0, 0.0), *((1.0 + 0.013 * i, -2.0, 0.0) for i in range(1, 16))),
    start=_bounce_start,
    loss=lambda position: position[0, 2],
    duration=1.0,
    pulse=STEP,
)


# Task 2: a ball is thrown to the ground, bounces off it and off a wall.
def _ground_wall_start(xp: Any, x: Any) -> Start:
    along, up = x
    zero = 0.0 * along
    return still(xp, [(zero - 0.5, zero, zero + 1.0)], [(along, zero, up)])


def _to_target(position: Any) -> Any:
    return (position[0, 0] + 2.0) ** 2 + (position[0, 2] - 1.5) ** 2


GROUND_WALL = Problem(
    name="ground-and-wall",
    title="task 2: off the ground and off a wall",
    source="arXiv 2207.05060",
    bodies=(ball("ball", 0.1),),
    planes=(GROUND, Plane((-1.0, 0.0, 0.0), -1.75)),
    inputs=("velocity along", "velocity up"),
    points=((5.0, -5.0), *((5.0 + 0.02 * i, -5.0 + 0.03 * i) for i in range(-8, 8) if i)),
    start=_ground_wall_start,
    loss=_to_target,
    duration=0.6,
    restitution=0.92,
    gravity=(0.0, 0.0, -9.8),
)


# Zhong et al. (2023): one ball is pushed into another, and the normal moves with both.
def _moving_start(xp: Any, x: Any) -> Start:
    aside, along, up = x
    zero = 0.0 * aside
    return still(
        xp,
        [(aside, zero, zero - 2.0), (zero - 1.0, zero, zero - 1.0)],
        None,
        [(along, zero, up), (zero, zero, zero)],
    )


def _to_origin(position: Any) -> Any:
    return position[1, 0] ** 2 + position[1, 2] ** 2


MOVING_NORMAL = Problem(
    name="moving-normal",
    title="one ball pushed into another, the normal moves",
    source="arXiv 2305.00092",
    bodies=(ball("pushed", 0.2), ball("hit", 0.2)),
    planes=(),
    inputs=("place of the first ball", "control along", "control up"),
    points=((-1.0, 0.0, 3.0), *((-1.0 + 0.01 * i, 0.03 * i, 3.0) for i in range(-7, 9) if i)),
    start=_moving_start,
    loss=_to_origin,
    duration=1.0,
)


# nimblephysics#97: two equal balls meet head-on and exchange their speeds.
def _head_on_start(xp: Any, x: Any) -> Start:
    left, right, fast, slow = x
    zero = 0.0 * left
    return still(
        xp, [(left, zero, zero), (right, zero, zero)], [(fast, zero, zero), (slow, zero, zero)]
    )


HEAD_ON = Problem(
    name="head-on",
    title="two balls meet head-on",
    source="nimblephysics#97",
    bodies=(ball("left", 0.1), ball("right", 0.1)),
    planes=(),
    inputs=("place of the left ball", "of the right one", "speed of the left", "of the right"),
    points=((0.0, 0.52, 1.0, 0.0), *((0.0, 0.3 + 0.01 * i, 1.0, 0.0) for i in range(64))),
    start=_head_on_start,
    loss=lambda position: position[1, 0],
    duration=1.0,
)


# DiffTaichi's rigid_body_toi: a point falls with constant speed and bounces off the ground.
def _falling_start(xp: Any, x: Any) -> Start:
    (height,) = x
    zero = 0.0 * height
    return still(xp, [(zero + 0.7, zero, height)], [(zero - 1.0, zero, zero - 2.0)])


TIME_OF_IMPACT = Problem(
    name="time-of-impact",
    title="rigid_body_toi: a point falls without gravity",
    source="DiffTaichi, arXiv 1910.00935",
    bodies=(Solid("point", 1.0, 1e-4, 0.01),),
    planes=(Plane((0.0, 0.0, 1.0), 0.09),),
    inputs=("height",),
    points=tuple((0.5 + 0.02 * i,) for i in range(15)),
    start=_falling_start,
    loss=lambda position: position[0, 2],
    duration=196 * STEP,
)


# DiffMJX's toss: a cube standing on an edge falls at an angle; how far does it get? Here it is
# rigid and bounces, where DiffMJX has the soft contact of MuJoCo.
def _toss_start(xp: Any, x: Any) -> Start:
    (speed,) = x
    zero = 0.0 * speed
    return still(xp, [(zero, zero, zero + 0.2)], [(zero, zero - 0.1, speed)])


_HALF = 0.05
CUBE_TOSS = Problem(
    name="cube-toss",
    title="a cube is tossed",
    source="DiffMJX, arXiv 2506.14186",
    bodies=(
        Solid(
            "cube",
            mass=0.1,
            moment=0.1 * (2 * _HALF) ** 2 / 6.0,
            radius=0.001,
            points=tuple(
                (x, y, z) for x in (-_HALF, _HALF) for y in (-_HALF, _HALF) for z in (-_HALF, _HALF)
            ),
            turned=(cos(pi / 6 - 0.05), sin(pi / 6 - 0.05) * 0.8, sin(pi / 6 - 0.05) * 0.6, 0.0),
        ),
    ),
    planes=(GROUND,),
    inputs=("velocity up",),
    points=tuple((-2.0 + 0.05 * i,) for i in range(16)),
    start=_toss_start,
    loss=lambda position: position[0, 1],
    duration=0.2,
    restitution=0.5,
    friction=0.3,
    gravity=(0.0, 0.0, -2.0),
)


# Suh et al. (2022), ball with wall: thrown at an angle over the wall, it stays where it lands; the
# cost is the square of how far it got. What lands is a tripod, which does not roll.
def _thrown_start(xp: Any, x: Any) -> Start:
    (angle,) = x
    zero = 0.0 * angle
    height = zero + 0.001
    return still(xp, [(zero, zero, height)], [(xp.cos(angle), zero, xp.sin(angle))])


OVER_THE_WALL = Problem(
    name="over-the-wall",
    title="ball with wall: thrown over it",
    source="arXiv 2202.00817",
    bodies=(
        Solid(
            "tripod",
            mass=1.0,
            moment=1e-4,
            radius=0.001,
            points=((0.01, 0.0, 0.0), (-0.005, 0.00866, 0.0), (-0.005, -0.00866, 0.0)),
        ),
    ),
    planes=(GROUND,),
    inputs=("angle",),
    points=((1.05,), *((0.1 * i,) for i in range(1, 16))),
    start=_thrown_start,
    loss=lambda position: -(position[0, 0] ** 2),
    duration=120 * STEP,
    restitution=0.0,
    friction=10.0,
    gravity=(0.0, 0.0, -9.81),
)


# brax#317 and #540 are on contact forces and their gradients: a ball slides over the ground, and
# how fast it is in the end depends on its friction but not on its mass.
def _sliding_start(xp: Any, x: Any) -> Start:
    (speed,) = x
    zero = 0.0 * speed
    return still(xp, [(zero, zero, zero + 0.2)], [(speed, zero, zero)])


SLIDING = Problem(
    name="sliding",
    title="a ball slides, then rolls",
    source="after brax#317, brax#540",
    bodies=(ball("ball", 0.2),),
    planes=(GROUND,),
    inputs=("speed",),
    points=tuple((1.0 + 0.1 * i,) for i in range(16)),
    start=_sliding_start,
    loss=lambda position: position[0, 0],
    duration=48 * STEP,
    restitution=0.0,
    friction=0.3,
    gravity=(0.0, 0.0, -9.81),
)

PROBLEMS = {
    problem.name: problem
    for problem in (
        BOUNCE_ONCE,
        GROUND_WALL,
        MOVING_NORMAL,
        HEAD_ON,
        TIME_OF_IMPACT,
        CUBE_TOSS,
        OVER_THE_WALL,
        SLIDING,
    )
}

"""A published problem: bodies made of balls, planes, and a loss of where the bodies end.

Positions and gradients are functions of a few numbers, the inputs. Everything is given with the
array module `xp` (numpy, or JAX's) that shall compute it, so that all engines and the exact
solution share one statement of the problem.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

Vector = tuple[float, float, float]

STEPS_PER_SECOND = 480


class Solid(NamedTuple):
    """A body with equal moments of inertia about all axes through its centre of mass.

    points  [m] centres of the balls of its surface, in its frame, of `radius` [m] each
    moment  [kg m^2] its moment of inertia
    turned  its orientation at the start, a unit quaternion (w, x, y, z)
    """

    name: str
    mass: float
    moment: float
    radius: float
    points: tuple[Vector, ...] = ((0.0, 0.0, 0.0),)
    turned: tuple[float, float, float, float] = (1.0, 0.0, 0.0, 0.0)


class Plane(NamedTuple):
    """The points x with normal . x = offset; the bodies are on the side of the normal."""

    normal: Vector
    offset: float


class Start(NamedTuple):
    """Positions [m], velocities [m/s] and angular velocities [rad/s] of all bodies at the start,
    and the forces [N] that act on them, each (n, 3)."""

    position: Any
    velocity: Any
    spin: Any
    force: Any


@dataclass(frozen=True)
class Problem:
    """source    where it was published
    inputs    names of what the loss is differentiated by, and their values at the `points`: the
              first is the published one, where a value was published
    start     start(xp, x) of the inputs x
    loss      loss(position) of the final positions (n, 3) of all bodies
    duration  [s]
    pulse     [s] for how long the forces of the start act, if not for the whole duration
    """

    name: str
    title: str
    source: str
    bodies: tuple[Solid, ...]
    planes: tuple[Plane, ...]
    inputs: tuple[str, ...]
    points: tuple[tuple[float, ...], ...]
    start: Callable[[Any, Any], Start]
    loss: Callable[[Any], Any]
    duration: float
    restitution: float = 1.0
    friction: float = 0.0
    gravity: Vector = (0.0, 0.0, 0.0)
    pulse: float | None = None

    @property
    def steps(self) -> int:
        """How many steps it takes."""
        return round(self.duration * STEPS_PER_SECOND)

    @property
    def pushed(self) -> int:
        """For how many of them the forces act."""
        return self.steps if self.pulse is None else round(self.pulse * STEPS_PER_SECOND)


def still(xp: Any, position: Any, velocity: Any = None, force: Any = None) -> Start:
    """A start without spin; what is not given is zero."""
    where = xp.stack([xp.stack(list(row)) for row in position])
    nothing = 0.0 * where
    speed = nothing if velocity is None else xp.stack([xp.stack(list(row)) for row in velocity])
    push = nothing if force is None else xp.stack([xp.stack(list(row)) for row in force])
    return Start(where, speed, nothing, push)

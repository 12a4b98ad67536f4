"""SceneIR: the scene as its author means it, with nothing left to look up.

Names are resolved and unique, templates and includes expanded, every quantity a symbolic scalar in
SI units. Order is the author's. A body attached to a parent has the pose that its joint gives it;
`rotation` is then relative to the parent at joint position 0.

Names of things inside a template instance carry the instance's name: body `upper` of instance `fl`
is `fl.upper`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from scenec.diagnostics import Span
from scenec.ir.scalar import ParameterElement, Scalar, Vector

WORLD = "world"


@dataclass(frozen=True)
class Parameter:
    """A named differentiable array: flat values and bounds in SI, and the SI unit's text."""

    name: str
    shape: tuple[int, ...]
    value: tuple[float, ...]
    unit: str
    minimum: float | None
    maximum: float | None
    span: Span

    def elements(self) -> tuple[ParameterElement, ...]:
        """The parameter's elements, row by row."""
        places = itertools.product(*(range(extent) for extent in self.shape))
        return tuple(ParameterElement(self.name, place) for place in places)


def authored_values(parameters: Iterable[Parameter]) -> dict[ParameterElement, float]:
    """The value that the author gave each element of `parameters`."""
    return {
        element: value
        for parameter in parameters
        for element, value in zip(parameter.elements(), parameter.value, strict=True)
    }


@dataclass(frozen=True)
class Material:
    """Surface properties: Coulomb friction [1], restitution [1], softness [m/N]."""

    friction: Scalar
    restitution: Scalar
    softness: Scalar


@dataclass(frozen=True)
class Sphere:
    """A contact sphere: centre [m] in the body frame, radius [m]."""

    center: Vector
    radius: Scalar
    material: Material
    span: Span


@dataclass(frozen=True)
class Plane:
    """A fixed half space: the points x with normal . x <= offset [m] are solid."""

    name: str
    normal: Vector
    offset: Scalar
    material: Material
    span: Span


@dataclass(frozen=True)
class Solid:
    """A homogeneous solid, sizes in m: a "box" (three edges), a "sphere" (its radius) or a
    "cylinder" along z (radius, height)."""

    kind: str
    size: Vector


@dataclass(frozen=True)
class Body:
    """A rigid body; its frame sits at the centre of mass along the principal axes.

    `root` is "free", "planar" or "fixed", or None for a joint's child. `inertia` holds the three
    principal moments [kg m^2], `solid` what they were taken from where that was a solid,
    `rotation` a unit quaternion (w, x, y, z).
    """

    name: str
    root: str | None
    mass: Scalar
    inertia: Vector
    solid: Solid | None
    position: Vector
    rotation: Vector
    linear: Vector
    angular: Vector
    spheres: tuple[Sphere, ...]
    span: Span


@dataclass(frozen=True)
class Joint:
    """A joint between `parent` (a body or "world") and `child`.

    kind       axes  meaning of angle, speed, limits
    hinge      1     rad, rad/s about the axis
    slide      1     m, m/s along the axis
    universal  2     rad, rad/s: first axis fixed in the parent, second carried by the first
    ball       0     angle: rotation vector in the parent's frame, 3; speed 3
    weld       0     none

    `axes` are unit vectors in the parent's frame at joint position 0. `limits`, one entry per
    degree of freedom, holds None or (lower, upper). `closes_loop` marks a joint whose child already
    hangs on another joint or is a root: it becomes rows in every kind of coordinates.
    """

    name: str
    kind: str
    parent: str
    child: str
    anchor: Vector
    child_anchor: Vector
    axes: tuple[Vector, ...]
    limits: tuple[tuple[Scalar, Scalar] | None, ...]
    damping: Scalar
    armature: Scalar
    angle: Vector
    speed: Vector
    closes_loop: bool
    span: Span


@dataclass(frozen=True)
class Actuator:
    """What turns control into motion. One control per degree of freedom of `joint`, or 3 on `body`.

    kind      target  control
    servo     joint   target angle; uses gain [1/s], max_torque, max_speed
    velocity  joint   target speed; uses max_torque
    motor     joint   torque (force on a slide), clipped to max_torque where that is given
    force     body    world force at the centre of mass [N]
    torque    body    world torque [N m]
    """

    name: str
    kind: str
    joint: str | None
    body: str | None
    gain: Scalar | None
    max_torque: Scalar | None
    max_speed: Scalar | None
    span: Span


@dataclass(frozen=True)
class Sensor:
    """What a policy may read.

    kind          reads                                                     shape, unit
    joint_angle   joint coordinate (ball: rotation matrix)                  (n,) rad or m; (9,)
    joint_speed   joint velocity                                            (n,) rad/s or m/s
    servo_torque  what the actuator `actuator` exerted in the last step     (n,) N m or N
    imu           accelerometer, gyroscope (body frame), attitude matrix    (15,) mixed
    position      of point `at` of `body`, world                            (3,) m
    velocity      of that point, world                                      (3,) m/s
    orientation   rotation matrix of `body`, row by row                     (9,) 1
    distance      from point `at` of `body` to `to`                         () m
    contact       sum of the contact forces on `body` in the last step      (3,) N

    `to` is a world point (Vector), or the name of a body (its centre of mass) or of a plane (signed
    height over it).
    """

    name: str
    kind: str
    body: str | None
    joint: str | None
    actuator: str | None
    at: Vector | None
    to: Vector | str | None
    span: Span


@dataclass(frozen=True)
class Pair:
    """Contact properties of two bodies, or of a body and a plane, that replace the mixed ones.

    A field left None is mixed from the materials: friction multiplies, restitution is the larger
    one, softness adds.
    """

    between: tuple[str, str]
    friction: Scalar | None
    restitution: Scalar | None
    softness: Scalar | None
    span: Span


@dataclass(frozen=True)
class Options:
    """How the scene is simulated. `stabilization` is the share of a constraint's position error
    that one step removes."""

    timestep: Scalar
    gravity: Vector
    coordinates: str  # reduced | maximal
    integrator: str  # semi_implicit | rk4
    solver: str  # pgs | lcp
    iterations: int
    cone: str  # round | pyramid
    contacts: str  # all | listed
    impacts: str | None  # continuous | stepped; None: by the restitutions
    gradient: str  # exact | implicit | smoothed
    smoothing: Scalar
    stabilization: Scalar
    span: Span


@dataclass(frozen=True)
class SceneIR:
    """A whole scene."""

    name: str
    parameters: tuple[Parameter, ...]
    options: Options
    planes: tuple[Plane, ...]
    bodies: tuple[Body, ...]
    joints: tuple[Joint, ...]
    actuators: tuple[Actuator, ...]
    sensors: tuple[Sensor, ...]
    pairs: tuple[Pair, ...]

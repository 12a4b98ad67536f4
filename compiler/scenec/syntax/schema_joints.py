"""Schema of joints, one model per type."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Tag

from scenec.syntax import dimension as d
from scenec.syntax.leaves import REFERENCE, Measure, Name, Written, default, default_list
from scenec.syntax.noun import Noun, by_type

BodyName = Annotated[str, Name("a body", REFERENCE)]


class _Joint(Noun):
    """What all joints have."""

    parent: BodyName
    """The body that carries, or `world`."""
    child: BodyName
    """The body that is carried."""
    anchor: Annotated[Written, Measure(d.LENGTH, (3,))] = default_list("0", "0", "0")
    """The joint's place in the parent's frame."""
    child_anchor: Annotated[Written, Measure(d.LENGTH, (3,))] = default_list("0", "0", "0")
    """The joint's place in the child's frame."""


class _Turning(_Joint):
    """What joints that turn have."""

    damping: Annotated[Written, Measure(d.ANGULAR_DAMPING, at_least=0)] = default("0")
    """Torque against the motion per rad/s."""
    armature: Annotated[Written, Measure(d.INERTIA, at_least=0)] = default("0")
    """Inertia of the drive, added at the joint."""


class Hinge(_Turning):
    """Turns about one axis."""

    type: Literal["hinge"]
    """The type."""
    axis: Annotated[Written, Measure(d.NUMBER, (3,))]
    """Its direction in the parent's frame; any length but 0."""
    limits: Annotated[Written | None, Measure(d.NUMBER, (2,), "rad")] = None
    """Least and greatest angle."""
    angle: Annotated[Written, Measure(d.NUMBER, (), "rad")] = default("0")
    """Initial angle."""
    speed: Annotated[Written, Measure(d.RATE, (), "rad/s")] = default("0")
    """Initial angular velocity."""


class Slide(_Joint):
    """Slides along one axis."""

    type: Literal["slide"]
    """The type."""
    axis: Annotated[Written, Measure(d.NUMBER, (3,))]
    """Its direction in the parent's frame; any length but 0."""
    limits: Annotated[Written | None, Measure(d.LENGTH, (2,))] = None
    """Least and greatest displacement."""
    damping: Annotated[Written, Measure(d.LINEAR_DAMPING, at_least=0)] = default("0")
    """Force against the motion per m/s."""
    armature: Annotated[Written, Measure(d.MASS, at_least=0)] = default("0")
    """Mass of the drive, added at the joint."""
    angle: Annotated[Written, Measure(d.LENGTH)] = default("0")
    """Initial displacement."""
    speed: Annotated[Written, Measure(d.SPEED)] = default("0")
    """Initial speed."""


class Universal(_Turning):
    """Turns about two axes: the first fixed in the parent, the second carried by the first."""

    type: Literal["universal"]
    """The type."""
    axes: Annotated[Written, Measure(d.NUMBER, (2, 3))]
    """Both directions in the parent's frame at joint position 0; not parallel."""
    limits: Annotated[Written | None, Measure(d.NUMBER, (2, 2), "rad")] = None
    """Least and greatest angle about each axis."""
    angle: Annotated[Written, Measure(d.NUMBER, (2,), "rad")] = default_list("0", "0")
    """Initial angles."""
    speed: Annotated[Written, Measure(d.RATE, (2,), "rad/s")] = default_list("0", "0")
    """Initial angular velocities."""


class Ball(_Turning):
    """Turns about every axis."""

    type: Literal["ball"]
    """The type."""
    angle: Annotated[Written, Measure(d.NUMBER, (3,), "rad")] = default_list("0", "0", "0")
    """Initial rotation vector in the parent's frame."""
    speed: Annotated[Written, Measure(d.RATE, (3,), "rad/s")] = default_list("0", "0", "0")
    """Initial angular velocity in the parent's frame."""


class Weld(_Joint):
    """Holds two bodies together."""

    type: Literal["weld"]
    """The type."""


AnyJoint = Hinge | Slide | Universal | Ball | Weld

Joint = Annotated[
    Annotated[Hinge, Tag("type hinge")]
    | Annotated[Slide, Tag("type slide")]
    | Annotated[Universal, Tag("type universal")]
    | Annotated[Ball, Tag("type ball")]
    | Annotated[Weld, Tag("type weld")],
    Discriminator(by_type()),
]

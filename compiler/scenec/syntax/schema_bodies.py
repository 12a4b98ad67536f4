"""Schema of rigid bodies: mass, inertia, pose, velocity and contact spheres."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from scenec.syntax import dimension as d
from scenec.syntax.leaves import Measure, Written, default_list
from scenec.syntax.noun import Noun, by_key
from scenec.syntax.schema_world import SurfaceName

MOMENTS = Measure(d.INERTIA, (3,), above=0)


class BoxInertia(Noun):
    """Of a solid box."""

    box: Annotated[Written, Measure(d.LENGTH, (3,), above=0)]
    """Full lengths of its edges along x, y and z."""


class SphereInertia(Noun):
    """Of a solid sphere."""

    sphere: Annotated[Written, Measure(d.LENGTH, above=0)]
    """Its radius."""


class CylinderInertia(Noun):
    """Of a solid cylinder about the z axis."""

    cylinder: Annotated[Written, Measure(d.LENGTH, (2,), above=0)]
    """Radius and height."""


Inertia = Annotated[
    Annotated[Annotated[Written, MOMENTS], Tag("key list")]
    | Annotated[BoxInertia, Tag("key box")]
    | Annotated[SphereInertia, Tag("key sphere")]
    | Annotated[CylinderInertia, Tag("key cylinder")],
    Discriminator(by_key("box", "sphere", "cylinder", otherwise="key list")),
]


class AxisAngle(Noun):
    """A turn about an axis."""

    axis: Annotated[Written, Measure(d.NUMBER, (3,))]
    """Direction of the axis; any length but 0."""
    angle: Annotated[Written, Measure(d.NUMBER, unit_name="rad")]
    """How far, right-handed."""


class Quaternion(Noun):
    """A turn as a quaternion."""

    quaternion: Annotated[Written, Measure(d.NUMBER, (4,))]
    """(w, x, y, z); any length but 0."""


class RollPitchYaw(Noun):
    """Turns about the fixed x, then y, then z axis."""

    rpy: Annotated[Written, Measure(d.NUMBER, (3,), unit_name="rad")]
    """Roll, pitch and yaw."""


Rotation = Annotated[
    Annotated[AxisAngle, Tag("key axis")]
    | Annotated[Quaternion, Tag("key quaternion")]
    | Annotated[RollPitchYaw, Tag("key rpy")],
    Discriminator(by_key("axis", "quaternion", "rpy")),
]


class Velocity(Noun):
    """Initial velocity, world frame."""

    linear: Annotated[Written, Measure(d.SPEED, (3,))] = default_list("0", "0", "0")
    """Of the centre of mass."""
    angular: Annotated[Written, Measure(d.RATE, (3,), unit_name="rad/s")] = default_list(
        "0", "0", "0"
    )
    """Angular velocity."""


class Sphere(Noun):
    """A contact sphere."""

    center: Annotated[Written, Measure(d.LENGTH, (3,))] = default_list("0", "0", "0")
    """Its centre in the body frame."""
    radius: Annotated[Written, Measure(d.LENGTH, above=0)]
    """Its radius."""
    material: SurfaceName | None = None
    """Name of its material."""


class Body(Noun):
    """A rigid body; its frame sits at the centre of mass along the principal axes."""

    root: Literal["free", "planar", "fixed"] | None = None
    """How a body that hangs on no joint moves: freely (default), in x, z and pitch, or not."""
    mass: Annotated[Written, Measure(d.MASS, above=0)]
    """Its mass."""
    inertia: Inertia | None = None
    """Three principal moments, or those of a solid `box`, `sphere` or `cylinder` of the body's
    mass; where it is absent, of its contact spheres taken as solid."""
    position: Annotated[Written, Measure(d.LENGTH, (3,))] = default_list("0", "0", "0")
    """Initial place of the centre of mass; for bodies that hang on no joint."""
    rotation: Rotation | None = None
    """Initial rotation; of a joint's child, relative to its parent at joint position 0."""
    velocity: Velocity = Velocity()
    """Initial velocity; for bodies that hang on no joint."""
    spheres: list[Sphere] = Field(default_factory=list)
    """The cluster of spheres with which it touches other things."""

"""Schema of what connects a policy with the scene: servos and sensors."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Tag

from scenec.syntax import dimension as d
from scenec.syntax.leaves import REFERENCE, Measure, Name, Written, default_list
from scenec.syntax.noun import Noun, by_type
from scenec.syntax.schema_joints import BodyName

JointName = Annotated[str, Name("a joint", REFERENCE)]
ServoName = Annotated[str, Name("a servo", REFERENCE)]


class Servo(Noun):
    """Drives a joint to the target angle given by control: its target speed is
    gain * (target - angle), within max_speed, and its torque stays within max_torque."""

    type: Literal["servo"] = "servo"
    """The type; this one where it is absent."""
    joint: JointName
    """The joint it drives: hinge, slide or universal."""
    gain: Annotated[Written, Measure(d.RATE, above=0)]
    """Target speed per error in angle."""
    max_torque: Annotated[Written, Measure(d.TORQUE, above=0)]
    """Greatest torque (a force on a slide)."""
    max_speed: Annotated[Written | None, Measure(d.RATE, (), "rad/s", above=0)] = None
    """Greatest target speed (m/s on a slide); unlimited where absent."""


class VelocityServo(Noun):
    """Drives a joint at the speed given by control, with a torque within max_torque."""

    type: Literal["velocity"]
    """The type."""
    joint: JointName
    """The joint it drives: hinge, slide or universal."""
    max_torque: Annotated[Written, Measure(d.TORQUE, above=0)]
    """Greatest torque (a force on a slide)."""


class Motor(Noun):
    """Exerts the torque given by control on a joint (a force on a slide)."""

    type: Literal["motor"]
    """The type."""
    joint: JointName
    """The joint it drives; not a weld."""
    max_torque: Annotated[Written | None, Measure(d.TORQUE, above=0)] = None
    """Control is clipped to this; unlimited where absent."""


class Force(Noun):
    """Exerts the force given by control, a world vector, at a body's centre of mass."""

    type: Literal["force"]
    """The type."""
    body: BodyName
    """The body."""


class Torque(Noun):
    """Exerts the torque given by control, a world vector, on a body."""

    type: Literal["torque"]
    """The type."""
    body: BodyName
    """The body."""


AnyActuator = Servo | VelocityServo | Motor | Force | Torque

Actuator = Annotated[
    Annotated[Servo, Tag("type servo")]
    | Annotated[VelocityServo, Tag("type velocity")]
    | Annotated[Motor, Tag("type motor")]
    | Annotated[Force, Tag("type force")]
    | Annotated[Torque, Tag("type torque")],
    Discriminator(by_type("servo")),
]


class JointSensor(Noun):
    """Reads a joint's angle or speed (displacement or speed on a slide)."""

    type: Literal["joint_angle", "joint_speed"]
    """The type."""
    joint: JointName
    """The joint; not a weld."""


class ServoTorque(Noun):
    """Reads what a servo exerted in the last step."""

    type: Literal["servo_torque"]
    """The type."""
    servo: ServoName
    """The servo."""


class BodySensor(Noun):
    """Reads a body: `imu` (accelerometer, gyroscope, attitude), `orientation` (rotation matrix) or
    `contact` (sum of the contact forces)."""

    type: Literal["imu", "orientation", "contact"]
    """The type."""
    body: BodyName
    """The body."""


class PointSensor(Noun):
    """Reads position or velocity of a point of a body, world frame."""

    type: Literal["position", "velocity"]
    """The type."""
    body: BodyName
    """The body."""
    at: Annotated[Written, Measure(d.LENGTH, (3,))] = default_list("0", "0", "0")
    """The point, body frame."""


class Distance(Noun):
    """Reads how far a point of a body is from something."""

    type: Literal["distance"]
    """The type."""
    body: BodyName
    """The body."""
    at: Annotated[Written, Measure(d.LENGTH, (3,))] = default_list("0", "0", "0")
    """The point, body frame."""
    to: Annotated[Written, Measure(d.LENGTH, (3,))]
    """A world point, a body (its centre of mass) or a plane (height over it)."""


AnySensor = JointSensor | ServoTorque | BodySensor | PointSensor | Distance

Sensor = Annotated[
    Annotated[JointSensor, Tag("type joint_angle")]
    | Annotated[JointSensor, Tag("type joint_speed")]
    | Annotated[ServoTorque, Tag("type servo_torque")]
    | Annotated[BodySensor, Tag("type imu")]
    | Annotated[BodySensor, Tag("type orientation")]
    | Annotated[BodySensor, Tag("type contact")]
    | Annotated[PointSensor, Tag("type position")]
    | Annotated[PointSensor, Tag("type velocity")]
    | Annotated[Distance, Tag("type distance")],
    Discriminator(by_type()),
]

"""Actuators and sensors."""

from __future__ import annotations

from dataclasses import replace

from scenec.ir.scalar import Vector
from scenec.ir.scene import Actuator, Sensor
from scenec.passes.resolve.fields import Fields
from scenec.passes.resolve.things import Thing, Things
from scenec.syntax import dimension as d
from scenec.syntax import schema_devices as schema
from scenec.syntax.expr import ExpressionError, Name, parse_expression
from scenec.syntax.leaves import Measure
from scenec.syntax.nodes import Text
from scenec.syntax.schema_joints import AnyJoint, Ball, Slide, Weld


def _body(reference: str, thing: Thing, things: Things) -> str | None:
    return _name("bodies", reference, thing, things)


def _name(section: str, reference: str, thing: Thing, things: Things) -> str | None:
    if not isinstance(reference, Text):
        return None
    found = things.find(section, reference, thing.scope)
    return found.name if found else None


def _joint(reference: str, thing: Thing, things: Things) -> Thing | None:
    if not isinstance(reference, Text):
        return None
    return things.find("joints", reference, thing.scope)


def actuator(thing: Thing, things: Things) -> Actuator | None:
    """The actuator, or None after a report where what it acts on is unknown."""
    noun = thing.noun
    assert isinstance(noun, schema.AnyActuator)
    if isinstance(noun, schema.Force | schema.Torque):
        body = _body(noun.body, thing, things)
        made = Actuator(thing.name, noun.type, None, body, None, None, None, noun.span)
        return made if body else None
    joint = _joint(noun.joint, thing, things)
    fields = Fields(noun, thing.scope, thing.path)
    made = Actuator(
        name=thing.name,
        kind=noun.type,
        joint=joint.name if joint else None,
        body=None,
        gain=fields.number("gain") if isinstance(noun, schema.Servo) else None,
        max_torque=fields.optional("max_torque", _measure(noun, "max_torque", d.FORCE, joint)),
        max_speed=fields.optional("max_speed", _measure(noun, "max_speed", d.SPEED, joint))
        if isinstance(noun, schema.Servo)
        else None,
        span=noun.span,
    )
    if joint is None:
        return None
    _refuse_misfit(noun, joint, thing)
    return made


def _measure(
    noun: schema.AnyActuator, field: str, linear: d.Dimension, joint: Thing | None
) -> Measure:
    """The measure of a field that is `linear` on a slide; any will do on an unknown joint."""
    measure = type(noun).measure(field)
    if joint is None:
        return replace(measure, dimension=None)
    if isinstance(joint.noun, Slide):
        return replace(measure, dimension=linear, unit_name=None)
    return measure


def _refuse_misfit(noun: object, joint: Thing, thing: Thing) -> None:
    unfit: tuple[type, ...] = (Weld,) if isinstance(noun, schema.Motor) else (Weld, Ball)
    if isinstance(joint.noun, unfit) and isinstance(joint.noun, AnyJoint):
        kind = joint.noun.type
        message = f"`{joint.name}` is a {kind} joint: it has no angle to drive"
        hint = "use a hinge, slide or universal joint" + (
            "" if kind == "weld" else ", or `type: motor`"
        )
        assert isinstance(noun, schema.AnyActuator)
        thing.scope.report("E0508", message, noun.span, hint)


def sensor(thing: Thing, things: Things) -> Sensor | None:
    """The sensor, or None after a report where what it reads is unknown."""
    noun = thing.noun
    fields = Fields(noun, thing.scope, thing.path)
    match noun:
        case schema.JointSensor():
            return _joint_sensor(noun, thing, things)
        case schema.ServoTorque():
            servo = _servo(noun, thing, things)
            made = Sensor(thing.name, noun.type, None, None, servo, None, None, noun.span)
            return made if servo else None
        case schema.BodySensor():
            body = _body(noun.body, thing, things)
            made = Sensor(thing.name, noun.type, body, None, None, None, None, noun.span)
            return made if body else None
        case schema.PointSensor():
            at, body = fields.vector("at"), _body(noun.body, thing, things)
            made = Sensor(thing.name, noun.type, body, None, None, at, None, noun.span)
            return made if body else None
        case schema.Distance():
            at, body = fields.vector("at"), _body(noun.body, thing, things)
            to = _target(fields, noun, thing, things)
            made = Sensor(thing.name, noun.type, body, None, None, at, to, noun.span)
            return made if body and to else None
    raise TypeError(f"not a sensor: {noun!r}")


def _joint_sensor(noun: schema.JointSensor, thing: Thing, things: Things) -> Sensor | None:
    joint = _joint(noun.joint, thing, things)
    if joint is None:
        return None
    if isinstance(joint.noun, Weld):
        message = f"`{joint.name}` is a weld: it has no angle and no speed"
        thing.scope.report("E0510", message, noun.span, "read another joint")
    return Sensor(thing.name, noun.type, None, joint.name, None, None, None, noun.span)


def _servo(noun: schema.ServoTorque, thing: Thing, things: Things) -> str | None:
    return _name("servos", noun.servo, thing, things)


def _target(
    fields: Fields, noun: schema.Distance, thing: Thing, things: Things
) -> Vector | str | None:
    """What a distance is measured to: a body or plane of that name, else a point."""
    if isinstance(noun.to, Text) and _is_name(noun.to):
        name, scope = things.meaning(noun.to, thing.scope)
        if name is None or scope is None:
            return None
        found = things.known(("bodies", "planes"), name, scope)
        if found is not None:
            return found.name
        if not scope.knows(name):
            things.find_in(("bodies", "planes"), noun.to, thing.scope)
            return None
    return fields.vector("to")


def _is_name(text: Text) -> bool:
    try:
        return isinstance(parse_expression(str(text)), Name)
    except ExpressionError:
        return False

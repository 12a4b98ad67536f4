"""Directions and rotations as expressions of the author's numbers."""

from __future__ import annotations

from scenec.ir.algebra import dot
from scenec.ir.scalar import ONE, ZERO, Constant, Scalar, Vector, apply
from scenec.passes.resolve.fields import Fields
from scenec.syntax.leaves import default_list
from scenec.syntax.schema_bodies import AxisAngle, Body, Quaternion, RollPitchYaw

NO_ROTATION: Vector = (ONE, ZERO, ZERO, ZERO)
_SHORTEST = 1e-9


def unit(vector: Vector) -> Vector:
    """`vector` divided by its length, which must not be 0."""
    length = apply("sqrt", dot(vector, vector))
    return tuple(x / length for x in vector)


def has_length(fields: Fields, field: str, vector: Vector) -> bool:
    """Whether the authored vector is longer than 0; reports it where it is not."""
    if sum(fields.authored(x) ** 2 for x in vector) > _SHORTEST**2:
        return True
    if not any(fields.authored(x) != fields.authored(x) for x in vector):
        message = f"`{field}` has length 0, so it points nowhere"
        fields.scope.report("E0409", message, fields.span(field), "any other length will do")
    return False


def direction(fields: Fields, field: str) -> Vector:
    """A field as a unit vector."""
    vector = fields.vector(field)
    return unit(vector) if has_length(fields, field, vector) else vector


def quaternion(fields: Fields, body: Body) -> Vector:
    """The unit quaternion (w, x, y, z) of a body's rotation."""
    form = body.rotation or _freed_rotation(fields)
    if form is None:
        return NO_ROTATION
    part = fields.within("rotation", form)
    if isinstance(form, Quaternion):
        return direction(part, "quaternion")
    if isinstance(form, RollPitchYaw):
        return _roll_pitch_yaw(part.vector("rpy"))
    return _turn(direction(part, "axis"), part.number("angle"))


def _freed_rotation(fields: Fields) -> AxisAngle | Quaternion | RollPitchYaw | None:
    """No rotation, in the form whose numbers are asked to be free."""
    free = fields.scope.context.parameters.free
    forms: dict[str, Quaternion | RollPitchYaw] = {
        "quaternion": Quaternion.model_construct(quaternion=default_list("1", "0", "0", "0")),
        "rpy": RollPitchYaw.model_construct(rpy=default_list("0", "0", "0")),
    }
    for key, form in forms.items():
        path = ".".join((*fields.path, "rotation", key))
        if any(p == path or p.startswith(path + ".") for p in free):
            return form
    return None


def _turn(axis: Vector, angle: Scalar) -> Vector:
    half = angle * Constant(0.5)
    sine = apply("sin", half)
    return (apply("cos", half), *(sine * x for x in axis))


def _roll_pitch_yaw(angles: Vector) -> Vector:
    """Turns about the fixed x, then y, then z axis: q = q_z q_y q_x."""
    turns = [
        _turn(tuple(ONE if i == j else ZERO for j in range(3)), angle)
        for i, angle in enumerate(angles)
    ]
    return _product(turns[2], _product(turns[1], turns[0]))


def _product(a: Vector, b: Vector) -> Vector:
    """Hamilton product of quaternions."""
    w, x, y, z = a
    s, i, j, k = b
    return (
        w * s - x * i - y * j - z * k,
        w * i + x * s + y * k - z * j,
        w * j - x * k + y * s + z * i,
        w * k + x * j - y * i + z * s,
    )

"""A compiled scene as text for its users."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import itemgetter

from scenert.abi import Actuator, Field, Joint, Manifest, Parameter

Row = tuple[str, ...]

_MATRIX = "rotation matrix, row by row"
_ROOT_COORDINATES = {
    "free": (("position [m]", 3), (_MATRIX, 9)),
    "planar": (("x, z [m], pitch [rad]", 3),),
}
_ROOT_VELOCITIES = {
    "free": (("angular velocity [rad/s]", 3), ("linear velocity [m/s]", 3)),
    "planar": (("vx, vz [m/s], pitch rate [rad/s]", 3),),
}
_JOINT_COORDINATES = {
    "hinge": "angle [rad]",
    "slide": "displacement [m]",
    "universal": "angles [rad]",
    "ball": _MATRIX,
}
_JOINT_VELOCITIES = {
    "hinge": "speed [rad/s]",
    "slide": "speed [m/s]",
    "universal": "speeds [rad/s]",
    "ball": "angular velocity [rad/s] in the parent's frame",
}


def describe(manifest: Manifest) -> str:
    """State layout, parameters, control, sensors and constraint rows, a section each."""
    sections = {
        "state.q": _coordinates(manifest),
        "state.v": _velocities(manifest),
        "params": map(_parameter, manifest.parameters),
        "control": map(_actuator, manifest.actuators),
        "sensors": map(_field, manifest.sensors),
        "constraint rows": ((kind, str(count)) for kind, count in manifest.rows.items()),
    }
    options = [f"{name} {value}" for name, value in manifest.options.items()]
    head = ", ".join([f"{manifest.name}: time step {manifest.timestep:g} s", *options])
    return "\n\n".join([head, *(_section(title, rows) for title, rows in sections.items())])


def _section(title: str, rows: Iterable[Row]) -> str:
    """`rows` in aligned columns under `title`."""
    table = list(rows) or [("none",)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in table)
    return "\n  ".join([title, *lines])


def _coordinates(manifest: Manifest) -> Iterator[Row]:
    for body in manifest.bodies:
        yield from _parts(body.name, body.q[0], _ROOT_COORDINATES.get(body.root, ()))
    yield from _of_joints(manifest.joints, "q", _JOINT_COORDINATES)


def _velocities(manifest: Manifest) -> Iterator[Row]:
    for body in manifest.bodies:
        yield from _parts(body.name, body.v[0], _ROOT_VELOCITIES.get(body.root, ()))
    yield from _of_joints(manifest.joints, "v", _JOINT_VELOCITIES)


def _parts(name: str, start: int, parts: Iterable[tuple[str, int]]) -> Iterator[Row]:
    for meaning, size in parts:
        yield _range(start, start + size), name, meaning
        start += size


def _of_joints(joints: Iterable[Joint], array: str, meaning: dict[str, str]) -> Iterator[Row]:
    ranges = {joint: joint.q if array == "q" else joint.v for joint in joints}
    for joint, (start, stop) in sorted(ranges.items(), key=itemgetter(1)):
        if stop > start:
            yield _range(start, stop), joint.name, meaning[joint.kind]


def _parameter(parameter: Parameter) -> Row:
    value = ", ".join(f"{number:g}" for number in parameter.value)
    shown = f"[{value}]" if parameter.shape else value
    low = "" if parameter.minimum is None else f"from {parameter.minimum:g}"
    high = "" if parameter.maximum is None else f"to {parameter.maximum:g}"
    return parameter.name, f"{shown} {parameter.unit}".strip(), f"{low} {high}".strip()


def _actuator(actuator: Actuator) -> Row:
    return _range(*actuator.control), actuator.name, actuator.kind, f"[{actuator.unit}]"


def _field(field: Field) -> Row:
    return field.name, str(field.shape), f"[{field.unit}]", field.doc


def _range(start: int, stop: int) -> str:
    return str(start) if stop == start + 1 else f"{start}:{stop}"

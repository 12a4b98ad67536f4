"""The language described from its schema: as JSON Schema for editors, as Markdown for people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources
from string import Template
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema

from scenec.syntax import schema_bodies as bodies
from scenec.syntax import schema_devices as devices
from scenec.syntax import schema_joints as joints
from scenec.syntax import schema_world as world
from scenec.syntax.leaves import FUNCTION_NAMES, Count, Measure, Name
from scenec.syntax.nodes import Items, Text
from scenec.syntax.noun import Noun
from scenec.syntax.schema import Scene, Use
from scenec.syntax.schema import Template as SceneTemplate
from scenec.syntax.units import UNITS

Chapter = tuple[str, tuple[type[Noun], ...]]

_CHAPTERS: tuple[Chapter, ...] = (
    ("The file", (Scene,)),
    ("`params`", (world.Param,)),
    ("`options`", (world.Options, world.Solver)),
    ("`materials`", (world.Material,)),
    ("`world`", (world.World, world.Plane)),
    ("`bodies`", (bodies.Body, bodies.Velocity, bodies.Sphere)),
    ("`inertia` of a body", (bodies.BoxInertia, bodies.SphereInertia, bodies.CylinderInertia)),
    ("`rotation` of a body", (bodies.AxisAngle, bodies.Quaternion, bodies.RollPitchYaw)),
    ("`joints`", get_args(joints.AnyJoint)),
    ("`servos`", get_args(devices.AnyActuator)),
    ("`sensors`", get_args(devices.AnySensor)),
    ("`pairs`", (world.Pair,)),
    ("`templates` and `use`", (SceneTemplate, Use)),
)


_FIRST = ("scenec", "name", "template", "type")


class _Generator(GenerateJsonSchema):
    """Knows the defaults that are written as in a scene."""

    def encode_default(self, dft: Any) -> Any:
        """A default as JSON."""
        if isinstance(dft, Noun):
            return {key: self.encode_default(value) for key, value in dft if value is not None}
        if isinstance(dft, Items):
            return [self.encode_default(item) for item in dft]
        return str(dft) if isinstance(dft, Text) else super().encode_default(dft)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of scene files, for editors."""
    made = Scene.model_json_schema(by_alias=True, schema_generator=_Generator)
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["title"] = "scenec scene"
    made["properties"]["scenec"] = {"enum": [1, "1"], "description": "Version of the language."}
    return made


def markdown() -> str:
    """The language reference."""
    page = resources.files("scenec.syntax").joinpath("reference.md").read_text("utf-8")
    return Template(page).substitute(
        schema="\n".join(line for chapter in _CHAPTERS for line in _chapter(*chapter)),
        units=", ".join(f"`{unit}`" for unit in UNITS),
        functions=", ".join(f"`{name}`" for name in FUNCTION_NAMES),
    )


def _chapter(title: str, nouns: tuple[type[Noun], ...]) -> Iterator[str]:
    yield f"### {title}\n"
    for noun in nouns:
        yield f"**{_heading(noun)}.** {' '.join((noun.__doc__ or '').split())}\n"
        yield "| key | value | default | meaning |"
        yield "|---|---|---|---|"
        fields = noun.model_fields
        for name in sorted(fields, key=lambda name: name not in _FIRST):
            yield _row(fields[name].alias or name, fields[name])
        yield ""


def _heading(noun: type[Noun]) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", noun.__name__).capitalize()


def _row(key: str, field: FieldInfo) -> str:
    meaning = " ".join((field.description or "").split())
    return f"| `{key}` | {_value(key, field)} | {_default(field)} | {meaning} |"


def _value(key: str, field: FieldInfo) -> str:
    measure = next((m for m in field.metadata if isinstance(m, Measure)), None)
    if measure is not None:
        return _number(measure)
    if key == "inertia":
        return f"{_number(bodies.MOMENTS)}, or a table"
    return _shape(field.annotation)


def _number(measure: Measure) -> str:
    if isinstance(measure, Count):
        return "whole number"
    if measure.shape is None:
        return "number or vector"
    extents = " x ".join(str(extent) for extent in measure.shape)
    unit = "" if measure.unit in ("1", "any") else f" [{measure.unit}]"
    return (f"{extents} numbers" if extents else "number") + unit


def _shape(annotation: Any) -> str:
    """What an author calls a field that holds no number."""
    arguments = [a for a in get_args(annotation) if a is not type(None)]
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{word}`" for word in arguments)
    if get_origin(annotation) is dict:
        return "table by name"
    if get_origin(annotation) is list:
        return "list"
    if get_origin(annotation) is tuple:
        return "two names"
    names = [m for a in (annotation, *arguments) for m in getattr(a, "__metadata__", ())]
    if annotation is str or any(isinstance(m, Name) for m in names):
        return "name"
    return _shape(arguments[0]) if len(arguments) == 1 else "table"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value = field.default
    if isinstance(value, Items):
        return f"`[{', '.join(value)}]`"
    if isinstance(value, Text | str):
        return f"`{value}`"
    return ""

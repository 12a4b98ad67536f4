"""Schema of the whole scene file: its sections."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, PrivateAttr

from scenec.diagnostics import Diagnostic, Span
from scenec.syntax.leaves import (
    IDENTIFIER,
    PATTERN,
    RESERVED,
    Measure,
    Name,
    Written,
)
from scenec.syntax.noun import Noun
from scenec.syntax.schema_bodies import Body
from scenec.syntax.schema_devices import Actuator, Sensor
from scenec.syntax.schema_joints import Joint
from scenec.syntax.schema_world import Material, Options, Pair, Param, World
from scenec.syntax.yaml_text import yaml_text

ParamKey = Annotated[str, Name("a parameter", IDENTIFIER, reserved=RESERVED)]
ConstantKey = Annotated[str, Name("a constant", IDENTIFIER, reserved=RESERVED)]
Argument = Annotated[str, Name("an argument", IDENTIFIER, reserved=RESERVED)]
BodyKey = Annotated[str, Name("a body", reserved=("world",))]
JointKey = Annotated[str, Name("a joint")]
ServoKey = Annotated[str, Name("a servo")]
SensorKey = Annotated[str, Name("a sensor")]
MaterialKey = Annotated[str, Name("a material")]
TemplateKey = Annotated[str, Name("a template")]
AnyNumber = Annotated[Written, Measure(shape=None)]


class Use(Noun):
    """An instance of a template, or several. Every key besides these is an argument: a quantity, or
    a name."""

    model_config = ConfigDict(extra="allow")

    template: Annotated[str, Name("a template")]
    """Name of the template."""
    name: Annotated[str, Name("an instance", PATTERN)]
    """Prefix of the names of its things: body `upper` of instance `fl` is `fl.upper`. Braces hold a
    whole number: `link{i}`."""
    for_: Annotated[str, Name("a loop", r".*", "write `i in 0..3`")] | None = Field(
        default=None, alias="for"
    )
    """`i in 0..3` makes one instance for each i from 0 to 3; arguments and name may use i."""


class _Things(Noun):
    """What both a scene and a template hold."""

    params: dict[ParamKey, Param] = Field(default_factory=dict)
    """Differentiable numbers by name."""
    constants: dict[ConstantKey, AnyNumber] = Field(default_factory=dict)
    """Named numbers and vectors."""
    materials: dict[MaterialKey, Material] = Field(default_factory=dict)
    """Surfaces by name."""
    bodies: dict[BodyKey, Body] = Field(default_factory=dict)
    """Rigid bodies by name."""
    joints: dict[JointKey, Joint] = Field(default_factory=dict)
    """Joints by name."""
    servos: dict[ServoKey, Actuator] = Field(default_factory=dict)
    """Servos, motors and forces by name: what control acts on."""
    sensors: dict[SensorKey, Sensor] = Field(default_factory=dict)
    """Sensors by name: what a policy reads."""
    use: list[Use] = Field(default_factory=list)
    """Instances of templates."""


class Template(_Things):
    """Things to be made several times. Its names mean its own things first, then the scene's."""

    args: list[Argument] = Field(default_factory=list)
    """Names of its arguments."""


class Scene(_Things):
    """A scene file."""

    scenec: Literal["1"]
    """Version of the language: 1."""
    name: Annotated[str, Name("a scene", r"[\w. -]+")] = "scene"
    """Name of the scene; the file's where absent."""
    options: Options = Options()
    """How it is simulated."""
    world: World = World()
    """Fixed geometry."""
    templates: dict[TemplateKey, Template] = Field(default_factory=dict)
    """Groups of things to be made several times."""
    pairs: list[Pair] = Field(default_factory=list)
    """Contact properties of particular pairs."""
    include: list[str] = Field(default_factory=list)
    """Paths of files whose sections are merged into this one; relative, within its folder."""

    _faults: tuple[Diagnostic, ...] = PrivateAttr(default=())
    _included: dict[str, Span] = PrivateAttr(default_factory=dict)
    _broken: frozenset[tuple[str, ...]] = PrivateAttr(default=frozenset())

    def text(self) -> str:
        """The scene as YAML text, defaults written out."""
        return yaml_text(self.table())

    def record(
        self,
        faults: tuple[Diagnostic, ...],
        included: dict[str, Span],
        broken: frozenset[tuple[str, ...]],
    ) -> None:
        """Keeps what reading the file found besides the scene."""
        self._faults, self._included, self._broken = faults, included, broken

    @property
    def faults(self) -> tuple[Diagnostic, ...]:
        """Faults found so far; resolving the scene reports them together with its own."""
        return self._faults

    @property
    def included(self) -> dict[str, Span]:
        """The place that includes each included file."""
        return self._included

    @property
    def broken(self) -> frozenset[tuple[str, ...]]:
        """Paths of the things left out because of their faults; naming them is no new fault."""
        return self._broken

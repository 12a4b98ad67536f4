"""Schema of what the whole scene shares: parameters, options, surfaces and fixed geometry."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from scenec.syntax import dimension as d
from scenec.syntax.leaves import (
    REFERENCE,
    Count,
    Measure,
    Name,
    Written,
    default,
    default_list,
)
from scenec.syntax.nodes import Table
from scenec.syntax.noun import Noun

SurfaceName = Annotated[str, Name("a material", REFERENCE)]
GeometryName = Annotated[str, Name("a body or a plane", REFERENCE)]


class Param(Noun):
    """A differentiable number or vector; `thigh: 25 cm` is short for `thigh: {value: 25 cm}`."""

    value: Annotated[Written, Measure(shape=None)]
    """Its authored value; dimension and shape follow from it."""
    min: Annotated[Written | None, Measure()] = None
    """The least value that makes sense (of every element)."""
    max: Annotated[Written | None, Measure()] = None
    """The greatest value that makes sense (of every element)."""

    @model_validator(mode="before")
    @classmethod
    def _from_shorthand(cls, node: Any) -> Any:
        if isinstance(node, Table):
            return node
        table = Table(node.span)
        table["value"] = node
        return table

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        shorthand = {"type": ["number", "string", "array"]}
        return {"anyOf": [handler(schema), shorthand]}


class Material(Noun):
    """A surface. Where two touch, frictions multiply, the larger restitution counts and
    softnesses add."""

    friction: Annotated[Written, Measure(d.NUMBER, at_least=0)] = default("1")
    """Coulomb friction coefficient."""
    restitution: Annotated[Written, Measure(d.NUMBER, at_least=0, at_most=1)] = default("0")
    """Share of the approach speed that remains after a bounce."""
    softness: Annotated[Written, Measure(d.SOFTNESS, at_least=0)] = default("0")
    """How far a force pushes the surface in."""


class Plane(Noun):
    """A fixed half space: the points x with normal . x <= offset are solid."""

    normal: Annotated[Written, Measure(d.NUMBER, (3,))] = default_list("0", "0", "1")
    """Direction out of the solid; any length but 0."""
    offset: Annotated[Written, Measure(d.LENGTH)] = default("0")
    """Distance of the surface from the origin along the normal."""
    material: SurfaceName | None = None
    """Name of its material."""


PlaneKey = Annotated[str, Name("a plane", reserved=("world",))]


class World(Noun):
    """Fixed geometry."""

    planes: dict[PlaneKey, Plane] = Field(default_factory=dict)
    """Planes by name."""


class Solver(Noun):
    """How contacts, limits, servos and loops are solved."""

    kind: Literal["pgs", "lcp"] = "pgs"
    """Projected Gauss-Seidel, or interior point for small scenes."""
    iterations: Annotated[Written, Count(at_least=1, at_most=10_000)] = default("10")
    """Sweeps, or interior-point steps, per time step."""
    cone: Literal["round", "pyramid"] = "round"
    """Shape of the friction cone."""


class Options(Noun):
    """How the scene is simulated."""

    timestep: Annotated[Written, Measure(d.TIME, above=0)] = default("10 ms")
    """Length of a step."""
    gravity: Annotated[Written, Measure(d.ACCELERATION, (3,))] = default_list("0", "0", "-9.81")
    """Gravity, world frame."""
    coordinates: Literal["reduced", "maximal"] = "reduced"
    """Joint coordinates where possible, or six per body with every joint a constraint."""
    integrator: Literal["semi_implicit", "rk4"] = "semi_implicit"
    """Semi-implicit Euler, or Runge-Kutta of order four for smooth scenes."""
    solver: Solver = Solver()
    """The constraint solver."""
    contacts: Literal["all", "listed"] = "all"
    """Whether all geometry may touch, or the pairs listed in `pairs` only."""
    impacts: Literal["continuous", "stepped"] | None = None
    """Whether impacts, of bodies and of joints at their limits, happen at their own instants within
    a step, so that derivatives through them are those of the physics, or at its end. Unless given:
    `continuous` where any rigid pair (of softness 0) that may touch has a restitution above 0,
    otherwise `stepped`."""
    gradient: Literal["exact", "implicit", "smoothed"] = "exact"
    """What differentiating a step gives: the derivative of the program; that of the impulses which
    the solver converges to; or that of the mean motion over contact gaps that scatter by
    `smoothing`, so that contacts are felt before they are made. Values are the same with each."""
    smoothing: Annotated[Written, Measure(d.LENGTH, above=0)] = default("1 cm")
    """Width of the scatter of gaps, for `gradient: smoothed`."""
    stabilization: Annotated[Written, Measure(d.NUMBER, above=0, at_most=1)] = default("0.2")
    """Share of a constraint's position error that one step removes."""


class Pair(Noun):
    """Contact properties of one pair, in place of what its materials give."""

    between: tuple[GeometryName, GeometryName]
    """The two: bodies, or a body and a plane."""
    friction: Annotated[Written | None, Measure(d.NUMBER, at_least=0)] = None
    """Coulomb friction coefficient."""
    restitution: Annotated[Written | None, Measure(d.NUMBER, at_least=0, at_most=1)] = None
    """Share of the approach speed that remains after a bounce."""
    softness: Annotated[Written | None, Measure(d.SOFTNESS, at_least=0)] = None
    """How far a force pushes the two into each other."""

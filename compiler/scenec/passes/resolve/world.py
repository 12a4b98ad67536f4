"""Surfaces, planes, pairs and options."""

from __future__ import annotations

from scenec.ir.scalar import ONE, ZERO
from scenec.ir.scene import Material, Options, Pair, Plane
from scenec.passes.resolve.fields import Fields
from scenec.passes.resolve.geometry import direction
from scenec.passes.resolve.scope import Scope
from scenec.passes.resolve.things import Thing, Things
from scenec.syntax import schema_world as schema
from scenec.syntax.nodes import Text

DEFAULT_MATERIAL = Material(ONE, ZERO, ZERO)


class Surfaces:
    """Materials by reference; each is read once."""

    def __init__(self, things: Things) -> None:
        self._things = things
        self._known = {
            name: _material(Fields(thing.noun, thing.scope, thing.path))
            for name, thing in things.of["materials"].items()
        }

    def of(self, reference: str | None, scope: Scope) -> Material:
        """The material that `reference` means; the default one where it is absent."""
        if not isinstance(reference, Text):
            return DEFAULT_MATERIAL
        thing = self._things.find("materials", reference, scope)
        return self._known[thing.name] if thing else DEFAULT_MATERIAL


def _material(fields: Fields) -> Material:
    return Material(
        fields.number("friction"), fields.number("restitution"), fields.number("softness")
    )


def plane(thing: Thing, surfaces: Surfaces) -> Plane:
    """A plane with its normal of length 1."""
    fields = Fields(thing.noun, thing.scope, thing.path)
    noun = thing.noun
    assert isinstance(noun, schema.Plane)
    return Plane(
        thing.name,
        direction(fields, "normal"),
        fields.number("offset"),
        surfaces.of(noun.material, thing.scope),
        noun.span,
    )


def pairs(entries: list[schema.Pair], things: Things, scope: Scope) -> tuple[Pair, ...]:
    """The pairs whose bodies and planes exist."""
    made = (_pair(entry, number, things, scope) for number, entry in enumerate(entries))
    return tuple(pair for pair in made if pair is not None)


def _pair(entry: schema.Pair, number: int, things: Things, scope: Scope) -> Pair | None:
    fields = Fields(entry, scope, ("pairs", str(number)))
    found = [
        things.find_in(("bodies", "planes"), reference, scope)
        for reference in entry.between
        if isinstance(reference, Text)
    ]
    values = [fields.optional(name) for name in ("friction", "restitution", "softness")]
    if len(found) != 2 or found[0] is None or found[1] is None:
        return None
    if all(thing is not None and isinstance(thing.noun, schema.Plane) for thing in found):
        scope.report("E0301", "a pair needs a body: planes never move", entry.span)
        return None
    return Pair((found[0].name, found[1].name), values[0], values[1], values[2], entry.span)


def options(noun: schema.Options, scope: Scope) -> Options:
    """How the scene is simulated."""
    fields = Fields(noun, scope, ("options",))
    solver = fields.within("solver", noun.solver)
    return Options(
        timestep=fields.number("timestep"),
        gravity=fields.vector("gravity"),
        coordinates=noun.coordinates,
        integrator=noun.integrator,
        solver=noun.solver.kind,
        iterations=solver.count("iterations"),
        cone=noun.solver.cone,
        contacts=noun.contacts,
        impacts=noun.impacts,
        gradient=noun.gradient,
        smoothing=fields.number("smoothing"),
        stabilization=fields.number("stabilization"),
        span=noun.span,
    )

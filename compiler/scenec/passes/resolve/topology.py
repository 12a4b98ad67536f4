"""Which joint carries which body, and which joints close loops."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scenec.ir.scene import WORLD
from scenec.passes.resolve.things import Thing
from scenec.syntax.schema_bodies import Body


@dataclass(frozen=True)
class Link:
    """A joint with the full names of what it connects."""

    joint: Thing
    parent: str
    child: str


@dataclass(frozen=True)
class Topology:
    """`carriers` maps a body to the joint it hangs on; the other joints close loops."""

    carriers: Mapping[str, Link]

    def closes_loop(self, link: Link) -> bool:
        """Whether the joint's child hangs on another joint or is a root."""
        return self.carriers.get(link.child) is not link


def arrange(links: tuple[Link, ...], bodies: Mapping[str, Thing]) -> Topology:
    """The first joint that names a body as child carries it, unless the body is a root of its own;
    joints that form a circle without a root are reported."""
    carriers: dict[str, Link] = {}
    for link in links:
        body = bodies[link.child].noun
        if isinstance(body, Body) and body.root is None:
            carriers.setdefault(link.child, link)
    for circle in _circles(carriers):
        link = carriers[circle[0]]
        way = " -> ".join([*circle, circle[0]])
        message = f"these bodies carry each other in a circle: {way}"
        hint = "give one of them a `root:`, or hang it on `world`"
        link.joint.scope.report("E0504", message, link.joint.noun.span, hint)
    return Topology(carriers)


def _circles(carriers: Mapping[str, Link]) -> Iterator[list[str]]:
    """Circles of bodies, each from parent to child and beginning with its first body."""
    settled: set[str] = {WORLD}
    for start in carriers:
        way: list[str] = []
        seen: set[str] = set()
        body = start
        while body in carriers and body not in settled and body not in seen:
            way.append(body)
            seen.add(body)
            body = carriers[body].parent
        if body in seen:
            circle = way[way.index(body) :]
            yield [circle[0], *reversed(circle[1:])]
        settled.update(way)

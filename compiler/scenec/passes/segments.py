"""Group links into segments: alike links of one depth, and runs of alike depths.

Links of one kind of joint whose parents lie in one segment form a level. Levels that repeat, each
carried link by link by the one before, form a run: the program of a run is a scan with the code of
one level, so a chain of 128 links is no larger than one of 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from scenec.ir import algebra
from scenec.ir.identifier import link_identifier
from scenec.ir.layout import JointTable, RootTable, Segment
from scenec.ir.scene import WORLD, Body, Joint, SceneIR
from scenec.passes.joint_table import joint_table
from scenec.passes.weld import Placement, link_of

COORDINATES = {"free": 12, "planar": 3, "fixed": 0, "ball": 9}
FREEDOM = {"free": 6, "planar": 3, "fixed": 0, "hinge": 1, "slide": 1, "universal": 2, "ball": 3}
SHORTEST_RUN = 4
ROOT = ""


@dataclass(frozen=True)
class _Level:
    """A level before it is laid out: the first bodies of its links, and their parents' places."""

    kind: str
    names: tuple[str, ...]
    parent: int | None
    places: tuple[int, ...]


def build_segments(scene: SceneIR, placements: dict[str, Placement]) -> tuple[Segment, ...]:
    """Segments of all links, in tree order."""
    carriers = {
        joint.child: joint
        for joint in scene.joints
        if not joint.closes_loop and placements[joint.child].anchor == joint.child
    }
    levels = _levels(scene, placements, carriers)
    runs = _runs(levels)
    builder = _Builder(scene, placements, carriers)
    for run in runs:
        builder.append([levels[i] for i in run], run)
    return builder.with_trees()


def _levels(
    scene: SceneIR, placements: dict[str, Placement], carriers: dict[str, Joint]
) -> list[_Level]:
    """All levels, breadth first; links keep the author's order within a level."""
    first = [body for body in scene.bodies if placements[body.name].anchor == body.name]
    kinds = {body.name: _kind(body, carriers) for body in first}
    children: dict[str, list[str]] = {ROOT: []}
    for body in first:
        parent = _parent(body.name, carriers, placements)
        children.setdefault(parent, []).append(body.name)
    levels: list[_Level] = []
    for kind, names in _by_kind(children[ROOT], kinds):
        levels.append(_Level(kind, tuple(names), None, ()))
    index = 0
    while index < len(levels):
        above = levels[index].names
        below = [name for parent in above for name in children.get(parent, [])]
        order = {name: place for place, name in enumerate(above)}
        for kind, names in _by_kind(below, kinds):
            places = tuple(order[_parent(name, carriers, placements)] for name in names)
            levels.append(_Level(kind, tuple(names), index, places))
        index += 1
    return levels


def _by_kind(names: Iterable[str], kinds: dict[str, str]) -> list[tuple[str, list[str]]]:
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(kinds[name], []).append(name)
    return list(groups.items())


def _kind(body: Body, carriers: dict[str, Joint]) -> str:
    joint = carriers.get(body.name)
    if joint is None:
        return body.root or "free"
    return "fixed" if joint.kind == "weld" else joint.kind


def _parent(name: str, carriers: dict[str, Joint], placements: dict[str, Placement]) -> str:
    joint = carriers.get(name)
    return ROOT if joint is None or joint.parent == WORLD else placements[joint.parent].anchor


def _runs(levels: list[_Level]) -> list[list[int]]:
    """Level indices of every segment: runs of at least SHORTEST_RUN levels, the others singly.

    Levels come after their parents, so runs in the order of their first levels do too.
    """
    following: dict[int, int] = {}
    for i, level in enumerate(levels):
        p = level.parent
        if p is not None and _continues(levels[p], level) and p not in following:
            following[p] = i
    continued = set(following.values())
    runs = []
    for i in range(len(levels)):
        if i in continued:
            continue
        run = [i]
        while run[-1] in following:
            run.append(following[run[-1]])
        runs.extend([run] if len(run) >= SHORTEST_RUN else [[j] for j in run])
    return sorted(runs)


def _continues(above: _Level, below: _Level) -> bool:
    alike = above.kind == below.kind and below.kind not in ("free", "planar", "fixed")
    return alike and below.places == tuple(range(len(above.names)))


class _Builder:
    """Lays segments out one after the other, counting coordinates and velocities."""

    def __init__(
        self, scene: SceneIR, placements: dict[str, Placement], carriers: dict[str, Joint]
    ) -> None:
        self.scene, self.placements, self.carriers = scene, placements, carriers
        self.bodies = {body.name: body for body in scene.bodies}
        self.segments: list[Segment] = []
        self.home: dict[int, tuple[str, int]] = {}
        self.q = self.v = 0

    def append(self, levels: list[_Level], numbers: list[int]) -> None:
        """Lay out the segment of `levels`, whose numbers among all levels are `numbers`."""
        kind, width = levels[0].kind, len(levels[0].names)
        names = [name for level in levels for name in level.names]
        freedom = FREEDOM[kind]
        q = (self.q, self.q + COORDINATES.get(kind, freedom) * len(names))
        v = (self.v, self.v + freedom * len(names))
        self.q, self.v = q[1], v[1]
        name = self._identifier(names)
        parent, parents = self._parents(levels[0])
        rooted = kind in ("free", "planar", "fixed")
        self.segments.append(
            Segment(
                name=name,
                kind=kind,
                levels=len(levels),
                width=width,
                freedom=freedom,
                parent=parent,
                parents=parents,
                links=tuple(link_of(n, self.scene, self.placements) for n in names),
                joints=() if rooted else tuple(self._joint(n) for n in names),
                roots=tuple(self._root(n) for n in names) if rooted else (),
                q=q,
                v=v,
                trees=(),
                slots=(),
            )
        )
        for depth, number in enumerate(numbers):
            self.home[number] = (name, depth * width)

    def with_trees(self) -> tuple[Segment, ...]:
        """The segments, with every link's tree and its place in that tree's velocities."""
        trees: dict[tuple[str, int], int] = {}
        filled: list[int] = []
        done = []
        for segment in self.segments:
            own, slots = [], []
            for i in range(segment.count):
                tree = self._tree(segment, i, trees)
                if tree == -1 and segment.freedom:
                    tree = len(filled)
                    filled.append(0)
                trees[segment.name, i] = tree
                own.append(tree)
                slots.append(filled[tree] if segment.freedom else 0)
                if segment.freedom:
                    filled[tree] += segment.freedom
            done.append(replace(segment, trees=tuple(own), slots=tuple(slots)))
        return tuple(done)

    def _tree(self, segment: Segment, i: int, trees: dict[tuple[str, int], int]) -> int:
        if i >= segment.width:
            return trees[segment.name, i - segment.width]
        if segment.parent is None:
            return -1
        return trees[segment.parent, segment.parents[i]]

    def _parents(self, level: _Level) -> tuple[str | None, tuple[int, ...]]:
        if level.parent is None:
            return None, ()
        name, start = self.home[level.parent]
        return name, tuple(start + place for place in level.places)

    def _joint(self, name: str) -> JointTable:
        joint = self.carriers[name]
        rest = algebra.rotation(self.bodies[name].rotation)
        return joint_table(joint, rest, self.placements)

    def _root(self, name: str) -> RootTable:
        body, joint = self.bodies[name], self.carriers.get(name)
        rotation = algebra.rotation(body.rotation)
        position = body.position
        if joint is not None:
            held = algebra.rotate(rotation, joint.child_anchor)
            position = algebra.subtract(joint.anchor, held)
        return RootTable(position, rotation, body.linear, body.angular)

    def _identifier(self, names: list[str]) -> str:
        """A name for the segment: what its links' names share, or the first of them."""
        tails = {re.sub(r"\d+$", "", name.rsplit(".", 1)[-1]) for name in names}
        base = names[0] if len(names) == 1 or len(tails) > 1 else min(tails)
        return link_identifier(base, {segment.name for segment in self.segments})

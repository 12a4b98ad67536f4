"""Where joint coordinates live: in a segment that a joint carries, or in a closure of rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from scenec.ir import algebra
from scenec.ir.layout import Closure, JointTable, Mount, Segment, Side
from scenec.ir.scene import WORLD, Joint, SceneIR
from scenec.passes.colors import STATIC, color
from scenec.passes.joint_table import joint_table, loop_rest
from scenec.passes.segments import FREEDOM
from scenec.passes.weld import Placement

T = TypeVar("T")

CLOSURE_ROWS = {"hinge": 5, "slide": 5, "universal": 4, "ball": 3, "weld": 6}


@dataclass(frozen=True)
class Grouped(Generic[T]):
    """Joint coordinates of one host, ordered by color, each with what belongs to it."""

    host: str
    members: tuple[int, ...]
    values: tuple[T, ...]
    colors: tuple[int, ...]


class Hosts:
    """The links and closures of a layout, and the host of every joint coordinate.

    `authored` is the scene as written: in maximal coordinates `scene` has every joint released, and
    only those that close a loop as written take their rest pose from the start.
    """

    def __init__(
        self,
        authored: SceneIR,
        scene: SceneIR,
        segments: tuple[Segment, ...],
        mounts: tuple[Mount, ...],
        placements: dict[str, Placement],
    ) -> None:
        self.authored, self.placements = authored, placements
        self.segments = {segment.name: segment for segment in segments}
        self.mounts = {mount.body: mount for mount in mounts}
        self.bodies = {body.name: body for body in scene.bodies}
        self.trees = 1 + max((t for s in segments for t in s.trees), default=STATIC)
        self._hosts: dict[str, tuple[str, tuple[int, ...]]] = {}
        for joint in scene.joints:
            if not joint.closes_loop and placements[joint.child].anchor == joint.child:
                self._hosts[joint.name] = self._carried(joint)
        self.closures = self._closures([j for j in scene.joints if j.closes_loop])

    def of(self, joint: str) -> tuple[str, tuple[int, ...]]:
        """The host of a joint, and its members, one per degree of freedom."""
        return self._hosts[joint]

    def tree(self, body: str) -> int:
        """The tree of a body, STATIC for the world and for what cannot move."""
        if body == WORLD:
            return STATIC
        mount = self.mounts[body]
        return self.segments[mount.segment].trees[mount.index]

    def side(self, bodies: list[str]) -> Side:
        """Bodies of one segment (or the world) as one side of a group of rows."""
        trees = tuple(self.tree(body) for body in bodies)
        if bodies[0] == WORLD:
            return Side(None, (0,) * len(bodies), trees)
        mounts = [self.mounts[body] for body in bodies]
        return Side(mounts[0].segment, tuple(mount.index for mount in mounts), trees)

    def grouped(self, entries: Iterable[tuple[str, int, T]]) -> list[Grouped[T]]:
        """Entries (joint, degree of freedom, value) by host, each group ordered by color."""
        groups: dict[str, list[tuple[int, T]]] = {}
        for joint, dof, value in entries:
            host, members = self._hosts[joint]
            groups.setdefault(host, []).append((members[dof], value))
        return [self._colored(host, members) for host, members in groups.items()]

    def _colored(self, host: str, members: list[tuple[int, T]]) -> Grouped[T]:
        order, colors = color([self._touched(host, m) for m, _ in members], self.trees)
        ordered = [members[i] for i in order]
        return Grouped(host, tuple(m for m, _ in ordered), tuple(v for _, v in ordered), colors)

    def _touched(self, host: str, member: int) -> tuple[int, ...]:
        """The trees that an impulse on a joint coordinate acts on."""
        if host in self.segments:
            segment = self.segments[host]
            return (segment.trees[member // segment.freedom],)
        closure = next(c for c in self.closures if c.name == host)
        place = member // closure.freedom
        return (closure.parent.trees[place], closure.child.trees[place])

    def _carried(self, joint: Joint) -> tuple[str, tuple[int, ...]]:
        mount = self.mounts[joint.child]
        freedom = self.segments[mount.segment].freedom
        start = mount.index * freedom
        return mount.segment, tuple(range(start, start + freedom))

    def _closures(self, joints: list[Joint]) -> tuple[Closure, ...]:
        """One closure for all joints of a kind between the same segments."""
        groups: dict[tuple[object, ...], list[Joint]] = {}
        for joint in joints:
            groups.setdefault(self._alike(joint), []).append(joint)
        names: dict[str, int] = {}
        closures = []
        for members in groups.values():
            kind = members[0].kind
            names[kind] = names.get(kind, 0) + 1
            suffix = "" if names[kind] == 1 else f"_{names[kind]}"
            closures.append(self._closure(f"{kind}_rows{suffix}", kind, members))
        return tuple(closures)

    def _alike(self, joint: Joint) -> tuple[object, ...]:
        ends = (joint.parent, joint.child)
        segments = [None if end == WORLD else self.mounts[end].segment for end in ends]
        trees = [self.tree(end) for end in ends]
        return (joint.kind, *segments, trees[0] == trees[1])

    def _closure(self, name: str, kind: str, joints: list[Joint]) -> Closure:
        touched = [(self.tree(joint.parent), self.tree(joint.child)) for joint in joints]
        order, colors = color(touched, self.trees)
        ordered = [joints[i] for i in order]
        freedom = FREEDOM.get(kind, 0)
        for i, joint in enumerate(ordered):
            self._hosts[joint.name] = (name, tuple(range(i * freedom, (i + 1) * freedom)))
        return Closure(
            name=name,
            kind=kind,
            rows=CLOSURE_ROWS[kind],
            freedom=freedom,
            joints=tuple(self._table(joint) for joint in ordered),
            parent=self.side([joint.parent for joint in ordered]),
            child=self.side([joint.child for joint in ordered]),
            same_tree=touched[0][0] == touched[0][1],
            colors=colors,
        )

    def _table(self, joint: Joint) -> JointTable:
        written = next(j for j in self.authored.joints if j.name == joint.name)
        own = algebra.rotation(self.bodies[joint.child].rotation)
        rest = loop_rest(written, self.authored) if written.closes_loop else own
        return joint_table(joint, rest, self.placements)

"""What every stage promises of its result. A violation is a fault of the compiler.

Each rule is one function that yields a sentence per violation; `scene` and `layout` run them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scenec.ir.layout import LayoutIR, Side
from scenec.ir.scalar import Scalar, elements
from scenec.ir.scene import WORLD, SceneIR


class VerificationError(AssertionError):
    """An intermediate representation that breaks its own rules."""


def scene(ir: SceneIR) -> None:
    """Raise VerificationError unless `ir` keeps the rules of SceneIR."""
    _check("SceneIR", [rule(ir) for rule in _SCENE_RULES])


def layout(ir: LayoutIR) -> None:
    """Raise VerificationError unless `ir` keeps the rules of LayoutIR."""
    _check("LayoutIR", [rule(ir) for rule in _LAYOUT_RULES])


def _check(name: str, violations: list[Iterator[str]]) -> None:
    found = [sentence for rule in violations for sentence in rule]
    if found:
        raise VerificationError(f"{name}: " + "; ".join(found))


def _names_are_unique(ir: SceneIR) -> Iterator[str]:
    for kind in ("parameters", "planes", "bodies", "joints", "actuators", "sensors"):
        names = [thing.name for thing in getattr(ir, kind)]
        if len(set(names)) < len(names):
            yield f"{kind} have a name twice"


def _joints_name_bodies(ir: SceneIR) -> Iterator[str]:
    bodies = {body.name for body in ir.bodies}
    for joint in ir.joints:
        if joint.child not in bodies or joint.parent not in bodies | {WORLD}:
            yield f"joint {joint.name} joins what does not exist"


def _every_body_has_one_place(ir: SceneIR) -> Iterator[str]:
    carried = [joint.child for joint in ir.joints if not joint.closes_loop]
    for body in ir.bodies:
        if carried.count(body.name) + (body.root is not None) != 1:
            yield f"body {body.name} must hang on one joint or be a root"


def _joints_have_their_axes(ir: SceneIR) -> Iterator[str]:
    axes = {"hinge": 1, "slide": 1, "universal": 2, "ball": 0, "weld": 0}
    freedom = {"hinge": 1, "slide": 1, "universal": 2, "ball": 3, "weld": 0}
    for joint in ir.joints:
        if len(joint.axes) != axes[joint.kind]:
            yield f"{joint.kind} {joint.name} has {len(joint.axes)} axes"
        if len(joint.angle) != freedom[joint.kind] or len(joint.speed) != freedom[joint.kind]:
            yield f"{joint.kind} {joint.name} starts with the wrong number of coordinates"


def _parameters_are_declared(ir: SceneIR) -> Iterator[str]:
    shapes = {parameter.name: parameter.shape for parameter in ir.parameters}
    for name, place in {(e.name, e.index) for s in _scalars(ir) for e in elements(s)}:
        if name not in shapes or len(place) != len(shapes[name]):
            yield f"element {name}{list(place)} of no parameter"


def _ranges_tile_the_state(ir: LayoutIR) -> Iterator[str]:
    q = v = 0
    for segment in ir.segments:
        if segment.q[0] != q or segment.v[0] != v:
            yield f"segment {segment.name} leaves a gap in the state"
        q, v = segment.q[1], segment.v[1]
        if v - segment.v[0] != segment.count * segment.freedom:
            yield f"segment {segment.name} has the wrong number of velocities"


def _parents_come_first(ir: LayoutIR) -> Iterator[str]:
    sizes: dict[str, int] = {}
    for segment in ir.segments:
        if segment.parent is not None and segment.parent not in sizes:
            yield f"segment {segment.name} comes before its parent"
        elif any(place >= sizes[segment.parent or ""] for place in segment.parents):
            yield f"segment {segment.name} hangs on a link that does not exist"
        if len(segment.links) != segment.count:
            yield f"segment {segment.name} has {len(segment.links)} links for {segment.count}"
        sizes[segment.name] = segment.count


def _slots_tile_the_trees(ir: LayoutIR) -> Iterator[str]:
    filled: dict[int, list[int]] = {}
    for segment in ir.segments:
        for tree, slot in zip(segment.trees, segment.slots, strict=True):
            if segment.freedom:
                filled.setdefault(tree, []).extend(range(slot, slot + segment.freedom))
    for tree, slots in filled.items():
        if sorted(slots) != list(range(len(slots))):
            yield f"the velocities of tree {tree} overlap"
    if len(filled) != ir.trees:
        yield f"{ir.trees} trees are counted, {len(filled)} move"


def _colors_touch_trees_once(ir: LayoutIR) -> Iterator[str]:
    sided = [(c.name, c.parent, c.child, c.colors) for c in ir.closures]
    contacts = [(c.name, c.first, c.second, c.colors) for c in ir.contacts]
    for name, first, second, colors in [*sided, *contacts]:
        start = 0
        for size in colors:
            touched = [
                tuple({t for t in _trees(first, second, i) if t != -1})
                for i in range(start, start + size)
            ]
            flat = [tree for block in touched for tree in block]
            if len(set(flat)) < len(flat):
                yield f"a color of {name} touches a tree twice"
            start += size


def _trees(first: Side, second: Side | None, i: int) -> tuple[int, ...]:
    return (first.trees[i],) if second is None else (first.trees[i], second.trees[i])


def _controls_are_used_once(ir: LayoutIR) -> Iterator[str]:
    used = [c for servo in ir.servos for c in servo.control]
    used += [c for motor in ir.motors for c in motor.control]
    used += [c for thruster in ir.thrusters for c in range(*thruster.control)]
    if sorted(used) != list(range(ir.size_control)):
        yield "a control drives nothing, or two things"


def _scalars(value: object) -> Iterator[Scalar]:
    if isinstance(value, Scalar):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _scalars(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from _scalars(getattr(value, name))


_SCENE_RULES: tuple[Callable[[SceneIR], Iterator[str]], ...] = (
    _names_are_unique,
    _joints_name_bodies,
    _every_body_has_one_place,
    _joints_have_their_axes,
    _parameters_are_declared,
)
_LAYOUT_RULES: tuple[Callable[[LayoutIR], Iterator[str]], ...] = (
    _ranges_tile_the_state,
    _parents_come_first,
    _slots_tile_the_trees,
    _colors_touch_trees_once,
    _controls_are_used_once,
)

"""An articulated tree as plain numbers, and its scene file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Vector = tuple[float, ...]

FREEDOM = {"hinge": 1, "slide": 1, "universal": 2, "ball": 3}
ORIGIN: Vector = (0.0, 0.0, 0.0)
NO_TURN: Vector = (1.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Node:
    """A body and the joint that carries it.

    parent        place of the parent among the nodes, -1 for the root body
    kind          hinge, slide, universal or ball
    anchor        [m] the joint in the parent's frame, and in the body's own (child_anchor)
    rotation      unit quaternion of the body in its parent at joint position 0
    axes          unit vectors in the parent's frame, one per axis of the joint
    angle, speed  where the joint starts
    """

    parent: int
    kind: str
    mass: float
    inertia: Vector
    anchor: Vector
    child_anchor: Vector
    rotation: Vector = NO_TURN
    axes: tuple[Vector, ...] = ()
    damping: float = 0.0
    armature: float = 0.0
    angle: Vector = ()
    speed: Vector = ()


@dataclass(frozen=True)
class Tree:
    """Nodes on a root body: `root` is free, or world where the first joints hang on the world.

    position, rotation, linear and angular are those of a free root, of 1 kg, at the start.
    """

    nodes: tuple[Node, ...]
    root: str = "free"
    inertia: Vector = (0.02, 0.03, 0.04)
    position: Vector = ORIGIN
    rotation: Vector = NO_TURN
    linear: Vector = ORIGIN
    angular: Vector = ORIGIN
    gravity: Vector = (0.0, 0.0, -9.81)


def body_name(place: int) -> str:
    """Name of the body at `place`; the root is at -1."""
    return "root" if place < 0 else f"body{place}"


def joint_name(place: int) -> str:
    """Name of the joint that carries the body at `place`."""
    return f"joint{place}"


def scene(tree: Tree, order: Sequence[int] | None = None) -> str:
    """The scene file of `tree`: a motor and sensors on every joint, the bodies in `order`."""
    places = range(len(tree.nodes)) if order is None else order
    free = tree.root == "free"
    lines = ["scenec: 1", f"options: {{gravity: {list(tree.gravity)}}}", "bodies:"]
    lines += [_root(tree)] if free else []
    lines += [_body(place, tree.nodes[place]) for place in places]
    lines += ["joints:", *(_joint(place, tree.nodes[place], free) for place in places)]
    lines += ["servos:", *(f"  m{p}: {{type: motor, joint: {joint_name(p)}}}" for p in places)]
    lines += ["sensors:", *(_sensors(place) for place in places)]
    return "\n".join(lines) + "\n"


def _root(tree: Tree) -> str:
    return (
        f"  root: {{mass: 1, inertia: {list(tree.inertia)}, position: {list(tree.position)}, "
        f"rotation: {{quaternion: {list(tree.rotation)}}}, "
        f"velocity: {{linear: {list(tree.linear)}, angular: {list(tree.angular)}}}}}"
    )


def _body(place: int, node: Node) -> str:
    return (
        f"  {body_name(place)}: {{mass: {node.mass}, inertia: {list(node.inertia)}, "
        f"rotation: {{quaternion: {list(node.rotation)}}}}}"
    )


def _joint(place: int, node: Node, free: bool) -> str:
    parent = body_name(node.parent) if free or node.parent >= 0 else "world"
    axes = [list(axis) for axis in node.axes]
    entries = {
        "type": node.kind,
        "parent": parent,
        "child": body_name(place),
        "anchor": list(node.anchor),
        "child_anchor": list(node.child_anchor),
        "damping": node.damping,
        "armature": node.armature,
        "angle": _coordinates(node.angle, node.kind),
        "speed": _coordinates(node.speed, node.kind),
    }
    if node.kind in ("hinge", "slide"):
        entries["axis"] = axes[0]
    elif node.kind == "universal":
        entries["axes"] = axes
    listed = ", ".join(f"{key}: {value}" for key, value in entries.items())
    return f"  {joint_name(place)}: {{{listed}}}"


def _sensors(place: int) -> str:
    kinds = ("joint_angle", "joint_speed")
    joint = joint_name(place)
    return "\n".join(f"  {kind}{place}: {{type: {kind}, joint: {joint}}}" for kind in kinds)


def _coordinates(values: Vector, kind: str) -> float | list[float]:
    """A number for one degree of freedom, otherwise a list; zero where nothing is given."""
    given = list(values) or [0.0] * FREEDOM[kind]
    return given[0] if len(given) == 1 else given

"""Links grouped into levels of alike ones, and levels into runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenec.driver import Stage, compile_file
from scenec.ir.layout import LayoutIR, Segment
from scenec.ir.scalar import evaluate
from scenec.ir.scene import WORLD, SceneIR

Flattened = Callable[..., LayoutIR]
Resolved = Callable[..., SceneIR]
SCENES = Path(__file__).parents[4] / "scenes"
BODY = "mass: 1 kg, inertia: [1, 1, 1]"
KEYS = {
    "hinge": "axis: [0, 1, 0]",
    "slide": "axis: [0, 0, 1]",
    "ball": "damping: 0",
    "universal": "axes: [[1, 0, 0], [0, 1, 0]]",
    "weld": "anchor: [0, 0, 1]",
}


def tree(*links: str) -> str:
    """A scene of links such as `name`, a free root, or `name kind parent`."""
    bodies, joints = "", ""
    for link in links:
        name, *hung = link.split()
        if len(hung) == 2:
            kind, parent = hung
            bodies += f"  {name}: {{{BODY}}}\n"
            joints += f"  {name}: {{type: {kind}, parent: {parent}, child: {name}, {KEYS[kind]}}}\n"
        else:
            bodies += f"  {name}: {{root: {hung[0] if hung else 'free'}, {BODY}}}\n"
    return f"scenec: 1\nbodies:\n{bodies}" + (f"joints:\n{joints}" if joints else "")


def chain(name: str, count: int, first: str, kind: str = "hinge") -> list[str]:
    """Links name1, name2, ... that hang on each other, the first one on `first`."""
    above = [first, *(f"{name}{i}" for i in range(1, count))]
    return [f"{name}{i} {kind} {parent}" for i, parent in enumerate(above, 1)]


def outline(layout: LayoutIR) -> list[tuple[object, ...]]:
    return [(s.name, s.kind, s.levels, s.width, s.parent, s.parents) for s in layout.segments]


def shipped(name: str, *settings: tuple[str, str]) -> LayoutIR:
    layout = compile_file(SCENES / f"{name}.yaml", settings=settings, to=Stage.FLATTEN).layout
    assert layout is not None
    return layout


def test_the_legs_of_the_quadruped_are_two_levels_of_four() -> None:
    layout = shipped("quadruped")
    assert outline(layout) == [
        ("torso", "free", 1, 1, None, ()),
        ("upper", "hinge", 1, 4, "torso", (0, 0, 0, 0)),
        ("lower", "hinge", 1, 4, "upper", (0, 1, 2, 3)),
    ]
    assert [link.bodies for link in layout.segment("upper").links] == [
        (f"{leg}.upper", f"{leg}.elbow_servo") for leg in ("fl", "fr", "hl", "hr")
    ]
    assert (layout.trees, layout.tile, layout.size_q, layout.size_v) == (1, 14, 20, 14)


@pytest.mark.parametrize("count", [4, 16, 64])
def test_a_chain_is_one_run(count: int) -> None:
    layout = shipped("chain", ("constants.n", str(count)))
    assert outline(layout) == [("rod", "hinge", count, 1, None, ())]
    assert layout.segments[0].slots == tuple(range(count))


def test_a_short_chain_is_single_levels(flattened: Flattened) -> None:
    layout = flattened(tree(*chain("a", 3, WORLD)))
    assert [(s.name, s.levels) for s in layout.segments] == [("a1", 1), ("a2", 1), ("a3", 1)]


def test_alike_chains_are_one_run(flattened: Flattened) -> None:
    links = [link for name in ("a", "b", "c") for link in chain(name, 5, WORLD)]
    (run,) = flattened(tree(*links)).segments
    assert (run.levels, run.width, run.count) == (5, 3, 15)
    assert [link.bodies[0] for link in run.links[:6]] == ["a1", "b1", "c1", "a2", "b2", "c2"]
    assert run.trees == (0, 1, 2) * 5
    assert run.slots == (0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4)


def test_a_run_of_unlike_lengths_ends_with_the_shortest(flattened: Flattened) -> None:
    layout = flattened(tree(*chain("a", 6, WORLD), *chain("b", 4, WORLD)))
    assert outline(layout) == [
        ("a1", "hinge", 4, 2, None, ()),
        ("a5", "hinge", 1, 1, "a1", (6,)),
        ("a6", "hinge", 1, 1, "a5", (0,)),
    ]


def test_other_kinds_of_joints_are_other_levels(flattened: Flattened) -> None:
    layout = flattened(tree("base", "a hinge base", "b slide base", "c hinge base", "d ball b"))
    assert outline(layout) == [
        ("base", "free", 1, 1, None, ()),
        ("a", "hinge", 1, 2, "base", (0, 0)),
        ("b", "slide", 1, 1, "base", (0,)),
        ("d", "ball", 1, 1, "b", (0,)),
    ]
    assert [s.slots for s in layout.segments] == [(0,), (6, 7), (8,), (9,)]


def test_a_branch_hangs_on_the_middle_of_a_run(flattened: Flattened) -> None:
    links = [*chain("a", 5, WORLD), "side slide a3", "tip ball a5", *chain("c", 4, "side")]
    assert outline(flattened(tree(*links))) == [
        ("a", "hinge", 5, 1, None, ()),
        ("side", "slide", 1, 1, "a", (2,)),
        ("c", "hinge", 4, 1, "side", (0,)),
        ("tip", "ball", 1, 1, "a", (4,)),
    ]


def test_a_second_link_of_the_kind_ends_a_run(flattened: Flattened) -> None:
    """A level with a fan-out has more links than the one before."""
    layout = flattened(tree(*chain("a", 6, WORLD), "twig hinge a4"))
    assert outline(layout) == [
        ("a", "hinge", 4, 1, None, ()),
        ("a5", "hinge", 1, 2, "a", (3, 3)),
        ("a6", "hinge", 1, 1, "a5", (0,)),
    ]


def test_fans_of_fans(flattened: Flattened) -> None:
    fingers = [f"f{i} hinge palm" for i in range(5)] + [f"t{i} hinge f{i // 2}" for i in range(4)]
    assert outline(flattened(tree("palm", *fingers)))[1:] == [
        ("f", "hinge", 1, 5, "palm", (0,) * 5),
        ("t", "hinge", 1, 4, "f", (0, 0, 1, 1)),
    ]


def test_trees_of_every_kind_of_root(flattened: Flattened) -> None:
    layout = flattened(
        tree("ball", "disc planar", "post fixed", "pole hinge world", "arm hinge post", "box")
    )
    assert outline(layout) == [
        ("ball", "free", 1, 2, None, ()),
        ("disc", "planar", 1, 1, None, ()),
        ("post", "fixed", 1, 1, None, ()),
        ("pole", "hinge", 1, 1, None, ()),
        ("arm", "hinge", 1, 1, "post", (0,)),
    ]
    assert [s.trees for s in layout.segments] == [(0, 1), (2,), (-1,), (3,), (4,)]
    assert layout.trees == 5


def test_joints_on_one_fixed_body_make_trees_of_their_own(flattened: Flattened) -> None:
    layout = flattened(tree("post fixed", "a hinge post", "b hinge post", "c hinge a"))
    (post, doors, c) = layout.segments
    assert (post.trees, doors.trees, c.trees) == ((-1,), (0, 1), (0,))
    assert (doors.slots, c.slots) == ((0, 0), (1,))
    assert layout.tile == 2


@pytest.mark.parametrize(
    ("kind", "q", "v"),
    [
        *(("free", 12, 6), ("planar", 3, 3), ("fixed", 0, 0)),
        *(("hinge", 1, 1), ("slide", 1, 1), ("universal", 2, 2), ("ball", 9, 3)),
    ],
)
def test_coordinates_and_velocities(kind: str, q: int, v: int, flattened: Flattened) -> None:
    jointed = kind in KEYS
    layout = flattened(tree("a", f"b {kind} {'world' if jointed else ''}"))
    segment = next(s for s in layout.segments if any("b" in link.bodies for link in s.links))
    width = segment.width
    assert segment.q[1] - segment.q[0] == q * width
    assert segment.v[1] - segment.v[0] == v * width
    assert segment.freedom == v
    assert (len(segment.joints), len(segment.roots)) == ((1, 0) if jointed else (0, width))


def test_ranges_follow_the_order_of_the_segments(flattened: Flattened) -> None:
    layout = flattened(tree("a", "b ball a", "c planar", "d slide c"))
    assert [(s.name, s.q, s.v) for s in layout.segments] == [
        ("a", (0, 12), (0, 6)),
        ("c", (12, 15), (6, 9)),
        ("b", (15, 24), (9, 12)),
        ("d", (24, 25), (12, 13)),
    ]


def test_a_joint_keeps_its_damping_and_where_it_starts(flattened: Flattened) -> None:
    layout = flattened(
        f"scenec: 1\nbodies: {{a: {{{BODY}}}}}\njoints:\n"
        "  j: {type: universal, parent: world, child: a, axes: [[1, 0, 0], [0, 2, 0]],"
        " damping: 0.5, armature: 0.25, angle: [1 rad, 2 rad], speed: [3, 4]}"
    )
    (joint,) = layout.segments[0].joints
    assert [evaluate(x, {}) for x in (joint.damping, joint.armature)] == [0.5, 0.25]
    assert [evaluate(x, {}) for x in (*joint.start, *joint.speed)] == [1, 2, 3, 4]
    assert [evaluate(x, {}) for x in joint.axes] == [1, 0, 0, 0, 1, 0]


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        (["tree", "tree2"], ["tree_link"]),
        (["lambda", "q hinge lambda"], ["lambda_link", "q_link"]),
        (["Arm", "arm hinge Arm"], ["arm", "arm_2"]),
        (["arm1", "arm2"], ["arm"]),
        (["left", "right"], ["left"]),
        (["a²"], ["a_"]),
        (["_x"], ["link__x"]),
        (["upper", "upper_mass hinge upper"], ["upper", "upper_mass_link"]),
    ],
)
def test_names(links: list[str], expected: list[str], flattened: Flattened) -> None:
    assert [segment.name for segment in flattened(tree(*links)).segments] == expected


@pytest.mark.parametrize("coordinates", ["reduced", "maximal"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(data=st.data())
def test_every_link_hangs_where_its_joint_says(
    coordinates: str, data: st.DataObject, flattened: Flattened, resolved: Resolved
) -> None:
    """On random trees; the layout itself is verified when it is made."""
    text = data.draw(random_trees())
    scene, layout = resolved(text), flattened(text, coordinates)
    homes = {(m.segment, m.index): m.body for m in reversed(layout.mounts)}
    links = {m.body: layout.segment(m.segment).links[m.index] for m in layout.mounts}
    assert set(links) == {body.name for body in scene.bodies}
    carried = {} if coordinates == "maximal" else {j.child: j.parent for j in scene.joints}
    for segment in layout.segments:
        for i, link in enumerate(segment.links):
            body = link.bodies[0]
            assert homes[segment.name, i] in link.bodies
            above = carried.get(body, WORLD)
            parent = parent_link(layout, segment, i)
            assert parent == (None if above == WORLD else links[above].bodies)


def parent_link(layout: LayoutIR, segment: Segment, i: int) -> tuple[str, ...] | None:
    """The bodies of the link that carries link `i`."""
    if i >= segment.width:
        return segment.links[i - segment.width].bodies
    if segment.parent is None:
        return None
    return layout.segment(segment.parent).links[segment.parents[i]].bodies


@st.composite
def random_trees(draw: st.DrawFn) -> str:
    """Up to 12 links: roots, or hung on the world or an earlier link by any joint."""
    links = ["b0 " + draw(st.sampled_from(["free", "fixed", "planar"]))]
    for i in range(1, draw(st.integers(1, 12))):
        parent = draw(st.sampled_from([WORLD, None, *(f"b{k}" for k in range(i))]))
        kind = draw(st.sampled_from(["hinge", "hinge", "hinge", "slide", "ball", "weld"]))
        links.append(f"b{i}" if parent is None else f"b{i} {kind} {parent}")
    return tree(*links, "loose")

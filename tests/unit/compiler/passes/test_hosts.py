"""Where joint coordinates live: with the links that a joint carries, or with rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from scenec.ir.layout import Closure, JointTable, LayoutIR
from scenec.ir.scalar import ParameterElement, Scalar, Vector, evaluate

Flattened = Callable[..., LayoutIR]
BODY = "mass: 1 kg, inertia: [1, 1, 1]"

# Three bars between two points of the world; `close` closes the loop.
FOUR_BAR = f"""
scenec: 1
params: {{bend: 90 deg}}
options: {{contacts: listed}}
bodies: {{crank: {{{BODY}}}, coupler: {{{BODY}}}, rocker: {{{BODY}}}}}
joints:
  base: {{type: hinge, parent: world, child: crank, child_anchor: [-1 m, 0, 0], axis: [0, 1, 0]}}
  knee:
    type: hinge
    parent: crank
    child: coupler
    anchor: [1 m, 0, 0]
    child_anchor: [-1 m, 0, 0]
    axis: [0, 1, 0]
    angle: bend
    limits: [-3 rad, 3 rad]
    damping: 0.5
  top:
    type: hinge
    parent: coupler
    child: rocker
    anchor: [1 m, 0, 0]
    axis: [0, 1, 0]
    angle: bend
  close:
    type: hinge
    parent: rocker
    child: crank
    axis: [0, 1, 0]
    limits: [-1 rad, 2 rad]
    damping: 0.25
    armature: 0.125
servos:
  drive: {{joint: base, gain: 30 /s, max_torque: 2}}
  hold: {{joint: close, gain: 10 /s, max_torque: 3}}
"""


def closures(layout: LayoutIR) -> dict[str, Closure]:
    return {closure.name: closure for closure in layout.closures}


def values(vector: Vector, bend: float = np.pi / 2) -> list[float]:
    return [evaluate(x, {ParameterElement("bend"): bend}) for x in vector]


def joint_names(closure: Closure) -> list[str]:
    return [joint.name for joint in closure.joints]


def test_reduced_coordinates_keep_one_joint_of_a_loop_by_rows(flattened: Flattened) -> None:
    layout = flattened(FOUR_BAR)
    (closing,) = layout.closures
    assert (closing.name, closing.kind, closing.rows, closing.freedom) == (
        "hinge_rows",
        "hinge",
        5,
        1,
    )
    assert joint_names(closing) == ["close"]
    assert (closing.parent.segment, closing.child.segment) == ("rocker", "crank")
    assert closing.same_tree
    assert closing.colors == (1,)
    assert layout.rows() == {"joint": 5, "passive": 1, "servo": 2, "limit": 2}


def test_maximal_coordinates_keep_every_joint_by_rows(flattened: Flattened) -> None:
    layout = flattened(FOUR_BAR, "maximal")
    groups = closures(layout)
    assert list(groups) == ["hinge_rows", "hinge_rows_2"]
    ground, between = groups.values()
    assert joint_names(ground) == ["base"]
    assert (ground.parent.segment, ground.parent.trees, ground.child.trees) == (None, (-1,), (0,))
    assert sorted(joint_names(between)) == ["close", "knee", "top"]
    assert not between.same_tree
    assert between.colors == (1, 1, 1)
    assert layout.rows() == {"joint": 20, "passive": 2, "servo": 2, "limit": 2}


@pytest.mark.parametrize("coordinates", ["reduced", "maximal"])
@pytest.mark.parametrize("bend", [np.pi / 2, 0.3])
def test_a_loop_rests_where_its_bodies_start(
    bend: float, coordinates: str, flattened: Flattened
) -> None:
    layout = flattened(FOUR_BAR, coordinates)
    joint = table(layout, "close")
    c, s = np.cos(-2 * bend), np.sin(-2 * bend)
    expected = [[c, 0, s], [0, 1, 0], [-s, 0, c]]
    np.testing.assert_allclose(np.reshape(values(joint.rest, bend), (3, 3)), expected, atol=1e-12)


def table(layout: LayoutIR, name: str) -> JointTable:
    carried = [joint for segment in layout.segments for joint in segment.joints]
    kept = [joint for closure in layout.closures for joint in closure.joints]
    return next(joint for joint in carried + kept if joint.name == name)


@pytest.mark.parametrize(
    ("coordinates", "host"), [("reduced", "coupler"), ("maximal", "hinge_rows_2")]
)
def test_limits_follow_their_joints(coordinates: str, host: str, flattened: Flattened) -> None:
    layout = flattened(FOUR_BAR, coordinates)
    found = {
        (limit.host, member): values((lower, upper))
        for limit in layout.limits
        for member, lower, upper in zip(limit.members, limit.lower, limit.upper, strict=True)
    }
    names = {group.name: joint_names(group) for group in layout.closures}
    knee = 0 if coordinates == "reduced" else names[host].index("knee")
    closing = "hinge_rows" if coordinates == "reduced" else "hinge_rows_2"
    assert found == {
        (host, knee): [-3, 3],
        (closing, names[closing].index("close")): [-1, 2],
    }
    assert {limit.name for limit in layout.limits} == {f"{host}_limit", f"{closing}_limit"}


def test_only_joints_kept_by_rows_have_passive_rows(flattened: Flattened) -> None:
    """The others have damping and armature in the mass matrix of their tree."""
    (passive,) = flattened(FOUR_BAR).passives
    assert (passive.name, passive.host, passive.members) == (
        "hinge_rows_passive",
        "hinge_rows",
        (0,),
    )
    assert values(passive.damping) == [0.25]
    assert values(passive.armature) == [0.125]
    (passive,) = flattened(FOUR_BAR, "maximal").passives
    assert passive.host == "hinge_rows_2"
    assert sorted(values(passive.damping)) == [0.25, 0.5]
    assert sorted(values(passive.armature)) == [0, 0.125]
    assert passive.colors == (1, 1)


@pytest.mark.parametrize(
    ("kind", "keys", "rows"),
    [
        ("hinge", "axis: [0, 1, 0]", 5),
        ("slide", "axis: [0, 1, 0]", 5),
        ("universal", "axes: [[1, 0, 0], [0, 1, 0]]", 4),
        ("ball", "anchor: [0, 0, 0]", 3),
        ("weld", "anchor: [0, 0, 0]", 6),
    ],
)
@pytest.mark.parametrize("parent", ["world", "a"])
def test_rows_by_kind_of_joint(
    parent: str, kind: str, keys: str, rows: int, flattened: Flattened
) -> None:
    text = (
        f"scenec: 1\nbodies: {{a: {{root: free, {BODY}}}, b: {{root: free, {BODY}}}}}\n"
        f"joints: {{j: {{type: {kind}, parent: {parent}, child: b, {keys}}}}}"
    )
    for coordinates in ("reduced", "maximal"):
        layout = flattened(text, coordinates)
        assert layout.rows() == {"joint": rows}
        (closing,) = layout.closures
        assert closing.name == f"{kind}_rows"
        assert closing.parent.segment == (None if parent == "world" else "a")


UNIVERSALS = f"""
scenec: 1
bodies: {{a: {{root: free, {BODY}}}, b1: {{{BODY}}}, b2: {{{BODY}}}}}
joints:
  j1: {{type: universal, parent: a, child: b1, axes: [[1, 0, 0], [0, 1, 0]],
       limits: [[-1 rad, 1 rad], [-2 rad, 2 rad]]}}
  j2: {{type: universal, parent: a, child: b2, axes: [[1, 0, 0], [0, 1, 0]],
       limits: [[-3 rad, 3 rad], [-4 rad, 4 rad]]}}
"""


@pytest.mark.parametrize(("coordinates", "host"), [("reduced", "b"), ("maximal", "universal_rows")])
def test_members_count_joints_times_degrees_of_freedom(
    coordinates: str, host: str, flattened: Flattened
) -> None:
    (limit,) = flattened(UNIVERSALS, coordinates).limits
    assert limit.host == host
    assert limit.members == (0, 1, 2, 3)
    assert values(limit.upper) == [1, 2, 3, 4]
    assert limit.colors == (1, 1, 1, 1)


def test_limits_on_trees_apart_share_a_color(flattened: Flattened) -> None:
    apart = UNIVERSALS.replace("parent: a", "parent: world")
    (limit,) = flattened(apart).limits
    assert limit.colors == (2, 2)
    assert limit.members == (0, 2, 1, 3)
    assert values(limit.lower) == [-1, -3, -2, -4]


def test_in_maximal_coordinates_the_authored_layout_is_the_reduced_one(
    flattened: Flattened,
) -> None:
    reduced, maximal = flattened(FOUR_BAR), flattened(FOUR_BAR, "maximal")
    assert reduced.authored is None
    assert maximal.authored == reduced


def test_zero_damping_makes_no_row(flattened: Flattened) -> None:
    zero: Scalar = table(flattened(UNIVERSALS), "j1").damping
    assert evaluate(zero, {}) == 0
    assert flattened(UNIVERSALS, "maximal").passives == ()

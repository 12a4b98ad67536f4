"""The whole layout of a scene."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scenec.driver import Stage, compile_file
from scenec.ir.layout import LayoutIR, Options
from scenec.ir.scalar import Constant, evaluate
from scenec.ir.scene import authored_values

Flattened = Callable[..., LayoutIR]
SCENES = sorted((Path(__file__).parents[4] / "scenes").glob("*.yaml"))
BODY = "mass: 1 kg, inertia: [1, 1, 1]"


def shipped(path: Path, coordinates: str) -> LayoutIR:
    settings = (("options.coordinates", coordinates),)
    layout = compile_file(path, settings=settings, to=Stage.FLATTEN).layout
    assert layout is not None
    return layout


def total_mass(layout: LayoutIR) -> float:
    values = authored_values(layout.parameters)
    return sum(evaluate(link.mass, values) for segment in layout.segments for link in segment.links)


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
def test_both_coordinates_have_the_same_things(path: Path) -> None:
    reduced, maximal = shipped(path, "reduced"), shipped(path, "maximal")
    assert reduced.bodies == maximal.bodies
    assert reduced.parameters == maximal.parameters
    assert reduced.actuators == maximal.actuators
    assert [(s.name, s.shape, s.unit) for s in reduced.sensors] == [
        (s.name, s.shape, s.unit) for s in maximal.sensors
    ]
    assert total_mass(reduced) == pytest.approx(total_mass(maximal))
    kept = {kind: count for kind, count in reduced.rows().items() if kind != "joint"}
    same = {kind: maximal.rows().get(kind) for kind in kept}
    assert same == kept
    assert maximal.authored == reduced


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
def test_maximal_coordinates_trade_freedom_for_rows(path: Path) -> None:
    """Six velocities per body, less those that the rows of joints take."""
    reduced, maximal = shipped(path, "reduced"), shipped(path, "maximal")
    assert maximal.trees == len(maximal.bodies)
    assert maximal.size_v == 6 * len(maximal.bodies)
    rows = maximal.rows().get("joint", 0) - reduced.rows().get("joint", 0)
    assert maximal.size_v - rows == reduced.size_v


def test_counts_of_the_quadruped() -> None:
    path = next(path for path in SCENES if path.stem == "quadruped")
    reduced, maximal = shipped(path, "reduced"), shipped(path, "maximal")
    assert total_mass(reduced) == pytest.approx(28.7)
    assert reduced.rows() == {"servo": 8, "contact": 24}
    assert maximal.rows() == {"joint": 88, "servo": 8, "contact": 24}


def test_options_arrive(flattened: Flattened) -> None:
    layout = flattened(
        "scenec: 1\noptions: {timestep: 2 ms, gravity: [0, 0, -1], integrator: semi_implicit,"
        " solver: {iterations: 7, cone: pyramid}, stabilization: 0.5, gradient: smoothed}\n"
        f"bodies: {{a: {{root: free, {BODY}}}}}"
    )
    assert layout.options == Options(
        timestep=Constant(0.002),
        gravity=(Constant(0.0), Constant(0.0), Constant(-1.0)),
        stabilization=Constant(0.5),
        coordinates="reduced",
        integrator="semi_implicit",
        solver="pgs",
        iterations=7,
        cone="pyramid",
        impacts="stepped",
        gradient="smoothed",
        smoothing=Constant(0.01),
    )


@pytest.mark.parametrize(
    ("written", "restitution", "impacts"),
    [
        ("", 0, "stepped"),
        ("", 0.5, "continuous"),
        ("impacts: stepped", 0.5, "stepped"),
        ("impacts: continuous", 0, "continuous"),
    ],
)
def test_things_that_bounce_strike_at_their_own_instants_unless_told_otherwise(
    flattened: Flattened, written: str, restitution: float, impacts: str
) -> None:
    layout = flattened(
        f"scenec: 1\noptions: {{{written}}}\nworld: {{planes: {{ground: {{}}}}}}\n"
        f"materials: {{m: {{restitution: {restitution}}}}}\n"
        f"bodies: {{a: {{root: free, spheres: [{{radius: 1, material: m}}], {BODY}}}}}"
    )
    assert layout.options.impacts == impacts


def test_where_nothing_touches_there_are_no_impacts(flattened: Flattened) -> None:
    layout = flattened(
        f"scenec: 1\noptions: {{impacts: continuous}}\nbodies: {{a: {{root: free, {BODY}}}}}"
    )
    assert layout.options.impacts == "stepped"


def test_planes_arrive(flattened: Flattened) -> None:
    layout = flattened(
        "scenec: 1\nworld: {planes: {wall: {normal: [0, 2, 0], offset: 3 m}}}\n"
        f"bodies: {{a: {{root: free, {BODY}}}}}"
    )
    (plane,) = layout.planes
    assert plane.name == "wall"
    assert [evaluate(x, {}) for x in plane.normal] == [0, 1, 0]
    assert evaluate(plane.offset, {}) == 3


def test_planar_and_fixed_roots_stay_what_they_are(flattened: Flattened) -> None:
    text = (
        f"scenec: 1\nbodies:\n  disc: {{root: planar, {BODY}}}\n  post: {{root: fixed, {BODY}}}\n"
        f"  arm: {{{BODY}}}\n"
        "joints: {j: {type: hinge, parent: post, child: arm, axis: [0, 1, 0]}}"
    )
    kinds = {s.name: s.kind for s in flattened(text, "maximal").segments}
    assert kinds == {"disc": "planar", "post": "fixed", "arm": "free"}


def test_the_largest_tree_sets_the_tile(flattened: Flattened) -> None:
    layout = flattened(
        f"scenec: 1\nbodies:\n  a: {{root: free, {BODY}}}\n  b: {{{BODY}}}\n"
        f"  c: {{root: planar, {BODY}}}\n"
        "joints: {j: {type: ball, parent: a, child: b}}"
    )
    assert (layout.trees, layout.tile) == (2, 9)
    assert layout.segment("b").slots == (6,)

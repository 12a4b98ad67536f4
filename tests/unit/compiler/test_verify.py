"""The verifier finds every way in which an intermediate representation can break its rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scenec.driver import Stage, compile_file
from scenec.ir import verify
from scenec.ir.layout import LayoutIR
from scenec.ir.scalar import ParameterElement
from scenec.ir.scene import SceneIR

SCENES = Path(__file__).parents[3] / "scenes"
QUADRUPED = SCENES / "quadruped.yaml"


def compiled(coordinates: str) -> tuple[SceneIR, LayoutIR]:
    settings = (("options.coordinates", coordinates),)
    compilation = compile_file(QUADRUPED, settings=settings, to=Stage.FLATTEN)
    assert compilation.scene_ir is not None
    assert compilation.layout is not None
    return compilation.scene_ir, compilation.layout


@pytest.fixture(scope="module")
def scene() -> SceneIR:
    return compiled("reduced")[0]


@pytest.fixture(scope="module")
def layout() -> LayoutIR:
    return compiled("reduced")[1]


@pytest.fixture(scope="module")
def maximal() -> LayoutIR:
    return compiled("maximal")[1]


def changed(ir: Any, section: str, place: int, **fields: Any) -> Any:
    """`ir` with other fields in one thing of a section."""
    things = list(getattr(ir, section))
    things[place] = replace(things[place], **fields)
    return replace(ir, **{section: tuple(things)})


Break = Callable[[Any], Any]

SCENE_FAULTS: dict[str, tuple[Break, str]] = {
    "a body's name twice": (
        lambda ir: changed(ir, "bodies", 1, name=ir.bodies[0].name),
        "bodies have a name twice",
    ),
    "a sensor's name twice": (
        lambda ir: changed(ir, "sensors", 1, name=ir.sensors[0].name),
        "sensors have a name twice",
    ),
    "a joint of an unknown parent": (
        lambda ir: changed(ir, "joints", 0, parent="nobody"),
        "joint fl.shoulder_mount joins what does not exist",
    ),
    "a joint of an unknown child": (
        lambda ir: changed(ir, "joints", 0, child="world"),
        "joint fl.shoulder_mount joins what does not exist",
    ),
    "a body without a place": (
        lambda ir: changed(ir, "bodies", 0, root=None),
        "body torso must hang on one joint or be a root",
    ),
    "a body with two places": (
        lambda ir: changed(ir, "bodies", 1, root="free"),
        "body fl.shoulder_servo must hang on one joint or be a root",
    ),
    "a hinge without axis": (
        lambda ir: changed(ir, "joints", 1, axes=()),
        "hinge fl.shoulder has 0 axes",
    ),
    "a hinge with two angles": (
        lambda ir: changed(ir, "joints", 1, angle=ir.joints[1].angle * 2),
        "hinge fl.shoulder starts with the wrong number of coordinates",
    ),
    "a hinge without speed": (
        lambda ir: changed(ir, "joints", 1, speed=()),
        "hinge fl.shoulder starts with the wrong number of coordinates",
    ),
    "an undeclared parameter": (
        lambda ir: changed(ir, "bodies", 0, mass=ParameterElement("width")),
        "element width[] of no parameter",
    ),
    "an element of a scalar parameter": (
        lambda ir: changed(ir, "bodies", 0, mass=ParameterElement("thigh", (0,))),
        "element thigh[0] of no parameter",
    ),
}


@pytest.mark.parametrize("fault", SCENE_FAULTS)
def test_a_broken_scene(fault: str, scene: SceneIR) -> None:
    damage, message = SCENE_FAULTS[fault]
    verify.scene(scene)
    with pytest.raises(verify.VerificationError) as caught:
        verify.scene(damage(scene))
    assert f"SceneIR: {message}" in str(caught.value)


# Segments of the quadruped: torso, upper, lower.
LAYOUT_FAULTS: dict[str, tuple[Break, str]] = {
    "a gap in the coordinates": (
        lambda ir: changed(ir, "segments", 1, q=(13, 17)),
        "segment upper leaves a gap in the state",
    ),
    "an overlap in the velocities": (
        lambda ir: changed(ir, "segments", 1, v=(5, 9)),
        "segment upper leaves a gap in the state",
    ),
    "too few velocities": (
        lambda ir: changed(ir, "segments", 2, v=(10, 13)),
        "segment lower has the wrong number of velocities",
    ),
    "a child before its parent": (
        lambda ir: changed(ir, "segments", 0, parent="lower", parents=(0,)),
        "segment torso comes before its parent",
    ),
    "a parent that does not exist": (
        lambda ir: changed(ir, "segments", 2, parents=(0, 1, 2, 4)),
        "segment lower hangs on a link that does not exist",
    ),
    "a place without a parent": (
        lambda ir: changed(ir, "segments", 1, parent=None),
        "segment upper hangs on a link that does not exist",
    ),
    "a link too few": (
        lambda ir: changed(ir, "segments", 1, links=ir.segments[1].links[:3]),
        "segment upper has 3 links for 4",
    ),
    "two joints in one slot": (
        lambda ir: changed(ir, "segments", 1, slots=(6, 6, 8, 9)),
        "the velocities of tree 0 overlap",
    ),
    "a tree too many": (lambda ir: replace(ir, trees=2), "2 trees are counted, 1 move"),
    "one name for a segment and a group of rows": (
        lambda ir: changed(ir, "contacts", 0, name="torso"),
        "torso stands for several things",
    ),
    "one name for two groups of rows": (
        lambda ir: changed(ir, "contacts", 1, name=ir.contacts[0].name),
        "torso_on_planes stands for several things",
    ),
    "blocks without color": (
        lambda ir: changed(ir, "contacts", 0, colors=(1, 1)),
        "torso_on_planes has 4 blocks, its colors 2",
    ),
    "an empty color": (
        lambda ir: changed(ir, "servos", 0, colors=(1, 1, 1, 1, 0)),
        "upper_servo has 4 blocks, its colors 4",
    ),
    "a color with a tree twice, of contacts": (
        lambda ir: changed(ir, "contacts", 0, colors=(2, 1, 1)),
        "a color of torso_on_planes touches a tree twice",
    ),
    "a color with a tree twice, of servos": (
        lambda ir: changed(ir, "servos", 1, colors=(4,)),
        "a color of lower_servo touches a tree twice",
    ),
    "a control that drives two things": (
        lambda ir: changed(ir, "servos", 0, control=(0, 2, 4, 5)),
        "a control drives nothing, or two things",
    ),
    "a control that drives nothing": (
        lambda ir: replace(ir, servos=ir.servos[:1]),
        "a control drives nothing, or two things",
    ),
}


@pytest.mark.parametrize("fault", LAYOUT_FAULTS)
def test_a_broken_layout(fault: str, layout: LayoutIR) -> None:
    damage, message = LAYOUT_FAULTS[fault]
    verify.layout(layout)
    with pytest.raises(verify.VerificationError) as caught:
        verify.layout(damage(layout))
    assert message in str(caught.value)


def test_a_color_of_joints_that_touches_a_tree_twice(maximal: LayoutIR) -> None:
    count = len(maximal.closures[0].joints)
    with pytest.raises(verify.VerificationError, match="touches a tree twice"):
        verify.layout(changed(maximal, "closures", 0, colors=(count,)))


def test_all_violations_are_named_at_once(layout: LayoutIR) -> None:
    broken = replace(changed(layout, "servos", 1, colors=(4,)), trees=7)
    with pytest.raises(verify.VerificationError, match=r"7 trees are counted.*; a color of lower"):
        verify.layout(broken)


@pytest.mark.parametrize("coordinates", ["reduced", "maximal"])
@pytest.mark.parametrize("path", sorted(SCENES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_scene_keeps_the_rules(path: Path, coordinates: str) -> None:
    settings = (("options.coordinates", coordinates),)
    compilation = compile_file(path, settings=settings, free=["all"], to=Stage.FLATTEN)
    assert compilation.scene_ir is not None
    assert compilation.layout is not None
    verify.scene(compilation.scene_ir)
    verify.layout(compilation.layout)

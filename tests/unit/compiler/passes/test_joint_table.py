"""The geometry of joints in the frames of their links."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from scenec.ir.layout import JointTable, LayoutIR
from scenec.ir.scalar import ParameterElement, Vector, evaluate

Array = NDArray[np.float64]
Flattened = Callable[..., LayoutIR]
BODY = "mass: 1 kg, inertia: [1, 1, 1]"
ANGLE = 0.7


def values(vector: Vector) -> Array:
    return np.array([evaluate(x, {ParameterElement("p"): ANGLE}) for x in vector])


def turn(axis: str, angle: float) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    return {
        "x": np.array([[1, 0, 0], [0, c, -s], [0, s, c]]),
        "y": np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]),
        "z": np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]),
    }[axis]


STARTS = {
    "hinge": ("axis: [0, 0, 5], angle: p", turn("z", ANGLE)),
    "slide": ("axis: [0, 0, 1], angle: 3 m", np.eye(3)),
    "universal": (
        "axes: [[1, 0, 0], [0, 1, 0]], angle: [p, 2 * p]",
        turn("x", ANGLE) @ turn("y", 2 * ANGLE),
    ),
    "ball": ("angle: [0, p, 0]", turn("y", ANGLE)),
    "ball at rest": ("angle: [0, 0, 0]", np.eye(3)),
    "weld": ("anchor: [1 m, 0, 0]", np.eye(3)),
}


def loop(layout: LayoutIR) -> JointTable:
    ((joint,),) = [closure.joints for closure in layout.closures]
    return joint


@pytest.mark.parametrize("kind", STARTS)
def test_a_loop_rests_at_the_start_whatever_carries_its_bodies(
    kind: str, flattened: Flattened
) -> None:
    keys, start = STARTS[kind]
    layout = flattened(
        "scenec: 1\nparams: {p: 0.7 rad}\nbodies:\n"
        f"  a: {{{BODY}, rotation: {{rpy: [0.2, 0, 0]}}}}\n"
        f"  b: {{root: free, {BODY}, rotation: {{rpy: [0, 0, 0.4]}}}}\njoints:\n"
        f"  carrier: {{type: {kind.split(maxsplit=1)[0]}, parent: world, child: a, {keys}}}\n"
        "  loop: {type: ball, parent: a, child: b}\n"
    )
    expected = (start @ turn("x", 0.2)).T @ turn("z", 0.4)
    np.testing.assert_allclose(values(loop(layout).rest).reshape(3, 3), expected, atol=1e-12)


def test_a_ball_that_may_turn_rests_unturned(flattened: Flattened) -> None:
    """Its rotation vector has a length and a direction only where it is not zero."""
    layout = flattened(
        "scenec: 1\nparams: {p: 0 rad}\nbodies:\n"
        f"  a: {{{BODY}}}\n  b: {{root: free, {BODY}}}\njoints:\n"
        "  carrier: {type: ball, parent: world, child: a, angle: [p, 0, 0]}\n"
        "  loop: {type: ball, parent: a, child: b}\n"
    )
    for angle in (0.0, 1e-9, 1e-3):
        rest = [evaluate(x, {ParameterElement("p"): angle}) for x in loop(layout).rest]
        np.testing.assert_allclose(np.reshape(rest, (3, 3)), turn("x", angle).T, atol=1e-12)


def test_a_loop_between_welded_bodies_is_seen_from_their_links(flattened: Flattened) -> None:
    layout = flattened(
        "scenec: 1\nbodies:\n"
        f"  a: {{root: free, {BODY}}}\n"
        f"  hook: {{{BODY}, rotation: {{rpy: [90 deg, 0, 0]}}}}\n"
        f"  b: {{root: free, {BODY}}}\n"
        f"  eye: {{{BODY}, rotation: {{rpy: [0, 90 deg, 0]}}}}\njoints:\n"
        "  w: {type: weld, parent: a, child: hook, anchor: [1 m, 0, 0]}\n"
        "  x: {type: weld, parent: b, child: eye, anchor: [0, 2 m, 0]}\n"
        "  loop: {type: hinge, parent: hook, child: eye, anchor: [0, 0, 1 m],"
        " child_anchor: [0, 0, 1 m], axis: [0, 1, 0]}\n"
    )
    joint = loop(layout)
    np.testing.assert_allclose(values(joint.anchor), [1, -1, 0], atol=1e-12)
    np.testing.assert_allclose(values(joint.child_anchor), [1, 2, 0], atol=1e-12)
    np.testing.assert_allclose(values(joint.axes), [0, 0, 1], atol=1e-12)
    np.testing.assert_allclose(values(joint.rest).reshape(3, 3), np.eye(3), atol=1e-12)


def test_a_ball_on_a_welded_body_starts_in_the_frame_of_its_link(flattened: Flattened) -> None:
    layout = flattened(
        "scenec: 1\nbodies:\n"
        f"  a: {{root: free, {BODY}}}\n"
        f"  hook: {{{BODY}, rotation: {{rpy: [0, 0, 90 deg]}}}}\n"
        f"  b: {{{BODY}}}\njoints:\n"
        "  w: {type: weld, parent: a, child: hook}\n"
        "  j: {type: ball, parent: hook, child: b, angle: [0.5, 0, 0], speed: [0, 2, 0]}\n"
    )
    (joint,) = layout.segment("b").joints
    np.testing.assert_allclose(values(joint.start), [0, 0.5, 0], atol=1e-12)
    np.testing.assert_allclose(values(joint.speed), [-2, 0, 0], atol=1e-12)
    np.testing.assert_allclose(values(joint.rest).reshape(3, 3), turn("z", np.pi / 2), atol=1e-12)

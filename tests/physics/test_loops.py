"""Joints that close loops, in reduced coordinates: rows that act on one tree from both sides."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tools.accuracy.jointed import FOUR_BAR
from tools.motion import Motion, parameters, simulate, simulator

# A stick on a tumbling body. Joints in parallel leave the motion that they have in common.
SCENE = """
scenec: 1
options: {{solver: {{iterations: 100}}}}
bodies:
  body:
    mass: 2 kg
    inertia: [0.02, 0.03, 0.04]
    velocity: {{linear: [1, 0, 0], angular: [1, 2, 3]}}
  stick: {{mass: 1 kg, inertia: [0.01, 0.012, 0.004], rotation: {{axis: [1, 2, 0], angle: 40 deg}}}}
  slider: {{mass: 0.1 kg, inertia: [0.001, 0.001, 0.001]}}
joints:
{joints}
"""
PLACE = "parent: body, child: stick, anchor: [20 cm, 10 cm, 0], child_anchor: [0, 0, 30 cm]"
LINE = "parent: body, child: stick, anchor: [0, 10 cm, 0]"
BALL = f"ball: {{type: ball, {PLACE}}}"
HINGE = f"hinge: {{type: hinge, {PLACE}, axis: [0, 3, 4]}}"
UNIVERSAL = f"universal: {{type: universal, {PLACE}, axes: [[1, 0, 0], [0, 3, 4]]}}"
WELD = f"weld: {{type: weld, {PLACE}}}"
SLIDE = f"slide: {{type: slide, {LINE}, axis: [0, 3, 4]}}"
CROSSED = "x: {type: slide, parent: body, child: slider, axis: [1, 0, 0], anchor: [0, 10 cm, 0]}"
WELDED = "x: {type: weld, parent: body, child: slider, anchor: [0, 10 cm, 0]}"
ACROSS = "y: {type: slide, parent: slider, child: stick, axis: [0, 3, 4]}"


def moved(*joints: str) -> Motion:
    text = SCENE.format(joints="\n".join(f"  {joint}" for joint in joints))
    return simulate(simulator(text), 0.2, 1e-3)


@pytest.mark.parametrize(
    ("loop", "alone"),
    [
        pytest.param((BALL, HINGE), (HINGE,), id="ball and hinge: a hinge"),
        pytest.param((BALL, UNIVERSAL), (UNIVERSAL,), id="ball and universal: a universal"),
        pytest.param((BALL, WELD), (WELD,), id="ball and weld: a weld"),
        pytest.param((UNIVERSAL, HINGE), (HINGE,), id="universal and hinge: a hinge"),
    ],
)
def test_joints_in_parallel_leave_what_they_have_in_common(
    loop: tuple[str, ...], alone: tuple[str, ...]
) -> None:
    """Rows hold velocities; poses drift by (rate * dt)^2 a step and return by a fifth of it."""
    closed, reference = moved(*loop), moved(*alone)
    np.testing.assert_allclose(closed.poses.position, reference.poses.position, atol=2e-4)
    np.testing.assert_allclose(closed.poses.rotation, reference.poses.rotation, atol=1e-3)
    np.testing.assert_allclose(closed.twists.angular, reference.twists.angular, atol=2e-2)


def test_a_slide_locks_one_of_two_crossed_slides() -> None:
    """The slider cannot leave its place, so it belongs to the body: compare with it welded on."""
    closed, welded = moved(CROSSED, ACROSS, SLIDE), moved(WELDED, ACROSS)
    np.testing.assert_allclose(closed.poses.position, welded.poses.position, atol=2e-4)


def test_a_motor_on_the_joint_that_closes_a_loop_drives_it() -> None:
    """The joint turns against the cranks: of 1 N m they get -1 N m, and the coupler nothing."""
    text = FOUR_BAR.replace("options: {", "options: {gravity: [0, 0, 0], ")
    sim = simulator(text + "servos:\n  drive: {type: motor, joint: two}\n")
    motion = simulate(sim, 0.1, 1e-3, control=[1.0])
    inertia = 2 * ((0.02**2 + 0.3**2) / 12 + 0.15**2) + 2 * 0.3**2
    turned = motion.sensors["left.angle"][:, 0] - np.deg2rad(60)
    np.testing.assert_allclose(turned, -0.5 / inertia * motion.time**2, atol=5e-4)


def test_a_planar_loop_aslant_in_single_precision_stays_closed() -> None:
    """Three of its five rows the tree keeps anyway: there both sides cancel to rounding, by which
    nothing may be divided."""
    frame = (
        "  frame: {root: fixed, mass: 1, inertia: [1, 1, 1], rotation: {axis: [1, 2, 3], angle: 1}}"
    )
    text = FOUR_BAR.replace("parent: world", "parent: frame")
    text = text.replace("bodies:\n  coupler", f"bodies:\n{frame}\n  coupler")
    sim = simulator(text)
    with jax.enable_x64(False):
        params, control = parameters(sim, 5e-3), jnp.zeros(0)
        state = sim.init(params)
        for _ in range(40):
            state = sim.step(params, state, control)
        readings = sim.sense(params, state, control)
    left, right = (float(readings[name][0]) for name in ("left.angle", "right.angle"))
    assert abs(left - np.deg2rad(60)) > 0.1
    assert left == pytest.approx(right, abs=1e-3)

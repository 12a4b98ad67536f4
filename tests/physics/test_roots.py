"""What moves as one, in a plane, or not at all: each against an equivalent."""

from __future__ import annotations

import numpy as np
import pytest

from tools.motion import simulate, simulator

# Two balls 40 cm apart, the second turned by 90 degrees about z. A stick hangs on the second.
WELDED = """
scenec: 1
bodies:
  one:
    mass: 1 kg
    inertia: [0.01, 0.01, 0.01]
    position: [-20 cm, 0, 0]
    velocity: {{linear: [0.3, 0.2, 1], angular: [1, 2, 3]}}
  two:
    mass: 1 kg
    inertia: [0.01, 0.01, 0.01]
    rotation: {{axis: [0, 0, 1], angle: 90 deg}}
  stick: {{mass: 0.5 kg, inertia: [0.004, 0.003, 0.002]}}
joints:
  weld: {{type: weld, parent: one, child: two, anchor: [30 cm, 0, 0], child_anchor: [0, 10 cm, 0]}}
  hook:
    parent: two
    child: stick
    anchor: [10 cm, 0, 5 cm]
    child_anchor: [0, 0, 20 cm]
    armature: 0.01
    damping: 0.02
    {hook}
"""

# The same as one body: both moments m (20 cm)^2 added, v + ω × (20 cm, 0, 0) at the centre of mass,
# and what is (x, y) to the second ball is (-y, x) to the whole.
WHOLE = """
scenec: 1
bodies:
  both:
    mass: 2 kg
    inertia: [0.02, 0.1, 0.1]
    velocity: {{linear: [0.3, 0.8, 0.6], angular: [1, 2, 3]}}
  stick:
    mass: 0.5 kg
    inertia: [0.004, 0.003, 0.002]
    rotation: {{axis: [0, 0, 1], angle: 90 deg}}
joints:
  hook:
    parent: both
    child: stick
    anchor: [20 cm, 10 cm, 5 cm]
    child_anchor: [0, 0, 20 cm]
    armature: 0.01
    damping: 0.02
    {hook}
"""

HOOKS = {
    "hinge": (("axis: [1, 0, 1]", "speed: 2"), ("axis: [0, 1, 1]", "speed: 2")),
    "slide": (("axis: [1, 0, 1]", "speed: 1"), ("axis: [0, 1, 1]", "speed: 1")),
    "universal": (
        ("axes: [[1, 0, 0], [0, 1, 1]]", "angle: [0.5, 0.2]"),
        ("axes: [[0, 1, 0], [-1, 0, 1]]", "angle: [0.5, 0.2]"),
    ),
    "ball": (
        ("angle: [0.5, 0.2, 0]", "speed: [1, 0, 3]"),
        ("angle: [-0.2, 0.5, 0]", "speed: [0, 1, 3]"),
    ),
}


@pytest.mark.parametrize("kind", HOOKS)
def test_welded_bodies_move_as_one(kind: str) -> None:
    """By Runge-Kutta in steps of 1 ms: what is one body follows two of its points by paths that
    differ by the method's error, (10 rad/s * 1 ms)^4."""
    hooks = ("\n    ".join((f"type: {kind}", *given)) for given in HOOKS[kind])
    sims = (
        simulator(text.format(hook=hook), "rk4")
        for text, hook in zip((WELDED, WHOLE), hooks, strict=True)
    )
    welded, whole = (simulate(sim, 0.3, 1e-3).poses for sim in sims)
    middle = welded.position[:, :2].mean(axis=1)
    np.testing.assert_allclose(middle, whole.position[:, 0], atol=1e-8)
    np.testing.assert_allclose(welded.position[:, 2], whole.position[:, 1], atol=1e-8)
    np.testing.assert_allclose(welded.rotation[:, 2], whole.rotation[:, 1], atol=1e-8)


PLANE = """
scenec: 1
world: {{planes: {{ground: {{}}}}}}
options: {{solver: {{iterations: 1000}}}}
bodies:
  trunk:
    root: {root}
    mass: 2 kg
    inertia: [0.02, 0.05, 0.04]
    position: [10 cm, 20 cm, 30 cm]
    rotation: {{axis: [0, 1, 0], angle: 20 deg}}
    velocity: {{linear: [1, 0, 0.5], angular: [0, 4, 0]}}
    spheres: [{{center: [30 cm, 0, 0], radius: 5 cm}}, {{center: [-30 cm, 0, 0], radius: 5 cm}}]
  leg: {{mass: 1 kg, inertia: [0.01, 0.01, 0.002]}}
joints:
  hip:
    type: hinge
    parent: trunk
    child: leg
    child_anchor: [0, 0, 20 cm]
    axis: [0, 1, 0]
    speed: 3
"""


def test_a_planar_body_moves_as_a_free_one_that_is_thrown_in_the_plane() -> None:
    """Through impacts with friction, solved by 1,000 sweeps to some 1e-13."""
    planar, free = (
        simulate(simulator(PLANE.format(root=root)), 0.5, 5e-3) for root in ("planar", "free")
    )
    np.testing.assert_allclose(planar.poses.position, free.poses.position, atol=1e-6)
    assert np.ptp(planar.twists.angular[:, 0, 1]) > 1.0


# A pendulum on the world, on a fixed body, and on a body welded to the world through another one.
HUNG = """
scenec: 1
materials: {rubber: {restitution: 0.5}}
templates:
  pendulum:
    args: [carrier, hook]
    bodies:
      rod: {mass: 1 kg, inertia: {cylinder: [1 cm, 1 m]}}
    joints:
      pivot:
        type: hinge
        parent: carrier
        child: rod
        anchor: hook
        child_anchor: [0, 0, 50 cm]
        axis: [0, 1, 0]
        angle: 60 deg
use:
  - {template: pendulum, name: one, carrier: world, hook: [1, 2, 3]}
  - {template: pendulum, name: two, carrier: post, hook: [0, 0, 1]}
  - {template: pendulum, name: three, carrier: arm, hook: [0, 1, 1]}
bodies:
  post:
    root: fixed
    mass: 9 kg
    inertia: {sphere: 10 cm}
    position: [1, 2, 2]
    rotation: {axis: [0, 0, 1], angle: 0 deg}
  wall: {mass: 9 kg, inertia: {sphere: 10 cm}}
  arm: {mass: 1 kg, inertia: {sphere: 10 cm}, spheres: [{radius: 10 cm, material: rubber}]}
  ball:
    mass: 1 kg
    inertia: {sphere: 10 cm}
    position: [1, 1, 3 m]
    spheres: [{radius: 10 cm, material: rubber}]
joints:
  bolt: {type: weld, parent: world, child: wall, anchor: [1, 0, 2]}
  bracket: {type: weld, parent: wall, child: arm, anchor: [0, 1, 0]}
"""


@pytest.mark.parametrize("coordinates", ["reduced", "maximal"])
def test_fixed_bodies_carry_like_the_world(coordinates: str) -> None:
    """In maximal coordinates a body on the world is held by rows, to what the sweeps leave."""
    sim = simulator(HUNG, coordinates=coordinates, sweeps=60)
    motion = simulate(sim, 0.4, 2e-3)
    places = {name: motion.poses.position[:, i] for i, name in enumerate(sim.bodies)}
    tolerance = 1e-12 if coordinates == "reduced" else 1e-2
    np.testing.assert_allclose(places["two.rod"], places["one.rod"], atol=tolerance)
    np.testing.assert_allclose(places["three.rod"], places["one.rod"], atol=tolerance)
    np.testing.assert_allclose(places["arm"][-1], [1, 1, 2], atol=tolerance)
    np.testing.assert_allclose(places["post"][-1], [1, 2, 2], atol=1e-12)


def test_a_ball_bounces_off_a_fixed_body() -> None:
    """Dropped by 0.8 m; half the speed is a quarter of the height."""
    sim = simulator(HUNG)
    motion = simulate(sim, 0.6, 0.5e-3)
    ball = sim.bodies.index("ball")
    height, speed = motion.poses.position[-1, ball, 2], motion.twists.linear[-1, ball, 2]
    assert height - 2.2 + speed**2 / (2 * 9.81) == pytest.approx(0.2, abs=5e-3)

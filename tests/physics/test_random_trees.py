"""Articulated trees of any shape: laws that hold whatever the numbers are."""

from __future__ import annotations

from dataclasses import replace

import mujoco
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.crosscheck.mjcf import matrix_of
from tools.crosscheck.strategy import trees
from tools.crosscheck.tree import Tree, Vector, body_name, scene
from tools.motion import Motion, simulate, simulator

DURATION = 0.1  # s
ROUNDING = 1e-11  # of poses after 50 steps


def gap(a: Motion, b: Motion) -> float:
    """Largest difference of poses [m, 1]."""
    pairs = zip(a.poses, b.poses, strict=True)
    return max(float(np.max(np.abs(x - y))) for x, y in pairs)


@settings(max_examples=5)
@given(trees(damping=0.1))
def test_reduced_and_maximal_coordinates_approach_each_other(tree: Tree) -> None:
    """Joints kept by trees and joints kept by rows share no formula. Their difference falls with
    the time step, by 4 here; 200 sweeps solve the rows of five joints well enough for that."""
    text = scene(tree)
    sims = [simulator(text, coordinates=c, sweeps=200) for c in ("reduced", "maximal")]
    control = np.cos(np.arange(sims[0].n_control))

    def difference(timestep: float) -> float:
        return gap(*(simulate(sim, DURATION, timestep, control=control) for sim in sims))

    coarse, fine = difference(2e-3), difference(5e-4)
    assert fine < 1e-3
    assert fine < 0.4 * coarse + 1e-6
    reduced, maximal = (simulate(sim, DURATION, 5e-4, control=control) for sim in sims)
    for name, reading in reduced.sensors.items():
        tolerance = 0.03 if name.startswith("joint_speed") else 3e-3
        np.testing.assert_allclose(reading, maximal.sensors[name], atol=tolerance)


@settings(max_examples=4)
@given(trees())
def test_energy_is_conserved(tree: Tree) -> None:
    """By Runge-Kutta in steps of 2 ms, at rates of up to 10 rad/s: (0.02)^4 is 1.6e-7."""
    motion = simulate(simulator(scene(tree), "rk4"), DURATION, 2e-3)
    total = motion.energy.kinetic + motion.energy.potential
    assert np.max(np.abs(total - total[0])) < 1e-7 * np.max(motion.energy.kinetic)


@settings(max_examples=3)
@given(trees(), st.randoms(use_true_random=False))
def test_the_order_of_bodies_in_the_file_means_nothing(tree: Tree, random: st.DataObject) -> None:
    order = list(range(len(tree.nodes)))
    random.shuffle(order)
    sims = [simulator(scene(tree)), simulator(scene(tree, order))]
    motions = [simulate(sim, DURATION, 2e-3) for sim in sims]
    for place in range(len(tree.nodes)):
        indices = [sim.bodies.index(body_name(place)) for sim in sims]
        ours, theirs = (m.poses.position[-1, i] for m, i in zip(motions, indices, strict=True))
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=ROUNDING)


TURN: Vector = (0.5, 0.5, -0.1, 0.7)  # a unit quaternion


def turned(tree: Tree) -> Tree:
    """The tree, and gravity with it, turned about the origin."""
    matrix, rotation = matrix_of(TURN), np.zeros(4)
    mujoco.mju_mulQuat(rotation, np.array(TURN), np.array(tree.rotation))
    names = ("position", "linear", "angular", "gravity")
    vectors = {name: tuple((matrix @ getattr(tree, name)).tolist()) for name in names}
    return replace(tree, rotation=tuple(rotation.tolist()), **vectors)


@settings(max_examples=3)
@given(trees(roots=("free",)))
def test_directions_of_the_world_mean_nothing(tree: Tree) -> None:
    motions = [simulate(simulator(scene(t)), DURATION, 2e-3) for t in (tree, turned(tree))]
    straight, aslant = (motion.poses.position[-1] for motion in motions)
    np.testing.assert_allclose(straight @ matrix_of(TURN).T, aslant, rtol=0, atol=ROUNDING)

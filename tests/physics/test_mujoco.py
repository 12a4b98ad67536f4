"""The same articulated trees in MuJoCo: accelerations, energies, trajectories.

Both compute in float64. What is one formula in different arithmetic agrees to rounding, which
chains of accelerations magnify to some 1e-12: 1e-9 leaves room and nothing else.
"""

from __future__ import annotations

from functools import cache

import jax
import jax.numpy as jnp
import mujoco
import numpy as np
import pytest
from hypothesis import given, settings
from jax import Array

from scenert import Simulator, State
from tools.crosscheck import mjcf
from tools.crosscheck.random_tree import random_tree
from tools.crosscheck.strategy import trees
from tools.crosscheck.tree import Tree, scene
from tools.motion import parameters, simulate, simulator

ROUNDING = 1e-9
TREES = {
    "every joint on a free body": random_tree(
        (-1, 0, 1, 1, 0, 3), ("ball", "universal", "hinge", "slide", "hinge", "ball"), seed=1
    ),
    "every joint on the world": random_tree(
        (-1, 0, 1, -1, 3), ("slide", "ball", "universal", "hinge", "hinge"), "world", seed=2
    ),
    "four alike legs": random_tree(
        (-1, -1, -1, -1, 0, 1, 2, 3), ("universal",) * 4 + ("hinge",) * 4, seed=3
    ),
    "a chain": random_tree(range(-1, 5), ("universal",) * 6, "world", seed=4),
}
# Without balls and free bodies both have the same coordinates, hence the same integrators.
DAMPED = random_tree(
    (-1, 0, 0, 2), ("universal", "slide", "hinge", "hinge"), "world", seed=5, damping=0.1
)


@cache
def accelerations(sim: Simulator) -> jax.stages.Wrapped:
    """Accelerations (n, n_v) under n controls."""

    def accelerate(state: State, control: Array) -> Array:
        params = parameters(sim, 1.0)  # a step of 1 s adds the acceleration to the velocity
        return sim.step(params, state, control).v - state.v

    return jax.jit(jax.vmap(accelerate, in_axes=(None, 0)))


def check_accelerations(tree: Tree) -> None:
    """At the start, without control and with each one: together these are the bias forces and the
    whole inverse of the mass matrix."""
    sim = simulator(scene(tree))
    state = sim.init(parameters(sim, 1.0))
    controls = np.vstack([np.zeros(sim.n_control), 3.0 * np.eye(sim.n_control)])
    ours = np.asarray(accelerations(sim)(state, jnp.asarray(controls)))
    model = mjcf.model(tree, "Euler", 1e-3)
    data = mjcf.data(tree, model, sim, state)
    for control, found in zip(controls, ours, strict=True):
        data.ctrl[:] = control
        mujoco.mj_forward(model, data)
        error = mjcf.velocities(tree, sim, state, found) - data.qacc
        assert np.max(np.abs(error)) < ROUNDING * np.max(np.abs(data.qacc))


@pytest.mark.parametrize("name", TREES)
def test_accelerations_agree_under_every_motor(name: str) -> None:
    check_accelerations(TREES[name])


@settings(max_examples=5)
@given(trees())
def test_accelerations_of_any_tree_agree(tree: Tree) -> None:
    check_accelerations(tree)


@pytest.mark.parametrize("name", TREES)
def test_energies_agree(name: str) -> None:
    tree = TREES[name]
    sim = simulator(scene(tree))
    params = parameters(sim, 1.0)
    state = sim.init(params)
    energy = sim.energy(params, state)
    data = mjcf.data(tree, mjcf.model(tree, "Euler", 1e-3), sim, state)
    assert float(energy.potential) == pytest.approx(data.energy[0], abs=ROUNDING)
    assert float(energy.kinetic) == pytest.approx(data.energy[1], rel=ROUNDING)


def distance(tree: Tree, integrator: str, timestep: float) -> float:
    """Largest difference of poses and velocities after 0.2 s."""
    name = {"Euler": "semi_implicit", "RK4": "rk4"}[integrator]
    sim = simulator(scene(tree), name)
    control = 0.1 * np.cos(np.arange(sim.n_control))
    motion = simulate(sim, 0.2, timestep, control=control)
    start, end = (jax.tree.map(lambda x, i=i: x[i], motion.state) for i in (0, -1))
    model = mjcf.model(tree, integrator, timestep)
    theirs, ours = mjcf.data(tree, model, sim, start), mjcf.data(tree, model, sim, end)
    theirs.ctrl[:] = control
    mujoco.mj_step(model, theirs, round(0.2 / timestep))
    mujoco.mj_kinematics(model, theirs)
    pairs = [(ours.xpos, theirs.xpos), (ours.xmat, theirs.xmat), (ours.qvel, theirs.qvel)]
    return max(float(np.max(np.abs(a - b))) for a, b in pairs)


@pytest.mark.parametrize("integrator", ["Euler", "RK4"])
def test_trajectories_agree_in_common_coordinates(integrator: str) -> None:
    """Semi-implicit Euler with damping taken implicitly, and Runge-Kutta, step by step."""
    assert distance(DAMPED, integrator, 2e-3) < ROUNDING


def test_trajectories_of_turning_bodies_approach_each_other_by_the_fourth_order() -> None:
    """Balls and free bodies are integrated as matrices here and as quaternions there: two methods
    of order 4 for the same motion."""
    tree = TREES["every joint on a free body"]
    coarse, fine = distance(tree, "RK4", 5e-3), distance(tree, "RK4", 1.25e-3)
    assert fine < 1e-6
    assert coarse / fine > 4**4 * 0.5

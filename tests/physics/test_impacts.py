"""Impacts at their own instants, and derivatives through them, against exact solutions."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import Array

from tools.motion import COMPILER_OPTIONS, parameters, simulator

GRAVITY = 9.81
BALL = """
scenec: 1
params: {height: 1.1 m, bounce: 0.8, radius: 10 cm, mass: 1 kg}
materials: {rubber: {restitution: bounce}}
world: {planes: {ground: {}}}
bodies:
  ball:
    mass: mass
    inertia: {sphere: radius}
    position: [0, 0, height]
    spheres: [{radius: radius, material: rubber}]
"""
HEAD_ON = """
scenec: 1
params: {start: -0.5 m, mass: 1 kg}
options: {gravity: [0, 0, 0]}
materials: {steel: {restitution: 1}}
bodies:
  a:
    mass: mass
    inertia: {sphere: 10 cm}
    position: [start, 0, 0]
    velocity: {linear: [1, 0, 0]}
    spheres: [{radius: 10 cm, material: steel}]
  b: {mass: 1 kg, inertia: {sphere: 10 cm}, spheres: [{radius: 10 cm, material: steel}]}
"""


def run(sim, params, steps: int) -> tuple[Array, Array]:
    """Coordinates and velocities after every step."""

    def step(state, _):
        state = sim.step(params, state, jnp.zeros(0))
        return state, (state.q, state.v)

    return jax.lax.scan(step, sim.init(params), None, length=steps)[1]


def gradient(sim, params, steps: int, place: int):
    def end(params):
        return run(sim, params, steps)[0][-1, place]

    return jax.jit(jax.grad(end), compiler_options=COMPILER_OPTIONS)(params)


def test_an_elastic_ball_keeps_its_energy_for_twenty_seconds() -> None:
    with jax.enable_x64(True):
        sim = simulator(BALL)
        q, v = run(sim, parameters(sim, 10e-3, {"bounce": 1.0}), 2000)
    energy = GRAVITY * q[:, 2] + 0.5 * v[:, 5] ** 2
    np.testing.assert_allclose(energy, energy[0], rtol=1e-12)


def test_derivatives_through_a_bounce_are_those_of_the_exact_flight() -> None:
    def flight(height, bounce, radius):
        fall = jnp.sqrt(2 * (height - radius) / GRAVITY)
        rest = 0.8 - fall
        return radius + bounce * GRAVITY * fall * rest - 0.5 * GRAVITY * rest**2

    with jax.enable_x64(True):
        sim = simulator(BALL)
        found = gradient(sim, parameters(sim, 10e-3), 80, 2)
        exact = jax.grad(flight, (0, 1, 2))(1.1, 0.8, 0.1)
    names = ("height", "bounce", "radius")
    np.testing.assert_allclose([found[n] for n in names], exact, rtol=1e-10)
    assert abs(found["mass"]) < 1e-12


def test_a_ball_comes_to_rest_with_finite_derivatives() -> None:
    with jax.enable_x64(True):
        sim = simulator(BALL)
        params = parameters(sim, 10e-3, {"bounce": 0.5})
        q, v = run(sim, params, 400)
        found = gradient(sim, params, 400, 2)
    np.testing.assert_allclose([q[-1, 2], v[-1, 5]], [0.1, 0.0], atol=1e-12)
    assert found["radius"] == pytest.approx(1.0)
    assert abs(found["height"]) < 1e-12


@pytest.mark.parametrize("start", np.linspace(-0.6, -0.25, 16))
def test_a_push_of_the_first_ball_arrives_at_the_second(start: float) -> None:
    with jax.enable_x64(True):
        sim = simulator(HEAD_ON)
        found = gradient(sim, parameters(sim, 2e-3, {"start": start}), 400, 12)
    assert found["start"] == pytest.approx(1.0, rel=1e-10)

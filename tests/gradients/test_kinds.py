"""What `options.gradient` changes: derivatives, and nothing else."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

KINDS = "exact", "implicit", "smoothed"
WIDTH = 0.02  # m, as in the scene `scattered`


@pytest.fixture(scope="module")
def of_kind(simulator):
    def compile_scene(name, kind, **settings):
        return simulator(name, settings={"options.gradient": kind, **settings})

    return compile_scene


@pytest.mark.parametrize("name", ["quadruped", "collisions", "sliding", "ball"])
def test_motions_are_the_same_to_the_last_bit(name, of_kind, trajectory):
    exact, *others = (trajectory(of_kind(name, kind), 20) for kind in KINDS)
    for other in others:
        np.testing.assert_array_equal(other.value(other.inputs), exact.value(exact.inputs))


@pytest.mark.parametrize("name", ["sliding", "mechanism"])
def test_converged_sweeps_have_the_derivative_of_their_solution(name, of_kind, trajectory):
    settings = {"options.solver.iterations": 400}
    exact, implicit = (
        trajectory(of_kind(name, kind, **settings), 2) for kind in ("exact", "implicit")
    )
    for row in np.random.default_rng(3).normal(size=(3, len(exact.output_names))):
        pulled, expected = (np.asarray(at.pullback(at.inputs, row)) for at in (implicit, exact))
        np.testing.assert_allclose(pulled, expected, rtol=1e-6, atol=1e-6)


def test_a_narrow_scatter_leaves_the_exact_derivative(of_kind, trajectory):
    exact = trajectory(of_kind("sliding", "exact"), 10)
    narrow = trajectory(of_kind("sliding", "smoothed", **{"options.smoothing": "1e-12 m"}), 10)
    row = np.random.default_rng(3).normal(size=len(exact.output_names))
    expected = np.asarray(exact.pullback(exact.inputs, row))
    np.testing.assert_allclose(
        narrow.pullback(narrow.inputs, row), expected, atol=1e-6 * np.abs(expected).max()
    )


@pytest.fixture(scope="module")
def slopes(of_kind):
    """Changes of the velocity after one step along a change of its inputs: by the smoothed
    derivative, and by the exact one on grounds of scattered level, on average.

    The impulse is a continuous function of all numbers: the derivative of its mean is the mean of
    its derivative.
    """
    exact, smoothed = (of_kind("scattered", kind).portable() for kind in ("exact", "smoothed"))
    shares = (np.arange(200_000) + 0.5) / 200_000
    levels = WIDTH * np.log(shares / (1 - shares))
    start = exact.init(exact.params())

    def slope(sim, level, inputs, along):
        def step(inputs):
            params = {**sim.params(), "level": level, "friction": inputs["friction"]}
            q = start.q.at[2].add(inputs["height"])
            return sim.step(params, start.replace(q=q, v=inputs["velocity"]), jnp.zeros(0)).v

        return jax.jvp(step, (inputs,), (along,))[1]

    @jax.jit
    def both(inputs, along):
        scattered = jax.vmap(lambda level: slope(exact, level, inputs, along))(levels)
        return slope(smoothed, jnp.zeros(()), inputs, along), jnp.mean(scattered, axis=0)

    return both


@pytest.mark.parametrize("height", [-0.001, 0.0, 0.003, 0.03])
@pytest.mark.parametrize("speed", [0.0, 0.05, 1.0])
def test_the_smoothed_derivative_of_a_step_is_that_of_the_mean_step(height, speed, slopes):
    """By height, velocity and friction; pressed in, touching, and above the ground."""
    velocity = jnp.array([0.0, 0.2, 0.0, speed, 0.3 * speed, -0.1])
    inputs = {"height": jnp.asarray(height), "velocity": velocity, "friction": jnp.asarray(0.4)}
    random = np.random.default_rng(1)
    for _ in range(4):
        along = jax.tree.map(lambda x: jnp.asarray(random.normal(size=x.shape)), inputs)
        found, expected = slopes(inputs, along)
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=5e-3)


IN_THE_AIR = {"lowered": jnp.array(0.0), "torque": jnp.array(0.5)}


@pytest.fixture(scope="module")
def driven(of_kind):
    """How far the cart of the scene `hover` comes in half a second, and the derivatives by how far
    its wheel is lowered [m] and by the torque on it [N m]."""

    def of(kind):
        sim = of_kind("hover", kind)
        params = sim.params()

        def distance(chosen):
            control = jnp.stack([0.36 + chosen["lowered"], chosen["torque"]])

            def advance(state, _):
                return sim.step(params, state, control), None

            final, _ = jax.lax.scan(advance, sim.init(params), None, length=100)
            return sim.sense(params, final, control)["cart"][0]

        return jax.jit(jax.value_and_grad(distance))

    return of


@pytest.mark.parametrize("kind", ["exact", "implicit"])
def test_a_wheel_in_the_air_cannot_know_that_it_should_be_lowered(kind, driven):
    assert driven(kind)(IN_THE_AIR) == (0.0, {"lowered": 0.0, "torque": 0.0})


def test_a_wheel_in_the_air_feels_the_ground_with_smoothed_gradients(driven):
    """And gradient ascent drives the cart, from where exact gradients are all 0."""
    distance = driven("smoothed")
    assert distance(IN_THE_AIR)[0] == 0.0
    chosen = IN_THE_AIR
    for _ in range(30):
        _, slope = distance(chosen)
        lowered = chosen["lowered"] + 0.002 * jnp.sign(slope["lowered"])
        chosen = {**chosen, "lowered": jnp.clip(lowered, 0, 0.08)}
    assert distance(chosen)[0] > 0.1

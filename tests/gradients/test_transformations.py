"""All ways in which JAX differentiates a run of a simulator agree to rounding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

import scenert

STEPS, ROBOTS = 6, 5


@pytest.fixture(scope="module")
def run(simulator) -> tuple[Callable[..., Any], Any]:
    """A closed loop of some steps as a function of one vector, and where to differentiate it."""
    sim = simulator("cartpole")
    start, restore = ravel_pytree({"params": sim.params(), "gains": jnp.full(sim.n_control, 0.3)})

    def policy(gains: Any, sensors: Any, carry: Any, t: Any) -> Any:
        reading = sum(jnp.sum(sensors[name]) for name in sim.sensors)
        return gains * jnp.tanh(reading + t), carry

    def function(x: Any, **options: Any) -> Any:
        tree = restore(x)
        first = sim.init(tree["params"])
        final, _ = scenert.rollout(
            sim, policy, tree["params"], first, STEPS, policy_params=tree["gains"], **options
        )
        return jnp.concatenate([final.q, final.v])

    return function, start


@pytest.fixture(scope="module")
def reverse(run) -> Any:
    function, x = run
    return jax.jit(jax.jacrev(function))(x)


def close(a: Any, b: Any) -> None:
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9 * max(1.0, float(np.max(np.abs(b)))))


def test_forward_and_reverse_mode_agree(run, reverse):
    function, x = run
    close(jax.jit(jax.jacfwd(function))(x), reverse)


def test_directions_agree(run, reverse):
    """A jvp is a column, a vjp a row of what they span."""
    function, x = run
    random = np.random.default_rng(0)
    along, across = random.normal(size=x.size), random.normal(size=reverse.shape[0])
    _, tangent = jax.jit(lambda x, u: jax.jvp(function, (x,), (u,)))(x, along)
    close(tangent, reverse @ along)
    (cotangent,) = jax.jit(lambda x, w: jax.vjp(function, x)[1](w))(x, across)
    close(cotangent, across @ reverse)


def test_what_is_kept_or_repeated_does_not_matter(run, reverse):
    function, x = run
    close(jax.jit(jax.jacrev(lambda x: function(x, checkpoint=False)))(x), reverse)


def test_many_robots_are_differentiated_as_one(run, reverse):
    function, x = run
    batch = jnp.stack([x] * ROBOTS) + 1e-3 * jnp.arange(ROBOTS)[:, None]

    def total(x: Any) -> Any:
        return jnp.sum(function(x) * jnp.cos(jnp.arange(reverse.shape[0])))

    gradients = jax.jit(jax.vmap(jax.grad(total)))(batch)
    close(gradients[0], np.cos(np.arange(reverse.shape[0])) @ reverse)
    close(gradients[3], jax.jit(jax.grad(total))(batch[3]))


def test_a_discount_of_nothing_leaves_only_the_last_step(run, reverse):
    function, x = run
    cut = jax.jit(jax.jacrev(lambda x: function(x, discount=0.0)))(x)
    assert np.isfinite(cut).all()
    assert np.abs(cut - reverse).max() > 1e-3 * np.abs(reverse).max()

"""Training that goes back to the best model after a step that was too long."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from scenert import train


def cliff(model, key):
    """Downhill to x = 1, and behind it a plateau, far up, without any slope."""
    return jnp.where(model["x"] < 1.0, -model["x"], 5.0)


def learners(method, start, updates):
    """All learners on the way, the first one included."""
    update = eqx.filter_jit(method.update)
    learner = method.init({"x": jnp.float32(start)}, jax.random.key(0))
    seen = [learner]
    for _ in range(updates):
        learner, _ = update(learner)
        seen.append(learner)
    return seen


def places(learners):
    return np.array([float(learner.model["x"]) for learner in learners])


def test_without_it_a_fall_is_the_end():
    x = places(learners(train.descent(cliff, optax.sgd(0.4)), 0.0, 10))
    assert (x[3:] == x[3]).all()
    assert x[3] > 1.0


def test_after_a_fall_training_goes_on_from_the_best_model_by_half_the_step():
    method = train.retreat(train.descent(cliff, optax.sgd(0.45)), rise=0.1)
    x = places(learners(method, 0.0, 4))
    np.testing.assert_allclose(x, [0.0, 0.45, 0.9, 1.35, 1.125], rtol=1e-6)


def test_it_comes_as_close_to_the_cliff_as_steps_are_fine():
    method = train.retreat(train.descent(cliff, optax.sgd(0.4)), rise=0.1)
    assert float(learners(method, 0.0, 60)[-1].record) == pytest.approx(-1.0, abs=0.01)


def test_steps_grow_again_until_they_are_the_methods_own():
    method = train.retreat(train.descent(cliff, optax.sgd(0.45)), rise=0.1, shrink=0.5, grow=1.5)
    shares = [float(learner.memory.share) for learner in learners(method, 0.0, 7)]
    np.testing.assert_allclose(shares, [1.0, 1.0, 1.0, 1.0, 0.5, 0.25, 0.125, 0.1875])


def test_small_rises_are_borne():
    """Around a minimum, steps of a fixed length go up and down."""

    def bowl(model, key):
        return jnp.abs(model["x"])

    plain = train.descent(bowl, optax.sgd(0.3))
    np.testing.assert_array_equal(
        places(learners(train.retreat(plain, rise=1.0), 1.0, 8)), places(learners(plain, 1.0, 8))
    )


def test_the_optimizers_memory_goes_back_too():
    """Momentum gained on the way to the cliff is that of the best model, not that of the fall."""
    method = train.retreat(train.descent(cliff, optax.sgd(0.1, momentum=0.9)), rise=0.1)
    seen = learners(method, 0.0, 6)
    x = places(seen)
    fallen = int(np.flatnonzero(x >= 1.0)[0])
    back, best = seen[fallen + 1], fallen - 1
    step = x[fallen] - x[best]
    assert x[fallen + 1] == pytest.approx(x[best] + 0.5 * step, rel=1e-5)
    jax.tree.map(np.testing.assert_array_equal, back.memory.own, seen[fallen].memory.own)


def test_a_gradient_that_is_not_finite_is_a_fall():
    def edge(model, key):
        return -jnp.sqrt(1.0 - model["x"])  # its slope at 1 is infinite, and beyond there is none

    def towards(model, key):
        return -model["x"] + 0.0 * edge(model, key)

    method = train.retreat(train.descent(towards, optax.sgd(0.5)), rise=0.1)
    seen = learners(method, 0.25, 20)
    assert all(np.isfinite(places(seen)))
    assert places(seen)[-1] < 1.0
    assert float(seen[-1].best["x"]) > 0.9

"""Judging all models alike, whatever the losses of their updates."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import scenert
from scenert import train


def fading(model, key):
    """Downhill to x = 3, but with the luck of a draw that outweighs it."""
    return (model - 3.0) ** 2 + 100.0 * jax.random.normal(key)


def miss(model, key):
    return (model - 3.0) ** 2


def run(method, updates, quiet):
    return train.run(method, jnp.float32(0.0), updates, console=quiet)


def test_the_best_model_is_not_that_of_the_luckiest_update(quiet):
    plain = train.descent(fading, optax.sgd(0.1), clip=None)
    lucky = run(plain, 30, quiet)
    just = run(train.judged(plain, miss, every=1), 30, quiet)
    assert abs(float(lucky.best) - 3) > 0.01
    assert float(just.best) == pytest.approx(3, abs=0.01)
    assert float(just.learner.record) == pytest.approx((float(just.best) - 3) ** 2)


def test_models_are_judged_before_training_and_then_now_and_then(quiet):
    uphill = optax.sgd(-0.1)
    method = train.judged(train.descent(miss, uphill, clip=None), miss, every=3)
    result = run(method, 7, quiet)
    judged = [line["judged"] for line in result.metrics]
    assert judged[0] == judged[1] == 9
    assert judged[1] < judged[2] == judged[4] < judged[5] == judged[6]
    assert float(result.best) == 0


def test_the_same_robots_judge_every_time():
    method = train.judged(train.descent(miss, optax.sgd(0.0)), fading, every=1, batch=4)
    learner = method.init(jnp.float32(0.0), jax.random.key(0))
    first = learner.record
    for _ in range(3):
        learner, told = method.update(learner)
        assert told["judged"] == pytest.approx(float(first))


def test_training_goes_its_own_way():
    """What goes back to its own record still does."""

    def cliff(model, key):
        return jnp.where(model < 1.0, -model, 5.0)

    own = train.retreat(train.descent(cliff, optax.sgd(0.45)), rise=0.1)
    method = train.judged(own, lambda model, key: -jnp.abs(model - 0.9), every=1)
    learner = method.init(jnp.float32(0.0), jax.random.key(0))
    places = []
    for _ in range(4):
        learner, _ = method.update(learner)
        places.append(float(learner.model))
    np.testing.assert_allclose(places, [0.45, 0.9, 1.35, 1.125], rtol=1e-6)


def test_models_without_a_finite_loss_are_not_the_best():
    method = train.judged(
        train.descent(miss, optax.sgd(0.5), clip=None),
        lambda model, key: jnp.where(model > 1, jnp.nan, model),
        every=1,
    )
    learner, told = method.update(method.init(jnp.float32(0.0), jax.random.key(0)))
    assert jnp.isnan(told["judged"])
    assert learner.best == 0


def test_judges_are_at_least_one(sim: scenert.Simulator):
    plain = train.descent(miss, optax.sgd(0.1))
    with pytest.raises(ValueError, match="at least 1, not 0 and 1"):
        train.judged(plain, miss, every=0)

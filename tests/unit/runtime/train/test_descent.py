"""Gradient descent through the hand-written scene of `tests/unit/runtime/conftest.py`."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import scenert
from scenert import train


def push(model, sensors, carry, t):
    return jnp.stack([model["gain"] * sensors["height"], model["bias"], 0.0 * t]), carry


def distance(state, sensors, control):
    return jnp.sum(state.q[:3] ** 2), {"height": state.q[2]}


MODEL = {"gain": jnp.float32(0.0), "bias": jnp.float32(0.0)}


def test_the_loss_is_the_mean_cost_of_the_steps(sim: scenert.Simulator):
    loss = train.bptt(sim, push, distance, 30)
    value, metrics = loss(MODEL, jax.random.key(0))
    params = sim.params()
    _, states = scenert.rollout(sim, None, params, sim.init(params), 30)
    assert value == pytest.approx(float(jnp.mean(jnp.sum(states.q[:, :3] ** 2, axis=1))), rel=1e-6)
    assert metrics["height"] == pytest.approx(float(jnp.mean(states.q[:, 2])))


def test_training_lowers_the_loss_and_remembers_the_best(sim: scenert.Simulator, quiet):
    start = {"gain": jnp.float32(0.0), "bias": jnp.float32(5.0)}
    method = train.descent(train.bptt(sim, push, distance, 100), optax.adam(0.3))
    result = train.run(method, start, 12, console=quiet)
    losses = [line["loss"] for line in result.metrics]
    assert losses[-1] < losses[0]
    assert float(result.learner.record) == pytest.approx(min(losses))
    assert int(result.learner.updates) == 12
    best_loss, _ = train.bptt(sim, push, distance, 100)(result.best, jax.random.key(0))
    assert best_loss == pytest.approx(min(losses), rel=1e-5)


def test_batches_average_over_robots_that_differ(sim: scenert.Simulator):
    def start(model, key):
        params = train.randomize(sim.params(), key, {"stretch": train.uniform(0.1, 0.5)})
        return train.Start(params, sim.init(params))

    loss = train.bptt(sim, push, distance, 5, start=start)
    method = train.descent(loss, optax.sgd(0.1), batch=8, clip=None)
    learner = method.init(MODEL, jax.random.key(3))
    after, metrics = jax.jit(method.update)(learner)
    _, now = jax.random.split(jax.random.key(3))
    keys = jax.random.split(now, 8)
    values = [float(loss(MODEL, key)[0]) for key in keys]
    assert np.std(values) > 0.1 * np.mean(values)
    assert metrics["loss"] == pytest.approx(np.mean(values), rel=1e-5)
    gradients = [jax.grad(lambda m, k=key: loss(m, k)[0])(MODEL)["bias"] for key in keys]
    assert after.model["bias"] == pytest.approx(-0.1 * float(np.mean(gradients)), rel=1e-4)


def test_gradients_are_clipped_even_where_their_squares_overflow():
    method = train.descent(lambda model, key: 1e30 * jnp.sum(model), optax.sgd(1.0))
    after, metrics = method.update(method.init(jnp.zeros(4), jax.random.key(0)))
    assert after.model == pytest.approx(-0.5 * np.ones(4))
    assert metrics["gradient_norm"] == pytest.approx(2e30)


def test_updates_without_a_finite_gradient_are_skipped_and_end_training_at_last(quiet):
    def loss(model, key):
        return jnp.where(jax.random.bernoulli(key), jnp.nan, 1.0) * model

    method = train.descent(loss, optax.sgd(0.01), clip=None)
    result = train.run(method, jnp.float32(1.0), 30, console=quiet)
    skipped = sum(line["skipped"] for line in result.metrics)
    assert 0 < skipped < 30
    assert result.model == pytest.approx(1 - 0.01 * (30 - skipped), rel=1e-5)
    never = train.descent(lambda model, key: jnp.nan * model, optax.sgd(0.01))
    with pytest.raises(FloatingPointError, match="not finite"):
        train.run(never, jnp.float32(1.0), 100, console=quiet)


def test_losses_of_many_numbers_are_refused():
    method = train.descent(lambda model, key: jnp.stack([model, model]), optax.sgd(1.0))
    with pytest.raises(ValueError, match=r"scalar of one robot, not of shape \(2,\)"):
        method.update(method.init(jnp.float32(1.0), jax.random.key(0)))
    with pytest.raises(ValueError, match="at least 1"):
        train.descent(lambda model, key: model, optax.sgd(1.0), batch=0)


def test_learning_rates_shrink_with_the_error():
    optimizer = optax.chain(optax.sgd(0.1), train.scale_by_value())
    method = train.descent(lambda model, key: jnp.sum(model**2), optimizer, clip=None)
    after, _ = method.update(method.init(jnp.array([3.0]), jax.random.key(0)))
    assert after.model == pytest.approx(3 - 0.1 * 6 * 9)


def test_networks_begin_at_zero():
    network = train.zero_output(eqx.nn.MLP(3, 2, 16, 2, key=jax.random.key(0)))
    assert not np.any(network(jnp.ones(3)))
    gradient = eqx.filter_grad(lambda n: jnp.sum(n(jnp.ones(3))))(network)
    assert np.any(gradient.layers[-1].weight)
    with pytest.raises(ValueError, match="no equinox"):
        train.zero_output(eqx.nn.Identity())


def test_only_named_parameters_are_random(sim: scenert.Simulator):
    params, key = sim.params(), jax.random.key(1)
    heavy = train.randomize(params, key, {"mass": train.scaled(2.0, 3.0)})
    assert 4 <= heavy["mass"] <= 6
    assert heavy["stretch"] == params["stretch"]
    both = train.randomize(
        params, key, {"mass": train.scaled(2.0, 3.0), "stretch": train.normal(0.1)}
    )
    assert both["mass"] == heavy["mass"]
    assert both["stretch"] != params["stretch"]
    with pytest.raises(ValueError, match="did you mean 'mass'"):
        train.randomize(params, key, {"mas": train.scaled(2.0, 3.0)})

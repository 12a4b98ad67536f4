"""Truncated backpropagation with an update for each window, on the ball on a spring."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import scenert
from scenert import train


def damp(gain, sensors, carry, t):
    """Damping by the change since the last reading, which the policy remembers."""
    return -gain * (sensors["position"] - carry), sensors["position"]


def distance(state, sensors, control):
    return jnp.sum(state.q[:3] ** 2), {"height": state.q[2]}


def start_of(sim):
    def start(gain, key):
        params = train.randomize(sim.params(), key, {"stretch": train.uniform(0.1, 0.3)})
        state = sim.init(params)
        return train.Start(params, state, state.q[:3])

    return start


def method(sim, optimizer, **options) -> train.Method:
    settings = {"horizon": 8, "episode": 24, "start": start_of(sim)} | options
    return train.windows(sim, damp, distance, optimizer, **settings)


def after(method, gain, updates):
    """The learner and the metrics of each update."""
    update = eqx.filter_jit(method.update)
    learner, told = method.init(gain, jax.random.key(0)), []
    for _ in range(updates):
        learner, metrics = update(learner)
        told.append(metrics)
    return learner, told


def test_the_windows_of_a_model_at_rest_make_up_its_episode(sim: scenert.Simulator):
    gain = jnp.float32(20.0)
    learner, told = after(method(sim, optax.sgd(0.0)), gain, 3)
    losses = [float(metrics["loss"]) for metrics in told]
    begun = method(sim, optax.sgd(0.0)).init(gain, jax.random.key(0))
    params = jax.tree.map(lambda x: x[0], begun.memory.own[1].params)

    def same(gain, key):
        state = sim.init(params)
        return train.Start(params, state, state.q[:3])

    whole, _ = train.bptt(sim, damp, distance, 24, start=same)(gain, jax.random.key(1))
    assert np.mean(losses) == pytest.approx(float(whole), rel=1e-5)
    assert "height" in told[0]
    assert learner.model == gain


def test_each_gradient_is_that_of_its_window(sim: scenert.Simulator):
    """As truncated backpropagation through the episode has them, of which it is the mean."""
    gain = jnp.float32(20.0)
    rate = 1e4
    _, told = after(method(sim, optax.sgd(0.0)), gain, 3)
    windows = method(sim, optax.sgd(rate), clip=1e6)
    learner, _ = after(windows, gain, 1)
    begun = windows.init(gain, jax.random.key(0)).memory.own[1]
    params = jax.tree.map(lambda x: x[0], begun.params)

    def same(gain, key):
        state = sim.init(params)
        return train.Start(params, state, state.q[:3])

    def mean(steps, horizon=None):
        loss = train.bptt(sim, damp, distance, steps, start=same, horizon=horizon)
        return float(jax.grad(lambda gain: loss(gain, jax.random.key(0))[0])(gain))

    assert learner.model == pytest.approx(float(gain) - rate * mean(8), rel=1e-4)
    signs = np.sign([mean(8), 2 * mean(16, 8) - mean(8), 3 * mean(24, 8) - 2 * mean(16, 8)])
    norms = [float(metrics["gradient_norm"]) for metrics in told]
    assert signs @ norms / 3 == pytest.approx(mean(24, 8), rel=1e-3)


def test_it_learns_to_damp(sim: scenert.Simulator, quiet):
    trained = train.run(
        method(sim, optax.adam(10.0), horizon=16, episode=128, robots=4),
        jnp.float32(0.0),
        48,
        console=quiet,
    )
    judged = [line["judged"] for line in trained.metrics]
    assert judged[-1] < 0.6 * judged[0]
    assert float(trained.learner.record) == min(judged)


def test_robots_start_anew_at_different_times(sim: scenert.Simulator):
    windows = method(sim, optax.sgd(0.0), robots=6)
    learner = windows.init(jnp.float32(0.0), jax.random.key(0))
    steps = np.asarray(learner.memory.own[1].moment.step)
    np.testing.assert_array_equal(steps, [0, 0, 8, 8, 16, 16])
    for _ in range(3):
        learner, _ = windows.update(learner)
        steps = (steps + 8) % 24
        moment = learner.memory.own[1].moment
        np.testing.assert_array_equal(moment.step, steps)
        fresh = steps == 0
        np.testing.assert_array_equal(moment.carry[fresh], moment.state.q[fresh, :3])
        assert not np.any(np.asarray(moment.state.v)[fresh])


def test_windows_without_a_finite_gradient_are_skipped(sim: scenert.Simulator):
    def broken(state, sensors, control):
        return jnp.where(state.q[0] > 0, jnp.nan, 0.0) * control[0]

    windows = train.windows(
        sim, damp, broken, optax.sgd(1.0), horizon=8, episode=24, start=start_of(sim)
    )
    learner, told = after(windows, jnp.float32(1.0), 1)
    assert told[0]["skipped"] == 1
    assert learner.model == 1
    assert learner.memory.own[1].moment.step == 0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"episode": 20}, r"episode \(20\) must be a multiple of horizon \(8\)"),
        ({"horizon": 0}, "robots and horizon are at least 1, not 1 and 0"),
        ({"robots": 0}, "robots and horizon are at least 1, not 0 and 8"),
    ],
)
def test_impossible_windows_are_refused(sim: scenert.Simulator, options: dict, says: str):
    with pytest.raises(ValueError, match=says):
        method(sim, optax.sgd(1.0), **options)

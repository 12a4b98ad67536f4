"""Short-horizon actor-critic on the ball on a spring."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import scenert
from scenert import train
from scenert.train.critic import Window, td


def damp(actor, sensors, carry, t):
    """Damping by the change since the last reading, which the policy remembers."""
    return -actor * (sensors["position"] - carry), sensors["position"]


def method(sim, **options) -> train.Method:
    def start(model, key):
        params = train.randomize(sim.params(), key, {"stretch": train.uniform(0.1, 0.3)})
        state = sim.init(params)
        return train.Start(params, state, state.q[:3])

    def cost(state, sensors, control):
        return jnp.sum(state.q[:3] ** 2)

    return train.shac(
        sim,
        damp,
        cost,
        start=start,
        actor=optax.adam(50.0),
        critic=optax.adam(1e-2),
        **{"robots": 8, "horizon": 16, "episode": 128} | options,
    )


def model() -> train.ActorCritic:
    critic = eqx.nn.MLP(7, "scalar", 16, 1, key=jax.random.key(1))
    return train.ActorCritic(jnp.float32(0.0), critic)


def test_the_actor_learns_to_damp(sim: scenert.Simulator, quiet):
    result = train.run(method(sim), model(), 70, console=quiet)
    losses = [line["loss"] for line in result.metrics]
    assert np.mean(losses[-15:]) < 0.6 * np.mean(losses[:15])
    assert result.model.actor > 100
    errors = [line["critic_error"] for line in result.metrics]
    assert np.mean(errors[-10:]) < 0.5 * errors[0]


def test_robots_start_anew_at_the_end_of_their_episodes(sim: scenert.Simulator):
    shac = method(sim, horizon=8, episode=24)
    learner = shac.init(model(), jax.random.key(0))
    assert set(np.asarray(learner.memory.own["robots"].moment.step)) <= {0, 8, 16}
    update = eqx.filter_jit(shac.update)
    seen = []
    for _ in range(4):
        learner, _ = update(learner)
        moment = learner.memory.own["robots"].moment
        seen.append(np.asarray(moment.step))
        fresh = moment.step == 0
        assert np.array_equal(moment.carry[fresh], moment.state.q[fresh, :3])
        assert not np.any(np.asarray(moment.state.v)[fresh])
    assert np.all(np.diff(seen, axis=0) % 24 == 8)


def test_episodes_end_where_the_robot_is_lost(sim: scenert.Simulator):
    shac = method(sim, alive=lambda state, sensors: state.q[0] > 1.0)
    learner, _ = eqx.filter_jit(shac.update)(shac.init(model(), jax.random.key(0)))
    assert not np.any(learner.memory.own["robots"].moment.step)


def test_the_best_model_is_that_of_the_best_episodes(sim: scenert.Simulator, quiet):
    """The first windows, in which springs are stretched at rest, may well have the lowest loss."""
    shac = method(sim, every=10)
    result = train.run(shac, model(), 30, console=quiet)
    judged = [line["judged"] for line in result.metrics]
    assert set(judged) == {judged[0], judged[9], judged[19], judged[29]}
    assert float(result.learner.record) == min(judged)
    assert result.best.actor > 10


def test_what_comes_after_the_end_of_an_episode_costs_nothing(sim: scenert.Simulator):
    def judgement(**options):
        return float(method(sim, **options).init(model(), jax.random.key(0)).record)

    whole = judgement()
    assert 0 < judgement(alive=lambda state, sensors: state.q[0] > 1.0) < 0.05 * whole
    assert judgement(alive=lambda state, sensors: state.q[0] < 1.0) == whole


def test_targets_are_sums_of_costs_to_come():
    def critic(observation):
        return observation[0]

    observation = jnp.array([[5.0], [6.0], [7.0], [8.0]])
    cost, going = jnp.array([1.0, 2.0, 3.0]), jnp.ones(3)
    window = Window(observation, cost, going)
    whole = [1 + 0.5 * (2 + 0.5 * (3 + 0.5 * 8)), 2 + 0.5 * (3 + 0.5 * 8), 3 + 0.5 * 8]
    assert td(window, critic, 0.5, 1.0) == pytest.approx(whole)
    assert td(window, critic, 0.5, 0.0) == pytest.approx([1 + 3, 2 + 3.5, 3 + 4])
    ended = Window(observation, cost, jnp.array([1.0, 0.0, 0.0]))
    assert td(ended, critic, 0.5, 1.0) == pytest.approx([2, 2, 3])


def test_episodes_are_whole_windows(sim: scenert.Simulator):
    with pytest.raises(ValueError, match="multiple of horizon"):
        method(sim, episode=20)

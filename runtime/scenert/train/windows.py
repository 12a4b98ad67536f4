"""Truncated backpropagation through time, with an update for every window of an episode."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jax import Array

from scenert.simulator import Simulator
from scenert.state import State
from scenert.train.bptt import Begin, Cost, authored, bptt, paired
from scenert.train.descent import select
from scenert.train.devices import over_devices
from scenert.train.fleet import Fleet, Robot
from scenert.train.judged import judged
from scenert.train.method import Learner, Method, Metrics
from scenert.train.tricks import clip_to_norm, global_norm
from scenert.trajectory import Policy, Sensors, unroll


def windows(
    sim: Simulator,
    policy: Policy,
    cost: Cost,
    optimizer: optax.GradientTransformation,
    *,
    horizon: int,
    episode: int,
    robots: int = 1,
    start: Begin | None = None,
    discount: float = 1.0,
    clip: float = 1.0,
    every: int | None = None,
) -> Method:
    """Train a policy window by window, by the gradient of the mean cost of `horizon` steps.

    Robots run on from where the window before has left them, while the model changes: an episode
    gives episode / horizon updates instead of one, each by a gradient that is too short to
    explode. What a step does to later windows is not seen (`shac` learns it): `horizon` is to be
    longer than what a gait, or another motion that repeats itself, needs to answer.

    policy, cost, start   as `bptt` takes them; `start` anew at the end of each episode
    episode   steps after which a robot starts anew, a multiple of `horizon`
    robots    how many run side by side, of which each has begun its episode at another time
    discount  factor by which the gradient shrinks at every step back in time
    clip      L2 norm to which the gradient of an update is clipped
    every     updates from one judgement to the next; default: those of an episode

    The metric `loss` is that of a window. Models are judged by `robots` whole episodes, as `judged`
    has it, and so is the best one. An update whose gradient is not finite is skipped, and its
    robots start anew. Raises ValueError where an episode is not a whole number of windows.
    """
    begin = authored(sim) if start is None else start
    fleet = Fleet(sim, begin, robots, horizon, episode)
    chain = optax.chain(clip_to_norm(clip), optimizer)

    def one(model: Any, robot: Robot) -> tuple[Array, tuple[Metrics, Robot]]:
        def outputs(state: State, sensors: Sensors, control: Array) -> tuple[Array, Metrics]:
            return paired(cost(state, sensors, control))

        arguments = (sim, policy, robot.params, robot.moment, horizon)
        end, (costs, told) = unroll(
            *arguments, policy_params=model, outputs=outputs, discount=discount
        )
        means = jax.tree.map(jnp.mean, {**told, "loss": costs})
        return means["loss"], (means, Robot(robot.params, end))

    def local(model: Any, batch: Robot) -> tuple[tuple[Any, Metrics], Robot]:
        def mean(model: Any) -> tuple[Array, tuple[Metrics, Robot]]:
            losses, (told, after) = jax.vmap(one, (None, 0))(model, batch)
            return jnp.mean(losses), (jax.tree.map(jnp.mean, told), after)

        gradient, (told, after) = eqx.filter_grad(mean, has_aux=True)(model)  # type: ignore[no-untyped-call]
        return (gradient, told), after

    gradient_of = over_devices(local, robots)

    def init(model: Any, key: Array) -> Learner:
        key, now = jax.random.split(key)
        own = chain.init(eqx.filter(model, eqx.is_inexact_array))
        return Learner.new(model, (own, fleet.launched(model, now)), key)

    def update(learner: Learner) -> tuple[Learner, Metrics]:
        key, now = jax.random.split(learner.key)
        model, (own, batch) = learner.model, learner.memory
        (gradient, told), after = gradient_of(model, batch)
        norm = global_norm(gradient)
        sound = jnp.isfinite(norm) & jnp.isfinite(told["loss"])
        change, memory = chain.update(gradient, own, eqx.filter(model, eqx.is_inexact_array))
        stepped = (eqx.apply_updates(model, change), memory)
        model, own = select(sound, stepped, (model, own))
        batch = fleet.renewed(model, now, after, jnp.broadcast_to(~sound, robots))
        told = {**told, "gradient_norm": norm, "skipped": 1.0 - sound}
        counted = learner._replace(key=key, updates=learner.updates + 1)
        return counted._replace(model=model, memory=(own, batch)), told

    whole = bptt(sim, policy, cost, episode, start=begin)
    often = episode // horizon if every is None else every
    return judged(Method(init, update), whole, every=often, batch=robots)

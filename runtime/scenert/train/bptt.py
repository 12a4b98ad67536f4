"""Backpropagation through time: the mean cost of an episode as a loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from scenert.arguments import Params
from scenert.simulator import Simulator
from scenert.state import State
from scenert.train.method import Loss, Metrics
from scenert.trajectory import Policy, Sensors, rollout


class Start(NamedTuple):
    """Where an episode of one robot begins: its parameters, its state, and the policy's memory."""

    params: Params
    state: State
    carry: Any = None


Cost = Callable[[State, Sensors, Array], Any]
Begin = Callable[[Any, Array], Start]


def authored(sim: Simulator) -> Begin:
    """Every robot as the author of the scene has written it."""

    def start(model: Any, key: Array) -> Start:  # noqa: ARG001
        params = sim.params()
        return Start(params, sim.init(params))

    return start


def bptt(
    sim: Simulator,
    policy: Policy,
    cost: Cost,
    steps: int,
    *,
    start: Begin | None = None,
    discount: ArrayLike = 1.0,
    horizon: int | None = None,
) -> Loss:
    """A loss: the mean over `steps` steps of what one robot's episode costs.

    policy    policy(model, sensors, carry, t) -> (control, carry), as `scenert.rollout` takes it
    cost      cost(state, sensors, control) of each step: the state it ended in, the sensors that
              the policy read, the control that it chose. A scalar, or a pair of a scalar and a dict
              of further scalars, whose means become metrics.
    start     start(model, key) -> Start, one for each robot: random parameters (`randomize`),
              random goals in the carry, parameters that the model itself holds. Default: as the
              scene was written.
    discount  factor by which the gradient shrinks at every step back in time
    horizon   steps after which the gradient ends (truncated backpropagation); None: the episode
    """
    begin = authored(sim) if start is None else start

    def loss(model: Any, key: Array) -> tuple[Array, Metrics]:
        params, state, carry = begin(model, key)

        def outputs(state: State, sensors: Sensors, control: Array) -> tuple[Array, Metrics]:
            return paired(cost(state, sensors, control))

        _, (costs, metrics) = rollout(
            sim,
            policy,
            params,
            state,
            steps,
            policy_params=model,
            carry=carry,
            outputs=outputs,
            discount=discount,
            horizon=horizon,
        )
        return jnp.mean(costs), jax.tree.map(jnp.mean, metrics)

    return loss


def paired(result: Any) -> tuple[Array, Metrics]:
    """The cost of a step and its further scalars, of which there may be none."""
    return result if isinstance(result, tuple) else (result, {})

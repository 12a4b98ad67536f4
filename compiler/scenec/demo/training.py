"""What the demonstration trains: walks, what they cost, and the method that improves them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import optax
from jax import Array

from scenec.demo.gait import FREQUENCY, stance_of, targets
from scenert import Simulator, State, rollout, train

EPISODE = 10.0  # [s] over which a walk is judged
HORIZON = 3.0  # [s] over which one is trained
UPDATES = 400
ROBOTS = 32  # trained at once, each from another moment of the cycle
DISCOUNT = 0.9  # of the gradient, per step back in time: that through many impacts says little
POSTURE = 1000.0  # [m/s] so that sinking by 1 % or tilting by 1 degree costs about 0.1 m/s
RATE = 1e-4
FALL = 1.0  # [m/s] by which walks cost more than the best ones so far when a robot has fallen

Policy = Callable[[eqx.nn.MLP, Any, Array, Array], tuple[Array, Array]]


def walking(sim: Simulator) -> Policy:
    """The policy of a gait that begins at the moment `begin` [s] of its cycle."""
    stance = stance_of(sim, sim.init(sim.params()))

    def policy(gait: eqx.nn.MLP, _: Any, begin: Array, time: Array) -> tuple[Array, Array]:
        return targets(gait, stance, begin + time), begin

    return policy


def method(sim: Simulator) -> train.Method:
    """Gradient descent on what walks cost, back to the best gait after a fall."""
    loss = train.bptt(
        sim,
        walking(sim),
        _price(sim),
        round(HORIZON / sim.dt),
        start=_start(sim),
        discount=DISCOUNT,
    )
    return train.retreat(train.descent(loss, optax.adam(RATE), batch=ROBOTS), FALL)


def episode(sim: Simulator, gait: eqx.nn.MLP) -> tuple[State, Array]:
    """The states and controls of every step of a walk of EPISODE seconds."""
    params = sim.params()
    _, walk = rollout(
        sim,
        walking(sim),
        params,
        sim.init(params),
        round(EPISODE / sim.dt),
        policy_params=gait,
        carry=0.0,
        outputs=lambda state, _, control: (state, control),
    )
    states, control = walk
    return states, control


def _start(sim: Simulator) -> Callable[[Any, Array], train.Start]:
    def start(_: Any, key: Array) -> train.Start:
        params = sim.params()
        return train.Start(params, sim.init(params), jax.random.uniform(key) / FREQUENCY)

    return start


def _price(sim: Simulator) -> Callable[..., tuple[Array, dict[str, Array]]]:
    """The cost of a step: sinking and tilting, less the torso's forward speed [m/s]."""
    height = sim.init(sim.params()).q[2]

    def price(state: State, _: Any, __: Array) -> tuple[Array, dict[str, Array]]:
        position, rotation, speed = state.q[:3], state.q[3:12], state.v[3]
        sunk, tilt = position[2] / height - 1, 1 - rotation[8]
        return POSTURE * (sunk**2 + tilt) - speed, {"speed": speed}

    return price

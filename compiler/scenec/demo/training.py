"""Improving a gait by backpropagation through time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import jax
import jax.numpy as jnp
import optax
from jax import Array

from scenec.demo.gait import FREQUENCY, Gait, stance_of, targets
from scenert import Simulator, State, rollout

EPISODE = 10.0  # [s] over which a walk is judged
HORIZON = 3.0  # [s] over which one is trained
ROBOTS = 16  # trained at once, each from another moment of the cycle
DISCOUNT = 0.95  # of the gradient, per step back in time: that through many impacts says little
POSTURE = 1000.0  # [m/s] so that sinking by 1 % or tilting by 1 degree costs about 0.1 m/s
LEARNING_RATE = 3e-4  # at first
FALL = 0.9  # of the farthest walk: what gets less far has fallen

Progress = Callable[[float, int, float], None]


@dataclass(frozen=True)
class Walker:
    """The robot, its parameters, and the state in which it stands."""

    sim: Simulator
    params: dict[str, Array]
    start: State

    @staticmethod
    def standing(sim: Simulator) -> Walker:
        """The robot with its author's parameters, as the scene starts."""
        params = sim.params()
        return Walker(sim, params, sim.init(params))

    def walk(
        self,
        gait: Gait,
        seconds: float,
        outputs: Callable[[State, Array], Any],
        discount: float = 1.0,
        begin: Array | float = 0.0,
    ) -> Any:
        """`outputs` of every state of a walk that begins at the moment `begin` [s] of the gait,
        and of the control that led to it."""
        stance = stance_of(self.sim, self.start)

        def policy(gait: Gait, _: object, carry: None, t: Array) -> tuple[Array, None]:
            return targets(gait, stance, begin + t), carry

        steps = round(seconds / self.sim.dt)
        _, stacked = rollout(
            self.sim,
            policy,
            self.params,
            self.start,
            steps,
            policy_params=gait,
            outputs=lambda state, _, control: outputs(state, control),
            discount=discount,
        )
        return stacked

    def episode(self, gait: Gait) -> tuple[State, Array]:
        """The states and controls of every step of an episode."""
        states, control = self.walk(gait, EPISODE, lambda state, control: (state, control))
        return states, control

    def distance(self, gait: Gait) -> Array:
        """How far [m] the torso gets along x in an episode."""
        x: Array = self.walk(gait, EPISODE, lambda state, _: state.q[0])
        return x[-1] - self.start.q[0]

    def score(self, gait: Gait) -> Array:
        """The mean of the torso's forward speed [m/s], less what sinking and tilting costs.

        The speed of every step counts, not the place of the last one: the discount would hide from
        the last place what the first steps did for it.
        """

        def outputs(state: State, _: Array) -> Array:
            position, rotation, speed = state.q[:3], state.q[3:12], state.v[3]
            sunk, tilt = position[2] / self.start.q[2] - 1, 1 - rotation[8]
            return speed - POSTURE * (sunk**2 + tilt)

        def scores(begin: Array) -> Array:
            stacked: Array = self.walk(gait, HORIZON, outputs, DISCOUNT, begin)
            return stacked

        begins = jnp.arange(ROBOTS) / (ROBOTS * FREQUENCY)
        return jnp.mean(jax.vmap(scores)(begins))


def train(walker: Walker, gait: Gait, seconds: float, progress: Progress) -> Gait:
    """The gait that gets farthest among those that `seconds` of training bring up, from `gait` on.

    Where an update makes the robot fall, training goes back to the best gait and on with smaller
    updates. `progress` is told the time [s] since the start, the number of the iteration and the
    distance [m] of the best gait so far. Interrupting (Ctrl-C) ends the training early.
    """
    optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.scale_by_adam())

    @jax.jit
    def improve(gait: Gait, memory: Any, rate: float) -> tuple[Gait, Any, Array]:
        uphill, memory = optimizer.update(jax.grad(walker.score)(gait), memory)
        gait = jax.tree.map(lambda weights, change: weights + rate * change, gait, uphill)
        return gait, memory, walker.distance(gait)

    memory, rate = optimizer.init(gait), LEARNING_RATE
    best, record = gait, float(jax.jit(walker.distance)(gait))
    start = time.monotonic()
    try:
        for iteration in count(1):
            gait, memory, distance = improve(gait, memory, rate)
            if distance > record:
                best, record = gait, float(distance)
            elif not distance > FALL * record:
                gait, memory, rate = best, optimizer.init(best), rate / 2
            elapsed = time.monotonic() - start
            progress(elapsed, iteration, record)
            if elapsed > seconds:
                break
    except KeyboardInterrupt:
        pass
    return best

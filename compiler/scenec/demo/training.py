"""Improving a gait by backpropagation through time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import jax
import optax
from jax import Array

from scenec.demo.gait import Gait, standing_pose, targets
from scenert import Poses, Simulator, State, assert_finite, rollout

EPISODE = 10.0  # [s] over which a walk is judged
HORIZON = 2.0  # [s] through which gradients flow
DISCOUNT = 0.98  # of the gradient, per step back in time: contacts make long gradients wild
LEARNING_RATE = 0.02

Progress = Callable[[float, int, float], None]


@dataclass(frozen=True)
class Walker:
    """The robot, its parameters and the state in which it stands."""

    sim: Simulator
    params: dict[str, Array]
    start: State

    @staticmethod
    def standing(sim: Simulator) -> Walker:
        """The robot with its author's parameters, as the scene starts."""
        params = sim.params()
        return Walker(sim, params, sim.init(params))

    def walk(self, gait: Gait, seconds: float, discount: float = 1.0) -> Poses:
        """The poses of all bodies after every step of a walk."""
        pose = standing_pose(self.sim, self.start)

        def policy(gait: Gait, _: object, carry: None, t: Array) -> tuple[Array, None]:
            return pose + targets(gait, t), carry

        def outputs(state: State, *_: object) -> Poses:
            return self.sim.poses(self.params, state)

        steps = round(seconds / self.sim.dt)
        _, poses = rollout(
            self.sim,
            policy,
            self.params,
            self.start,
            steps,
            policy_params=gait,
            outputs=outputs,
            discount=discount,
        )
        return Poses(*poses)

    def distance(self, gait: Gait, seconds: float, discount: float = 1.0) -> Array:
        """How far [m] the first body gets along x."""
        x = self.walk(gait, seconds, discount).position[:, 0, 0]
        return x[-1] - x[0]


def train(walker: Walker, gait: Gait, seconds: float, progress: Progress) -> Gait:
    """The gait that gets farthest among those that `seconds` of training bring up, from `gait` on.

    `progress` is told the time [s] since the start, the number of the iteration and the distance
    [m] of the best gait so far. Interrupting (Ctrl-C) ends the training early.
    """
    optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(LEARNING_RATE))

    @jax.jit
    def improve(gait: Gait, memory: Any) -> tuple[Gait, Any]:
        gradient = jax.grad(lambda gait: -walker.distance(gait, HORIZON, DISCOUNT))(gait)
        updates, memory = optimizer.update(gradient, memory)
        return Gait(*optax.apply_updates(gait, updates)), memory

    judge = jax.jit(lambda gait: walker.distance(gait, EPISODE))
    best, record = gait, float(judge(gait))
    memory = optimizer.init(gait)
    start = time.monotonic()
    try:
        for iteration in count(1):
            gait, memory = improve(gait, memory)
            assert_finite(gait, "gait")
            distance = float(judge(gait))
            if distance > record:
                best, record = gait, distance
            elapsed = time.monotonic() - start
            progress(elapsed, iteration, record)
            if elapsed > seconds:
                break
    except KeyboardInterrupt:
        pass
    return best

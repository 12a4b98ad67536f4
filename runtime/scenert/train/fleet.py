"""Robots that run on from window to window, and start anew at the end of their episodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from scenert.arguments import Params
from scenert.simulator import Simulator
from scenert.train.bptt import Begin
from scenert.train.descent import select
from scenert.trajectory import Moment


class Robot(NamedTuple):
    """A robot in the middle of an episode, with its own parameters."""

    params: Params
    moment: Moment


@dataclass(frozen=True)
class Fleet:
    """Robots whose episodes are cut into windows.

    start    start(model, key) -> Start of an episode
    robots   how many there are
    horizon  steps of a window
    episode  steps of an episode: a whole number of windows, or ValueError
    """

    sim: Simulator
    start: Begin
    robots: int
    horizon: int
    episode: int

    def __post_init__(self) -> None:
        if self.robots < 1 or self.horizon < 1:
            raise ValueError(
                f"robots and horizon are at least 1, not {self.robots} and {self.horizon}"
            )
        if self.episode < 1 or self.episode % self.horizon:
            raise ValueError(
                f"episode ({self.episode}) must be a multiple of horizon ({self.horizon})"
            )

    def fresh(self, model: Any, key: Array) -> Robot:
        """All robots at the start of an episode."""

        def one(key: Array) -> Robot:
            params, state, carry = self.start(model, key)
            return Robot(params, Moment.start(self.sim, state, carry))

        return jax.vmap(one)(jax.random.split(key, self.robots))

    def launched(self, model: Any, key: Array) -> Robot:
        """All robots before the first window, the first one with a whole episode before it, the
        others with less and less, so that they do not all start anew at once."""
        batch = self.fresh(model, key)
        windows = jnp.arange(self.robots) * (self.episode // self.horizon) // self.robots
        return batch._replace(moment=batch.moment._replace(step=self.horizon * windows))

    def renewed(self, model: Any, key: Array, batch: Robot, lost: Array) -> Robot:
        """The robots after a window: those that are `lost` (robots,), and those whose episode is
        over, at the start of one."""
        over = lost | (batch.moment.step >= self.episode)
        mixed: Robot = jax.vmap(select)(over, self.fresh(model, key), batch)
        return mixed

"""What a training method is: two pure functions of a learner, in the manner of Optax."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

Metrics = dict[str, Array]
Loss = Callable[[Any, Array], Any]
"""loss(model, key) of ONE robot: a scalar, or a pair of a scalar and a dict of further scalars."""


class Learner(NamedTuple):
    """All that training knows at a moment. A pytree: what a checkpoint holds.

    model    what is trained
    memory   the method's own: optimizer states, robots in the middle of an episode
    key      of the random numbers to come
    updates  () how many there were
    best     the model with the lowest loss so far: that of its update, or that which `judged` takes
    record   () that loss
    """

    model: Any
    memory: Any
    key: Array
    updates: Array
    best: Any
    record: Array

    @staticmethod
    def new(model: Any, memory: Any, key: Array) -> Learner:
        """The learner before the first update."""
        return Learner(model, memory, key, jnp.int32(0), model, jnp.float32(jnp.inf))


class Method(NamedTuple):
    """A way to train.

    init    init(model, key): the learner that starts with `model`
    update  update(learner): the learner after one update, and scalars that tell of it, of which
            `loss` is that of the model before the update
    """

    init: Callable[[Any, Array], Learner]
    update: Callable[[Learner], tuple[Learner, Metrics]]


def with_metrics(loss: Loss) -> Callable[[Any, Array], tuple[Array, Metrics]]:
    """`loss` as a function that always returns a pair."""

    def pair(model: Any, key: Array) -> tuple[Array, Metrics]:
        result = loss(model, key)
        value, metrics = result if isinstance(result, tuple) else (result, {})
        if jnp.shape(value):
            raise ValueError(
                f"a loss is a scalar of one robot, not of shape {jnp.shape(value)}: take its mean"
            )
        return value, {**metrics, "loss": jax.lax.stop_gradient(value)}

    return pair

"""Gradient descent on the mean loss of a batch of robots."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jax import Array

from scenert.train.devices import over_devices
from scenert.train.method import Learner, Loss, Method, Metrics, with_metrics
from scenert.train.tricks import clip_to_norm, global_norm


def descent(
    loss: Loss,
    optimizer: optax.GradientTransformation,
    *,
    batch: int = 1,
    clip: float | None = 1.0,
) -> Method:
    """Train by the gradient of `loss`, averaged over `batch` robots, each with a key of its own.

    The L2 norm of the averaged gradient is clipped to `clip` (None: it is not). An update whose
    gradient is not finite is skipped; the metric `skipped` tells. Optimizers with extra arguments
    get the loss as `value`. All floating-point arrays of the model are trained.

    On several devices (`jax.local_devices()`) each takes its share of the batch.
    """
    if batch < 1:
        raise ValueError(f"batch is the number of robots, at least 1, not {batch}")
    clipped = optimizer if clip is None else optax.chain(clip_to_norm(clip), optimizer)
    chain = optax.with_extra_args_support(clipped)
    single = with_metrics(loss)

    def local(model: Any, keys: Array) -> tuple[tuple[Any, Metrics], None]:
        def mean(model: Any) -> tuple[Array, Metrics]:
            losses, metrics = jax.vmap(single, (None, 0))(model, keys)
            return jnp.mean(losses), jax.tree.map(jnp.mean, metrics)

        return eqx.filter_grad(mean, has_aux=True)(model), None  # type: ignore[no-untyped-call]

    mean_gradient = over_devices(local, batch)

    def init(model: Any, key: Array) -> Learner:
        return Learner.new(model, chain.init(eqx.filter(model, eqx.is_inexact_array)), key)

    def update(learner: Learner) -> tuple[Learner, Metrics]:
        key, now = jax.random.split(learner.key)
        (gradient, metrics), _ = mean_gradient(learner.model, jax.random.split(now, batch))
        value, norm = metrics["loss"], global_norm(gradient)
        trained = eqx.filter(learner.model, eqx.is_inexact_array)
        change, memory = chain.update(gradient, learner.memory, trained, value=value)
        stepped = learner._replace(model=eqx.apply_updates(learner.model, change), memory=memory)
        sound = jnp.isfinite(norm) & jnp.isfinite(value)
        after = recorded(select(sound, stepped, learner), learner.model, value)
        told = {**metrics, "gradient_norm": norm, "skipped": 1.0 - sound}
        return after._replace(key=key, updates=learner.updates + 1), told

    return Method(init, update)


def select(condition: Array, one: Any, other: Any) -> Any:
    """The arrays of `one` where `condition` holds, else those of `other`."""
    arrays, static = eqx.partition(one, eqx.is_array)
    others = eqx.filter(other, eqx.is_array)
    return eqx.combine(
        jax.tree.map(lambda a, b: jnp.where(condition, a, b), arrays, others), static
    )


def recorded(learner: Learner, model: Any, value: Array) -> Learner:
    """`learner`, with `model` as the best where its loss `value` is the lowest so far."""
    better = value < learner.record
    best = select(better, model, learner.best)
    record = jnp.where(better, value, learner.record).astype(learner.record.dtype)
    return learner._replace(best=best, record=record)

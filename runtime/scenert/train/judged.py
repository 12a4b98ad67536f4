"""Which model is the best: one judgement for all of them, on whole episodes."""

from __future__ import annotations

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array, lax

from scenert.train.descent import recorded
from scenert.train.devices import over_devices
from scenert.train.method import Learner, Loss, Method, Metrics, with_metrics


class _Memory(NamedTuple):
    """The method's own memory and its own judgement, the keys of the robots that judge, and the
    latest judgement."""

    own: Any
    best: Any
    record: Array
    keys: Array
    judged: Array


def judged(method: Method, loss: Loss, *, every: int, batch: int = 1) -> Method:
    """`method`, whose best model is the one with the lowest `loss`, over the same `batch` robots
    whenever it is taken: before training, and after every `every` updates.

    The losses of updates cannot be compared where each is that of other robots, or of another part
    of an episode. A judgement is no update: `loss` is only evaluated. The metric `judged` is the
    latest one.
    """
    if every < 1 or batch < 1:
        raise ValueError(f"every and batch are at least 1, not {every} and {batch}")
    single = with_metrics(loss)

    def local(model: Any, keys: Array) -> tuple[Array, None]:
        return jnp.mean(jax.vmap(single, (None, 0))(model, keys)[0]), None

    def judgement(model: Any, keys: Array) -> Array:
        mean, _ = over_devices(local, batch)(model, keys)
        return jnp.asarray(mean, jnp.float32)

    def init(model: Any, key: Array) -> Learner:
        key, now = jax.random.split(key)
        keys = jax.random.split(now, batch)
        value = eqx.filter_jit(judgement)(model, keys)
        own = method.init(model, key)
        memory = _Memory(own.memory, own.best, own.record, keys, value)
        return own._replace(memory=memory, best=model, record=value)

    def update(learner: Learner) -> tuple[Learner, Metrics]:
        memory: _Memory = learner.memory
        before = learner._replace(memory=memory.own, best=memory.best, record=memory.record)
        own, told = method.update(before)
        value = lax.cond(
            own.updates % every == 0,
            lambda: judgement(own.model, memory.keys),
            lambda: memory.judged,
        )
        after = own._replace(
            memory=_Memory(own.memory, own.best, own.record, memory.keys, value),
            best=learner.best,
            record=learner.record,
        )
        # Between judgements the value is that of an earlier model, which is no longer a record.
        return recorded(after, own.model, value), {**told, "judged": value}

    return Method(init, update)

"""Going back: what training does after a step that was too long."""

from __future__ import annotations

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array

from scenert.train.descent import select
from scenert.train.method import Learner, Method, Metrics


class _Kept(NamedTuple):
    """A model, the step that its method proposes from there, and the method's memory after it."""

    model: Any
    step: Any
    memory: Any


class _Memory(NamedTuple):
    """The method's own memory, what is kept of the best model, and the share of each step taken."""

    own: Any
    best: _Kept
    share: Array


def retreat(method: Method, rise: float, *, shrink: float = 0.5, grow: float = 1.03) -> Method:
    """`method`, which goes back to the best model where the loss rose too far above that model's.

        method = train.retreat(train.descent(loss, optax.adam(1e-3)), rise=0.1)

    Through contact, a step along the gradient can end in a fall, from where gradients say nothing
    of the way back. Training then goes on from the best model by a shorter step in the direction
    that was tried. An update still evaluates one model and its gradient.

    rise    by how much the loss may be above the lowest so far
    shrink  factor of the steps' length at every fall
    grow    factor of their length at every other update, until they are the method's own again

    The metric `share` is that of the method's step that is taken. For methods whose loss is the
    same function at every update, or nearly.
    """

    def init(model: Any, key: Array) -> Learner:
        learner = method.init(model, key)
        still = jax.tree.map(jnp.zeros_like, eqx.filter(model, eqx.is_inexact_array))
        best = _Kept(model, still, learner.memory)
        return learner._replace(memory=_Memory(learner.memory, best, jnp.float32(1)))

    def update(learner: Learner) -> tuple[Learner, Metrics]:
        memory = learner.memory
        stepped, told = method.update(learner._replace(memory=memory.own))
        here = _Kept(learner.model, _difference(stepped.model, learner.model), stepped.memory)
        sound = told.get("skipped", jnp.float32(0)) == 0
        best = select(sound & (told["loss"] < learner.record), here, memory.best)
        fell = ~(sound & (told["loss"] <= stepped.record + rise))
        share = jnp.where(fell, shrink * memory.share, jnp.minimum(grow * memory.share, 1))
        origin = select(fell, best, here)
        step = jax.tree.map(lambda x: share.astype(x.dtype) * x, origin.step)
        model = eqx.apply_updates(origin.model, step)
        after = stepped._replace(model=model, memory=_Memory(origin.memory, best, share))
        return after, {**told, "share": share}

    return Method(init, update)


def _difference(after: Any, before: Any) -> Any:
    """The step between two models, of what is trained."""
    arrays = (eqx.filter(model, eqx.is_inexact_array) for model in (after, before))
    return jax.tree.map(jnp.subtract, *arrays)

"""Optimizers' parts for gradients through physics, as Optax transformations."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import optax
from jax import Array


def global_norm(tree: Any) -> Array:
    """The L2 norm of all numbers of `tree`, without overflow where their squares would have one.

    |x| = m |x / m| with m the largest magnitude. Gradients through a fall reach 1e16 and more, and
    the square of 2e19 is infinite in float32.
    """
    leaves = jax.tree.leaves(tree)
    largest = jnp.max(jnp.stack([jnp.max(jnp.abs(x), initial=0.0) for x in leaves]))
    unit = jnp.where(largest > 0, largest, 1)
    return unit * jnp.sqrt(sum(jnp.sum(jnp.square(x / unit)) for x in leaves))


def clip_to_norm(limit: float) -> optax.GradientTransformation:
    """Shrink gradients to the L2 norm `limit` where theirs is larger.

    It differs from `optax.clip_by_global_norm` in that huge gradients do not overflow.
    """

    def update(gradient: Any, state: Any, _: Any = None) -> tuple[Any, Any]:
        norm = global_norm(gradient)
        factor = jnp.where(norm > limit, limit / jnp.where(norm > 0, norm, 1), 1)
        return jax.tree.map(lambda x: x * factor.astype(x.dtype), gradient), state

    return optax.GradientTransformation(optax.init_empty_state, update)


def scale_by_value() -> optax.GradientTransformationExtraArgs:
    """Scale updates by the loss of the model that they update: smaller steps near the goal.

    Degrave et al., section 3.2.2: the learning rate times the average error of the previous step.
    """

    def update(gradient: Any, state: Any, _: Any = None, *, value: Array, **__: Any) -> Any:
        return jax.tree.map(lambda x: x * value.astype(x.dtype), gradient), state

    return optax.GradientTransformationExtraArgs(optax.init_empty_state, update)

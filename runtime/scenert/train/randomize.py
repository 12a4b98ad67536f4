"""Domain randomization: any named parameter of a scene, drawn anew for each robot."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from scenert.arguments import Params
from scenert.names import unknown

Distribution = Callable[[Array, Array], Array]
"""distribution(key, value): a value of the same shape, drawn around the authored one."""


def uniform(low: ArrayLike, high: ArrayLike) -> Distribution:
    """Between `low` and `high`, whatever the authored value."""
    return lambda key, value: jax.random.uniform(key, value.shape, value.dtype, low, high)


def scaled(low: ArrayLike, high: ArrayLike) -> Distribution:
    """The authored value times a factor between `low` and `high`, one for each of its numbers."""
    return lambda key, value: value * uniform(low, high)(key, value)


def normal(deviation: ArrayLike) -> Distribution:
    """The authored value plus Gaussian noise of the standard `deviation`."""
    return lambda key, value: value + deviation * jax.random.normal(key, value.shape, value.dtype)


def randomize(params: Params, key: Array, distributions: Mapping[str, Distribution]) -> Params:
    """`params` of one robot, with those named in `distributions` drawn at random.

        params = train.randomize(sim.params(), key, {"thigh": train.scaled(0.9, 1.1)})

    Raises ValueError for a name that the scene does not have. What a name draws depends on `key`
    and on the name's place in the alphabet of `params`: randomizing one more changes no other.
    """
    for name in distributions:
        if name not in params:
            raise ValueError(unknown("parameter", name, params))
    keys = dict(zip(sorted(params), jax.random.split(key, len(params)), strict=True))
    drawn = {
        name: draw(keys[name], jnp.asarray(params[name])) for name, draw in distributions.items()
    }
    return {**params, **drawn}

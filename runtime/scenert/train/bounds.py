"""Parameters within their bounds, as numbers without any: for design and identification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike

from scenert.arguments import Params
from scenert.names import unknown
from scenert.simulator import Simulator

Limits = tuple[ArrayLike, ArrayLike]


class Bounded:
    """The parameters `names` of a scene, seen through bijections onto the inside of their bounds.

    A number x between a and b is  a + (b - a) / (1 + exp(-z)),  one above a is  a + exp(z),  one
    below b is  b - exp(z),  and one without bounds is z itself. However far a gradient step moves
    z, x stays inside.

        free = train.Bounded(sim, ["thigh", "shin"])
        model = {"policy": network, "design": free.unbind(sim.params())}
        params = free.bind(model["design"])        # in the loss

    names   parameters; default: all of the scene
    bounds  (lower, upper) by name, in place of those in the scene; infinite where there is none

    Raises ValueError for names that the scene does not have and for bounds that hold nothing.
    """

    def __init__(
        self,
        sim: Simulator,
        names: Sequence[str] | None = None,
        bounds: Mapping[str, Limits] | None = None,
    ) -> None:
        self.authored = sim.params()
        self.names = tuple(self.authored if names is None else names)
        for name in (*self.names, *(bounds or {})):
            if name not in self.authored:
                raise ValueError(unknown("parameter", name, self.authored))
        lower, upper = sim.bounds()
        given = {name: (lower[name], upper[name]) for name in self.names} | dict(bounds or {})
        self._limits = {
            name: _limits(name, self.authored[name], given[name]) for name in self.names
        }

    def limits(self, name: str) -> tuple[Array, Array]:
        """The lower and the upper bounds of a parameter, in its shape."""
        return self._limits[name]

    def unbind(self, params: Params) -> dict[str, Array]:
        """The numbers z of `params`; ValueError for what is not inside its bounds."""
        return {name: self._unbound(name, jnp.asarray(params[name])) for name in self.names}

    def bind(self, numbers: Mapping[str, Array], params: Params | None = None) -> dict[str, Array]:
        """All parameters of the scene: those of `names` from `numbers`, the others from `params`.

        Default of `params`: the authored ones.
        """
        others = self.authored if params is None else params
        bound = {name: _bind(*self._limits[name], numbers[name]) for name in self.names}
        return {name: jnp.asarray(value) for name, value in (dict(others) | bound).items()}

    def _unbound(self, name: str, value: Array) -> Array:
        lower, upper = self._limits[name]
        if not isinstance(value, jax.core.Tracer) and not bool(
            jnp.all((value > lower) & (value < upper))
        ):
            raise ValueError(
                f"{name} = {np.asarray(value)} is not inside its bounds {np.asarray(lower)} to "
                f"{np.asarray(upper)}: start from a value between them"
            )
        return _unbind(lower, upper, value)


def _limits(name: str, value: Array, limits: Limits) -> tuple[Array, Array]:
    lower, upper = (jnp.broadcast_to(jnp.asarray(x, value.dtype), value.shape) for x in limits)
    if not bool(jnp.all(lower < upper)):
        raise ValueError(f"the bounds of {name} are {limits[0]} to {limits[1]}: nothing is between")
    return lower, upper


def _bind(lower: Array, upper: Array, z: Array) -> Array:
    below, above = jnp.isfinite(lower), jnp.isfinite(upper)
    low, high = jnp.where(below, lower, 0), jnp.where(above, upper, 0)
    both = low + (high - low) * jax.nn.sigmoid(z)
    grown = jnp.exp(jnp.where(below ^ above, z, 0))
    return jnp.select([below & above, below, above], [both, low + grown, high - grown], z)


def _unbind(lower: Array, upper: Array, x: Array) -> Array:
    below, above = jnp.isfinite(lower), jnp.isfinite(upper)
    over = jnp.log(jnp.where(below, x - lower, 1))
    under = jnp.log(jnp.where(above, upper - x, 1))
    return jnp.select([below & above, below, above], [over - under, over, under], x)

"""The order of impacts: the first of every island acts, see `scenert.solve.impact`."""

from __future__ import annotations

from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np
from jax import Array


class Order:
    """Which pairs touch which islands, as static tables."""

    def __init__(self, trees: list[list[tuple[int, ...]]], islands: tuple[int, ...]) -> None:
        self.islands = np.array(islands)
        members: list[list[int]] = [[] for _ in range(1 + max(islands))]
        start = 0
        for sides in trees:
            for side in sides:
                for place, island in enumerate(self.home(side).tolist()):
                    members[island].append(start + place)
            start += len(sides[0])
        widest = max(len(places) for places in members)
        self.table = np.array([m + [start] * (widest - len(m)) for m in members])

    def home(self, trees: tuple[int, ...]) -> np.ndarray:
        """The islands of trees."""
        return np.asarray(self.islands[np.array(trees)])

    def first(self, times: Sequence[Array], never: Array) -> Array:
        """The first instant of every island."""
        everyone = jnp.concatenate([*times, never[None]])
        return jnp.min(everyone[self.table], axis=-1)

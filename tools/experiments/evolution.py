"""CMA-ES (library `cma`), the derivative-free method that the paper compares with."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cma
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array


def generations(
    loss: Callable[[Array], tuple[Array, Array]],
    start: np.ndarray,
    spread: float,
    *,
    population: int | None = None,
    diagonal: bool = False,
) -> Iterator[tuple[int, float, float]]:
    """After each generation: evaluations so far, the lowest loss so far, and what came with it.

    `loss(x)` is a pair: the number to minimize, and another to be told. `diagonal` restricts the
    covariance to its diagonal: a full one of 17,284 parameters takes 2.4 GB and hours for each
    of its decompositions.
    """
    options = {"seed": 1, "verbose": -9, "CMA_diagonal": diagonal}
    if population is not None:
        options["popsize"] = population
    search = cma.CMAEvolutionStrategy(start, spread, options)
    together = jax.jit(jax.vmap(loss))
    lowest, told = float("inf"), float("nan")
    while True:
        candidates = search.ask()
        values, others = map(np.asarray, together(jnp.asarray(np.array(candidates), jnp.float32)))
        judged = np.where(np.isfinite(values), values, 1e9).astype(float)
        search.tell(candidates, judged.tolist())
        best = int(judged.argmin())
        if judged[best] < lowest:
            lowest, told = float(judged[best]), float(others[best])
        yield search.countevals, lowest, told

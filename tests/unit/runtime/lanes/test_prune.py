"""What no result depends on is dropped, in memory cell by cell."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from scenert.lanes.program import Loop, Program, walk
from scenert.lanes.scalarize import scalarize


def program(function, *arguments) -> Program:
    return scalarize(jax.make_jaxpr(function)(*arguments), [False] * len(arguments))


def stores(built: Program, kind: str = "work") -> int:
    """How many instructions store to buffers of a kind."""
    return sum(
        item.op == "store" and built.buffers[item.detail[0]].kind == kind
        for item in walk(built.body)
        if not isinstance(item, Loop)
    )


TIMES = np.linspace(0, 1, 1000, dtype=np.float32)


def accumulate(x, picked):
    """Adds to 100 numbers in memory, of which some are `picked`."""

    def step(sums, t):
        return sums + t * x, None

    sums, _ = lax.scan(step, jnp.zeros((10, 10)), TIMES)
    return sums[0, picked]


def test_only_the_sums_that_are_read_are_computed():
    x = jnp.arange(1.0, 101.0).reshape(10, 10)
    ten = stores(program(lambda x: accumulate(x, slice(None)), x))
    three = stores(program(lambda x: accumulate(x, slice(4, 7)), x))
    assert (ten, three) == (20, 6)  # at the start and in the loop


def test_what_a_pass_leaves_behind_is_stored_where_it_is_read():
    def trail(x, picked):
        def step(state, t):
            state = jnp.cos(state) * t
            return state, state

        return lax.scan(step, x, TIMES)[1][:, picked]

    x = jnp.ones(5)
    kept = [stores(program(lambda x, n=n: trail(x, slice(n)).sum(0), x)) for n in (1, 5)]
    assert kept == [1, 5]


def test_a_sum_reaches_the_result_through_its_neighbours(agree):
    """One element of the result needs all of them in turn."""

    def turn(x):
        def step(a, t):
            return jnp.roll(a.ravel(), 1).reshape(10, 10) * 0.99 + t, None

        return lax.scan(step, x, TIMES)[0][0, 3]

    agree(turn, np.random.default_rng(0).normal(size=(5, 10, 10)).astype(np.float32), ulps=64)

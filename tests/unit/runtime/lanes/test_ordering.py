"""Values are computed where they are used, and memory is read before it is overwritten."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from scenert.lanes.builder import Builder
from scenert.lanes.ordering import ordered
from scenert.lanes.program import Instruction, Program, Region
from scenert.lanes.scalarize import scalarize


def most_waiting(region: Region) -> int:
    """How many values wait for their last use at most."""
    last = {value: n for n, item in enumerate(region) for value in item.operands}
    made = {item.result: n for n, item in enumerate(region)}
    return max(
        sum(made.get(value, n) < n <= end for value, end in last.items())
        for n in range(len(region))
    )


def body(function, *arguments) -> Region:
    closed = jax.make_jaxpr(function)(*arguments)
    return scalarize(closed, [False] * len(arguments)).body


def test_sums_over_arrays_keep_few_values_waiting():
    def energy(x, v):
        stretched = jnp.sin(x) * v + x
        return jnp.sum(stretched * stretched * v)

    assert most_waiting(body(energy, jnp.ones(30), jnp.ones(30))) <= 5


def test_what_takes_most_registers_is_computed_first():
    def nested(x):
        """Square by square, each of which waits for all that follow."""
        squares = [x[k] * x[k] for k in range(12)]
        total = jnp.sin(x[0])
        for square in reversed(squares):
            total = square + jnp.sin(total)
        return total

    assert most_waiting(body(nested, jnp.ones(12))) <= 3


def test_loads_stay_between_the_stores_to_their_buffer():
    builder = Builder(rows=32, limit=100)
    given = builder.buffer("input", "f32", 1)
    place, result = (builder.buffer(kind, "f32", 1) for kind in ("work", "output"))
    x = builder.load(given, 0)
    builder.store(place, 0, x)
    before = builder.load(place, 0)
    builder.store(place, 0, builder.emit("mul", "f32", x, x))
    after = builder.load(place, 0)
    builder.store(result, 0, builder.emit("sub", "f32", after, before))
    assert accesses(ordered(builder.program), place) == ["store", "load", "store", "load"]


def accesses(program: Program, buffer: int) -> list[str]:
    """What is done with a buffer, in order."""
    items = [item for item in program.body if isinstance(item, Instruction) and item.detail]
    return [item.op for item in items if item.detail[0] == buffer]

"""Arrays of many rows: loops over rows in place of one instruction per element."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from scenert.lanes import LaneFallbackWarning, lanes
from scenert.lanes import scalarize as scalarizing
from scenert.lanes.program import Loop, walk

ROWS = 40
RANDOM = np.random.default_rng(5)
X = RANDOM.normal(size=(19, ROWS, 3)).astype(np.float32)
FIRST, SECOND = RANDOM.integers(0, ROWS, (2, 60)).astype(np.int32)


def built(function, rows):
    closed = jax.make_jaxpr(function)(jnp.zeros((rows, 3)))
    return scalarizing.scalarize(closed, [False])


def pairwise_force(x):
    """Picks rows by a table, works on pairs, and puts the sums back."""
    apart = x[FIRST] - x[SECOND]
    square = jnp.sum(apart * apart, -1, keepdims=True)
    force = jnp.where(square > 0.1, apart / (square + 0.3), 0.0)
    return jnp.zeros_like(x).at[FIRST].add(force).at[SECOND].add(-force)


def mixture(x):
    """All ways by which rows meet each other, and things that have other extents."""
    mean, extreme = x.mean(0), (x.max(0), x.min(0))
    turned = jnp.einsum("ij,nj->ni", jnp.eye(3) * 0.5 + 0.1, x - mean)
    longer = jnp.concatenate([x, turned, jnp.ones((7, 3))])
    padded = jnp.pad(turned, ((2, 1), (0, 0)), constant_values=3.0)
    every = jnp.einsum("ni,nj->nij", x, turned)
    cut = longer[5:-5] * 2
    running = jnp.cumsum(x, 1)
    return (
        extreme,
        padded,
        jnp.sum(every, (0, 2)),
        every[:, 1].reshape(3, ROWS),
        jnp.sum(cut**2, 0),
        running[::-1],
        jnp.argmax(x, 1),
        jnp.any(x > 2.9, 0),
        x.T @ turned,
    )


@pytest.mark.parametrize("function", [pairwise_force, mixture])
def test_values_equal_those_of_jax(function, agree):
    agree(function, X, ulps=64)


@pytest.mark.parametrize("function", [pairwise_force, mixture])
def test_gradients_equal_those_of_jax(function, agree):
    def loss(x):
        leaves = [y for y in jax.tree.leaves(function(x)) if y.dtype == x.dtype]
        return sum(jnp.sum(jnp.sin(y)) for y in leaves)

    with jax.enable_x64(True):
        agree(jax.value_and_grad(loss), X.astype(np.float64), ulps=2**16)


def test_the_program_does_not_grow_with_the_rows():
    def both(x):
        y = jnp.sin(x) * jnp.roll(x, 1, axis=1)
        return y.sum(0), y @ jnp.ones((3, 2))

    sizes = [built(both, rows).size() for rows in (50, 100, 800)]
    assert sizes[0] == sizes[1] == sizes[2] < 100


def test_what_needs_nothing_but_its_own_row_shares_one_loop():
    def chained(x):
        y = jnp.exp(x) + 1
        return jnp.tanh(y * x).sum(0), jnp.cos(y)

    loops = [item.body for item in walk(built(chained, 50).body) if isinstance(item, Loop)]
    computing = [body for body in loops if any(item.op in ("exp", "tanh", "cos") for item in body)]
    assert len(computing) == 1


def test_few_rows_are_written_out():
    assert not any(isinstance(item, Loop) for item in walk(built(jnp.sin, 6).body))


def test_rows_in_a_loop_over_time(agree):
    def sweeps(x):
        def sweep(v, t):
            v = v + 0.01 * pairwise_force(v) * t
            return v, v[3]

        return lax.scan(sweep, x, jnp.linspace(0, 1, 30))

    agree(sweeps, X, ulps=256)


def test_uniform_rows_and_constant_tables(agree):
    table = RANDOM.normal(size=(ROWS, 3)).astype(np.float32)

    def weigh(weights, x):
        return (weights[:, None] * x + table).sum(0), jnp.sqrt(weights) * table[:, 0]

    shared = jnp.linspace(1, 2, ROWS, dtype=jnp.float32)
    expected = jax.vmap(weigh, (None, 0))(shared, X)
    actual = jax.vmap(lanes(weigh, uniform=(0,)), (None, 0))(shared, X)
    for a, e in zip(actual, expected, strict=True):
        np.testing.assert_allclose(a, e, rtol=1e-5, atol=1e-5)
    agree(lambda x: weigh(shared, x), X, ulps=64)


OPERATIONS = (
    lambda a, b: a * jnp.cos(b),
    lambda a, b: jnp.where(a > b, a, 0.5 * b),
    lambda a, b: a - b.mean(0),
    lambda a, b: a + jnp.sum(b * a, -1, keepdims=True) * 0.1,
    lambda a, b: a.at[FIRST].add(0.1 * b[SECOND]),
    lambda a, b: jnp.concatenate([a[: ROWS // 2], b[ROWS // 2 :]]),
    lambda a, b: jnp.maximum(a, jnp.max(b, 0) * 0.3),
    lambda a, b: lax.scan(lambda c, row: (c * 0.9 + row, c), a[0], b)[1],
    lambda a, b: a[np.argsort(FIRST[:ROWS])] * 0.7 + b[::-1],
    lambda a, b: (a @ (b.T @ b)) * (0.1 / ROWS),
)


@pytest.mark.parametrize("seed", range(6))
def test_random_programs_equal_those_of_jax(seed, agree):
    random = np.random.default_rng(seed)
    chosen = [(random.integers(len(OPERATIONS)), *random.integers(0, 4, 2)) for _ in range(9)]

    def program(x):
        values = [x, jnp.sin(x), x * 0.5, jnp.ones_like(x)]
        for operation, a, b in chosen:
            values[a] = jnp.tanh(OPERATIONS[operation](values[a], values[b]))
        return values

    agree(program, X, ulps=1024)


def test_a_program_too_long_for_lanes_is_refused_in_words(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scalarizing, "LIMIT", 20)
    function = lanes(lambda x: jnp.sin(x) * jnp.cos(x[::-1]))
    with pytest.warns(LaneFallbackWarning, match="more than 20 instructions"):
        result = function(X[0, :6, 0])
    np.testing.assert_allclose(result, np.sin(X[0, :6, 0]) * np.cos(X[0, 5::-1, 0]), rtol=1e-5)

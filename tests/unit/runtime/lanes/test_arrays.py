"""Operations on arrays: moving, reducing, multiplying, picking and putting."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

RANDOM = np.random.default_rng(5)
X = RANDOM.normal(size=(9, 2, 3, 4)).astype(np.float32)
WHOLE = RANDOM.integers(-9, 9, size=(9, 2, 3, 4)).astype(np.int32)

MOVING = {
    "reshape": lambda x: x.reshape(4, 6),
    "transpose": lambda x: x.transpose(2, 0, 1),
    "broadcast": lambda x: jnp.broadcast_to(x[:, None], (2, 5, 3, 4)),
    "slice": lambda x: x[1:, ::2, 1:3],
    "reverse": lambda x: x[::-1, :, ::-1],
    "concatenate": lambda x: jnp.concatenate([x, 2 * x, x[:, :1]], axis=1),
    "stack": lambda x: jnp.stack([x, -x], axis=2),
    "split": lambda x: jnp.split(x, [1, 3], axis=2),
    "unstack": lambda x: jnp.unstack(x, axis=1),
    "tile": lambda x: jnp.tile(x, (2, 1, 3)),
    "pad": lambda x: lax.pad(x, jnp.float32(7), [(1, 2, 0), (0, 0, 2), (-1, 3, 1)]),
    "pad negative with gaps": lambda x: lax.pad(
        x, jnp.float32(7), [(0, 0, 0), (-2, 1, 2), (0, -3, 1)]
    ),
    "squeeze": lambda x: x[:1].squeeze(0),
    "expand": lambda x: jnp.expand_dims(x, (0, 3)),
    "roll": lambda x: jnp.roll(x, 2, axis=1),
    "triangle": jnp.tril,
    "diagonal": lambda x: jnp.diagonal(x, axis1=1, axis2=2),
    "repeat": lambda x: jnp.repeat(x, 2, axis=1),
    "iota": lambda x: x + lax.broadcasted_iota(jnp.float32, (2, 3, 4), 1),
    "constants only": lambda x: jnp.arange(6.0).reshape(2, 3),
    "empty": lambda x: (x[:0].sum(), jnp.concatenate([x[:0], x])),
    "the same twice": lambda x: (x, x),
}
REDUCING = {
    "sum": lambda x: (x.sum(), x.sum(0), x.sum((0, 2))),
    "product": lambda x: x.prod(1),
    "largest": lambda x: (x.max(), x.min(2)),
    "truth": lambda x: ((x > 0).any(1), (x > -1).all(), jnp.logical_xor.reduce(x > 0, 0)),
    "place of largest": lambda x: (jnp.argmax(x, 2), jnp.argmin(x, 0), jnp.argmax(x)),
    "running sums": lambda x: (jnp.cumsum(x, 1), jnp.cumprod(x, 2), lax.cummax(x, 0)),
    "running backwards": lambda x: lax.cumsum(x, 2, reverse=True),
    "norm": lambda x: jnp.linalg.norm(x, axis=-1),
    "softmax": lambda x: jax.nn.softmax(x, axis=1),
}
PRODUCTS = {
    "matrix": lambda x: x[0] @ x[1].T,
    "batch of matrices": lambda x: x @ x.transpose(0, 2, 1),
    "vector": lambda x: x[0, 0] @ x[1, 2],
    "outer": lambda x: jnp.outer(x[0, 0], x[1, 1]),
    "einsum": lambda x: jnp.einsum("abc,adc,b->da", x, x, x[0, :, 1]),
    "with constants": lambda x: x @ jnp.array([[1.0, 0.0], [0.0, 2.0], [0.0, 0.0], [3.0, -1.0]]),
    "cross": lambda x: jnp.cross(x[0, :, :3], x[1, :, 1:]),
    "with an integer": lambda x: jnp.dot(x[0], jnp.arange(4)),
}


@pytest.mark.parametrize("name", MOVING)
def test_elements_move_as_in_jax(name, agree):
    agree(MOVING[name], X, ulps=0)


@pytest.mark.parametrize("name", REDUCING)
def test_reductions_equal_those_of_jax(name, agree):
    agree(REDUCING[name], X)


@pytest.mark.parametrize("name", PRODUCTS)
def test_products_equal_those_of_jax(name, agree):
    agree(PRODUCTS[name], X)


def test_integer_reductions_equal_those_of_jax(agree):
    agree(lambda x: (x.sum(1), x.max(), x.min(0), x.prod(2), jnp.argmax(x, 1)), WHOLE)


def test_place_of_largest_finds_nan_and_the_first_of_equals(agree):
    x = np.float32([[1, 3, 3, 2], [1, np.nan, 5, np.nan], [np.nan, 1, 2, 3], [0, -0.0, 0, 0]])
    agree(lambda x: (jnp.argmax(x), jnp.argmin(x)), x)


FIXED_PLACES = {
    "rows": lambda x: x[jnp.array([1, 0, 1])],
    "elements": lambda x: x[jnp.array([0, 1]), jnp.array([2, 0]), jnp.array([3, 3])],
    "a window": lambda x: lax.dynamic_slice(x, (1, 1, 2), (1, 2, 2)),
    "a window beyond the end": lambda x: lax.dynamic_slice(x, (5, -7, 2), (1, 2, 2)),
    "beyond the end, filled": lambda x: x.at[:, 5].get(mode="fill", fill_value=-1),
    "beyond the end, clipped": lambda x: x.at[:, 5].get(mode="clip"),
    "from the end": lambda x: x[:, -1, jnp.array([-2, 0])],
    "along an axis": lambda x: jnp.take_along_axis(x, jnp.array([[[2, 0]], [[1, 3]]]), axis=2),
    "set": lambda x: x.at[1, 2].set(x[0, 0]),
    "set with an array": lambda x: x.at[0, jnp.array([2, 0])].set(5.0),
    "add twice to one place": lambda x: x.at[jnp.array([1, 1]), 0].add(x[:, 1]),
    "multiply": lambda x: x.at[1].multiply(2.0),
    "largest": lambda x: x.at[:, 1].max(0.5).at[:, 0].min(-0.5),
    "set beyond the end": lambda x: x.at[7].set(1.0).at[:, 8].add(1.0, mode="clip"),
    "update a window": lambda x: lax.dynamic_update_slice(x, x[:1, :2, :2] * 2, (1, 1, 5)),
}


@pytest.mark.parametrize("name", FIXED_PLACES)
def test_constant_places_are_picked_and_put_as_in_jax(name, agree):
    agree(FIXED_PLACES[name], X, ulps=0)


def _visiting(change):
    """A scan whose passes see the array at places that a table decides."""

    def run(x):
        def visit(array, place):
            return change(array, place)

        places = jnp.array([0, 5, 2, 2, 7, 1, 6, 3] * 60)
        return lax.scan(visit, x.reshape(8, 3), places)

    return run


RUNNING_PLACES = {
    "read": lambda a, i: (a, a[i] * 2),
    "read a window": lambda a, i: (a, lax.dynamic_slice(a, (i, 1), (2, 2))),
    "read two places": lambda a, i: (a, a[i] - a[(i + 3) % 8]),
    "read rows": lambda a, i: (a, a[jnp.stack([i, 7 - i])]),
    "read beyond the end, filled": lambda a, i: (a, a.at[i + 4].get(mode="fill", fill_value=9)),
    "set": lambda a, i: (a.at[i].set(a[i - 1] * 0.5), a[i]),
    "add": lambda a, i: (a.at[i].add(0.25 * a[(i + 1) % 8]), None),
    "add beyond the end": lambda a, i: (a.at[i + 4].add(1.0), a[0]),
    "update a window": lambda a, i: (lax.dynamic_update_slice(a, a[:2, 1:] * 0.9, (i, 1)), None),
    "set and keep the old": lambda a, i: (a.at[i].set(0.5 * a[i]), a),
    "swap rows": lambda a, i: (a.at[i].set(a[7 - i]).at[7 - i].set(a[i]), a.sum()),
    "transposed": lambda a, i: (a.T.at[:, i].add(1.0).T, None),
    "element": lambda a, i: (a.at[i, i % 3].multiply(0.5), a[i, 1]),
    "two changes of one array": lambda a, i: (a.at[i].add(1) + a.at[i].set(0), None),
}


@pytest.mark.parametrize("name", RUNNING_PLACES)
def test_running_places_are_picked_and_put_as_in_jax(name, agree):
    agree(_visiting(RUNNING_PLACES[name]), X.reshape(9, 24), ulps=64)

"""Arguments and results of every width and count reach their lanes and come back."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scenert.lanes import lanes
from scenert.lanes.interleave import is_narrow


def test_narrow_arrays_are_those_that_fill_few_vectors():
    assert [n for n in range(20) if is_narrow(n, 16)] == list(range(9))
    assert [n for n in range(20) if is_narrow(n, 4)] == list(range(4))


@pytest.mark.parametrize("count", [1, 5, 15, 16, 17, 48, 101])
def test_numbers_of_every_width_keep_their_places(count, dtype):
    """Widths on both sides of where another way of moving begins."""
    batch = {
        n: jnp.arange(count * n, dtype=dtype).reshape(count, n) for n in (1, 2, 3, 5, 8, 9, 17)
    }
    truths = {n: x % 3 == 0 for n, x in batch.items()}

    def turned(numbers, truths):
        return {n: 2 * x[::-1] for n, x in numbers.items()}, {n: ~x for n, x in truths.items()}

    actual = jax.vmap(lanes(turned))(batch, truths)
    expected = jax.vmap(turned)(batch, truths)
    for a, e in zip(jax.tree.leaves(actual), jax.tree.leaves(expected), strict=True):
        np.testing.assert_array_equal(a, e)

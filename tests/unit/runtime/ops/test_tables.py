import jax
import jax.numpy as jnp
import numpy as np

from scenert.ops.tables import alike, dtype_of, table

F64 = jnp.dtype("float64")


def test_numbers_become_an_array_of_the_wanted_type():
    found = table([[1, 2.5], [3, 4]], jnp.dtype("float32"))
    assert found.dtype == jnp.float32
    np.testing.assert_array_equal(found, [[1, 2.5], [3, 4]])


def test_traced_entries_keep_their_places_and_derivatives():
    def build(a, b):
        return table([[1.0, a], [b, a * b], [2.0, 3.0]], F64)

    a, b = jnp.asarray(5.0), jnp.asarray(7.0)
    np.testing.assert_array_equal(build(a, b), [[1, 5], [7, 35], [2, 3]])
    by_a, by_b = jax.jacobian(build, argnums=(0, 1))(a, b)
    np.testing.assert_array_equal(by_a, [[0, 1], [0, 7], [0, 0]])
    np.testing.assert_array_equal(by_b, [[0, 0], [1, 5], [0, 0]])


def test_scalars_and_empty_tables():
    assert table(2.0, F64).shape == ()
    assert table(jnp.asarray(2.0), F64).shape == ()
    assert table([], F64).shape == (0,)


def test_alike_repeats_a_row_and_sums_its_derivatives():
    slope = jax.grad(lambda a: alike(5, [a, 1.0], F64).sum())(jnp.asarray(3.0))
    assert alike(5, [2.0, 1.0], F64).shape == (5, 2)
    assert slope == 5


def test_the_parameters_decide_the_type():
    assert dtype_of({"a": jnp.ones(3, jnp.float32)}) == jnp.float32
    assert dtype_of({"a": jnp.ones(3)}) == jnp.float64
    assert dtype_of({}) == jnp.zeros(()).dtype

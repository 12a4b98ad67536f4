import jax
import jax.numpy as jnp
import pytest

import scenert


def test_finite_trees_pass():
    scenert.assert_finite({"a": jnp.ones(3), "b": 2.0, "c": jnp.arange(3)})


def test_the_first_bad_number_is_named():
    tree = {"a": jnp.ones(3), "b": jnp.array([[0.0, 1.0], [jnp.nan, jnp.inf]])}
    with pytest.raises(FloatingPointError, match=r"^grad\['b'\]\[1, 0\] is nan \(2 of 4\)$"):
        scenert.assert_finite(tree, "grad")


def test_a_scalar_needs_no_index():
    with pytest.raises(FloatingPointError, match=r"^loss is inf \(1 of 1\)$"):
        scenert.assert_finite(jnp.inf, "loss")


def test_traced_values_are_refused():
    with pytest.raises(TypeError, match=r"state\[0\] is traced.*outside jax.jit"):
        jax.jit(lambda x: scenert.assert_finite((x,), "state"))(1.0)

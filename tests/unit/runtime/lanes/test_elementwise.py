"""Every elementwise primitive against JAX or, where JAX is less accurate, against NumPy."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from scenert.lanes import lanes

SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, 2.0, np.inf, -np.inf, np.nan, 1e30, -1e30, 1e-30, 3.0, 100.0)


def samples(dtype, low=-3.0, high=3.0, count=400):
    """Random numbers of all sizes, among them the special ones."""
    random = np.random.default_rng(7)
    plain = random.uniform(low, high, count)
    scaled = plain * 10.0 ** random.integers(-8, 4, count)
    return np.concatenate([SPECIAL, plain, scaled]).astype(dtype)


def in_lanes(function, *batch):
    return np.asarray(jax.jit(jax.vmap(lanes(function)))(*batch))


def assert_close(actual, expected, dtype, ulps):
    """Equal within some units in the last place; numbers that flush to zero count as zero."""
    limits = np.finfo(dtype)
    expected = np.asarray(expected, dtype)
    assert actual.dtype == expected.dtype
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(
            actual, expected, rtol=ulps * limits.eps, atol=4 * float(limits.tiny)
        )


UNARY = {
    "sin": (np.sin, 3),
    "cos": (np.cos, 3),
    "tan": (np.tan, 5),
    "asin": (np.arcsin, 4),
    "acos": (np.arccos, 4),
    "atan": (np.arctan, 4),
    "sinh": (np.sinh, 2),
    "cosh": (np.cosh, 2),
    "tanh": (np.tanh, 4),
    "asinh": (np.arcsinh, 2),
    "acosh": (np.arccosh, 2),
    "atanh": (np.arctanh, 2),
    "exp": (np.exp, 3),
    "exp2": (np.exp2, 3),
    "expm1": (np.expm1, 4),
    "log": (np.log, 3),
    "log1p": (np.log1p, 4),
    "sqrt": (np.sqrt, 1),
    "cbrt": (np.cbrt, 2),
    "floor": (np.floor, 0),
    "ceil": (np.ceil, 0),
    "abs": (np.abs, 0),
    "neg": (np.negative, 0),
    "square": (np.square, 1),
}


@pytest.mark.parametrize("name", UNARY)
def test_function_of_one_number_is_accurate(name, dtype):
    reference, ulps = UNARY[name]
    x = samples(dtype)
    with np.errstate(all="ignore"):
        expected = reference(x.astype(np.float64 if dtype == np.float32 else np.longdouble))
        expected = expected.astype(dtype)
    assert_close(in_lanes(getattr(lax, name), x), expected, dtype, ulps)


@pytest.mark.parametrize("name", ["sin", "cos"])
def test_angles_of_any_size_are_reduced_accurately(name, dtype):
    random = np.random.default_rng(3)
    x = (random.uniform(-1, 1, 500) * 10.0 ** random.integers(0, 30, 500)).astype(dtype)
    quarters = (np.arange(1, 500) * np.pi / 2).astype(dtype)
    x = np.concatenate([x, quarters])
    expected = getattr(np, name)(x.astype(np.float64))
    actual = in_lanes(getattr(lax, name), x)
    assert_close(actual, expected.astype(dtype), dtype, 4)


def test_whole_range_of_exponential(dtype):
    limit = 110.0 if dtype == np.float32 else 760.0
    x = np.linspace(-limit, limit, 4001).astype(dtype)
    with np.errstate(all="ignore"):
        assert_close(in_lanes(lax.exp, x), np.exp(x.astype(np.float64)).astype(dtype), dtype, 4)


def test_exponential_integral_like_small_arguments(dtype):
    x = np.geomspace(1e-20, 1e-2, 300).astype(dtype)
    for name in ("expm1", "log1p", "tanh", "sin", "atan", "asin"):
        reference = {"atan": np.arctan, "asin": np.arcsin}.get(name) or getattr(np, name)
        expected = reference(x.astype(np.float64)).astype(dtype)
        assert_close(in_lanes(getattr(lax, name), x), expected, dtype, 4)


SAME_AS_JAX = {
    "rsqrt": lax.rsqrt,
    "sign": lax.sign,
    "round to even": lambda x: lax.round(x, lax.RoundingMethod.TO_NEAREST_EVEN),
    "round away": lambda x: lax.round(x, lax.RoundingMethod.AWAY_FROM_ZERO),
    "is_finite": lax.is_finite,
    "logistic": lax.logistic,
    "erf": lax.erf,
    "erfc": lax.erfc,
    "power -3": lambda x: lax.integer_pow(x, -3),
    "power 5": lambda x: lax.integer_pow(x, 5),
    "power 0": lambda x: lax.integer_pow(x, 0),
    "to integer": lambda x: lax.convert_element_type(x, jnp.int32),
    "to unsigned": lambda x: lax.convert_element_type(x, jnp.uint8),
    "to boolean": lambda x: lax.convert_element_type(x, bool),
    "clamp": lambda x: lax.clamp(jnp.asarray(-1, x.dtype), x, jnp.asarray(2, x.dtype)),
    "maximum with a constant": lambda x: jnp.maximum(x, 0.5),
    "minimum with a constant": lambda x: jnp.minimum(0.5, x),
    "where": lambda x: jnp.where(x > 0, x, -x),
    "reinterpreted": lambda x: lax.bitcast_convert_type(
        x, jnp.int32 if x.dtype == jnp.float32 else jnp.int64
    ),
    "logic": lambda x: (x > 0) & ~(x > 1) | jnp.isnan(x) ^ (x <= -1),
    "stopped": lax.stop_gradient,
}


@pytest.mark.parametrize("name", SAME_AS_JAX)
def test_function_equals_that_of_jax(name, dtype, agree):
    x = samples(dtype)
    x = x[np.abs(x) < 1e20] if name in ("power -3", "power 5") else x
    agree(SAME_AS_JAX[name], x, ulps=8)


BINARY = {
    "add": lax.add,
    "sub": lax.sub,
    "mul": lax.mul,
    "div": lax.div,
    "rem": lax.rem,
    "max": lax.max,
    "min": lax.min,
    "nextafter": lax.nextafter,
    "eq": lax.eq,
    "ne": lax.ne,
    "lt": lax.lt,
    "le": lax.le,
    "gt": lax.gt,
    "ge": lax.ge,
}


@pytest.mark.parametrize("name", BINARY)
def test_function_of_two_numbers_equals_that_of_jax(name, dtype, agree):
    special = np.array(SPECIAL, dtype)
    x, y = (side.ravel() for side in np.meshgrid(special, special))
    random = np.random.default_rng(1).normal(size=(2, 300)).astype(dtype)
    agree(BINARY[name], np.append(x, random[0]), np.append(y, random[1]), ulps=2)


@pytest.mark.parametrize("name", ["atan2", "pow"])
def test_function_of_two_numbers_is_accurate(name, dtype):
    special = np.array(SPECIAL, dtype)
    x, y = (side.ravel() for side in np.meshgrid(special, special))
    random = np.random.default_rng(1).normal(size=(2, 300)).astype(dtype)
    x, y = np.append(x, random[0]), np.append(y, random[1])
    reference = {"atan2": np.arctan2, "pow": np.power}[name]
    with np.errstate(all="ignore"):
        expected = reference(x.astype(np.float64), y.astype(np.float64)).astype(dtype)
    assert_close(in_lanes(getattr(lax, name), x, y), expected, dtype, 4)


INTEGER = {
    "add": lax.add,
    "sub": lax.sub,
    "mul": lax.mul,
    "div": lax.div,
    "rem": lax.rem,
    "max": lax.max,
    "min": lax.min,
    "and": lax.bitwise_and,
    "or": lax.bitwise_or,
    "xor": lax.bitwise_xor,
    "lt": lax.lt,
    "ge": lax.ge,
    "shift left": lax.shift_left,
    "shift right": lax.shift_right_logical,
    "shift right with sign": lax.shift_right_arithmetic,
    "to float": lambda x, _: lax.convert_element_type(x, jnp.float32),
    "to short": lambda x, _: lax.convert_element_type(x, jnp.int16),
    "not": lambda x, _: lax.bitwise_not(x),
    "sign": lambda x, _: lax.sign(x),
    "leading zeros": lambda x, _: lax.clz(x),
    "ones": lambda x, _: lax.population_count(x),
    "power 3": lambda x, _: lax.integer_pow(x, 3),
    "switch": lambda x, y: lax.select_n(lax.clamp(0, x.astype(jnp.int32), 2), y, -y, y + y),
}


@pytest.mark.parametrize("kind", [np.int32, np.uint32, np.int8])
@pytest.mark.parametrize("name", INTEGER)
def test_integers_equal_those_of_jax(name, kind, agree):
    limits = np.iinfo(kind)
    special = np.array([0, 1, 2, 3, 7, 31, limits.max, limits.min, limits.max - 1], kind)
    x, y = (side.ravel() for side in np.meshgrid(special, special))
    agree(INTEGER[name], x, y)


def test_denormals_are_treated_as_jax_treats_them(agree):
    x = np.float32([1e-39, -1e-40, 1e-45, 1.2e-38, 2e-38])
    agree(lambda x: (x * 0.5, x + x, x * 4), x)

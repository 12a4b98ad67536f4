"""Calls, branches and loops."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from scenert.lanes import LaneFallbackWarning, UnsupportedPrimitive, lanes
from scenert.lanes.program import Loop, walk
from scenert.lanes.scalarize import scalarize

X = np.random.default_rng(2).normal(size=(21, 4)).astype(np.float32)


def program(function, *arguments):
    closed = jax.make_jaxpr(function)(*arguments)
    return scalarize(closed, [False] * len(arguments))


def decay(x, passes, **options):
    def step(state, t):
        state = state * 0.8 + 0.1 * jnp.roll(state, 1) + 0.001 * t
        return state, state[:2].sum()

    return lax.scan(step, x, jnp.arange(passes, dtype=jnp.float32), **options)


@pytest.mark.parametrize("passes", [0, 1, 3, 500])
@pytest.mark.parametrize("reverse", [False, True])
def test_scan_equals_that_of_jax(passes, reverse, agree):
    agree(lambda x: decay(x, passes, reverse=reverse), X, ulps=32)


def test_short_scan_is_unrolled_and_long_one_is_a_loop():
    def loops(passes):
        built = program(lambda x: decay(x, passes)[0], X[0])
        return sum(isinstance(item, Loop) for item in walk(built.body))

    assert (loops(3), loops(5000)) == (0, 1)


def test_nested_scans(agree):
    def nested(x):
        def outer(a, t):
            b, inner = lax.scan(lambda b, s: (b * 0.5 + a * s, b.sum()), a, jnp.linspace(0, 1, 40))
            return a * 0.5 + b * 0.1 * t, inner

        return lax.scan(outer, x, jnp.linspace(0, 1, 50))

    agree(nested, X, ulps=64)


def test_large_carries_stay_in_memory(agree):
    def smooth(x):
        start = jnp.outer(x, jnp.arange(40.0)).ravel()
        other = jnp.ones(160)

        def step(pair, _):
            a, b = pair
            return (b * 0.5, a * 0.5 + b), a[:3]

        return lax.scan(step, (start, other), None, length=30)

    agree(smooth, X, ulps=32)


def test_carries_that_change_places(agree):
    def turn(x):
        def step(state, _):
            a, b, c = state
            return (b, c, a + 1), None

        return lax.scan(step, (x, 2 * x, 3 * x), None, length=1001)[0]

    agree(turn, X)


def test_loop_counter_in_the_carry_indexes_arrays(agree):
    def pick(x):
        table = jnp.arange(300.0)

        def step(t, total):
            return total * 0.5 + table[t] * x[t % 4]

        return lax.fori_loop(0, 300, step, jnp.zeros(4) + x)

    agree(pick, X, ulps=32)


def test_what_a_loop_leaves_behind_feeds_the_next(agree):
    def chain(x):
        _, trail = lax.scan(lambda c, t: (c * 0.9 + t, (c, c > 0)), x, jnp.linspace(0, 1, 300))
        return lax.scan(
            lambda c, y: (c + jnp.where(y[1], y[0], -c * 0.1), c[0]), x, trail, reverse=True
        )

    agree(chain, X, ulps=64)


def test_gradient_through_scans(agree):
    def loss(x):
        final, trail = decay(jnp.tanh(x), 150)
        return jnp.sum(final**2) + jnp.sum(jnp.sin(trail))

    agree(jax.value_and_grad(loss), X, ulps=64)


def test_calls_are_inlined(agree):
    @jax.jit
    def inner(x):
        return jax.checkpoint(lambda y: jnp.sin(y) * 2)(x)

    @jax.custom_jvp
    def own(x):
        return x * 3

    own.defjvp(lambda primals, tangents: (own(*primals), tangents[0] * 7))

    @jax.custom_vjp
    def other(x):
        return x * 5

    other.defvjp(lambda x: (other(x), None), lambda _, ct: (ct * 11,))
    agree(lambda x: inner(x) + jax.nn.relu(x) + own(x) + other(x), X)
    agree(jax.grad(lambda x: jnp.sum(inner(x) + own(x) + other(x))), X)


def test_branches(agree):
    def choose(x):
        known = lax.cond(True, lambda y: y + 1, lambda y: y - 1, x)
        sign = lax.cond(x[0] > 0, lambda y: y * 2, lambda y: y * 3, x)
        return lax.switch((x[1] * 3).astype(int), [jnp.sin, jnp.cos, jnp.negative], known + sign)

    agree(choose, X)


def test_unknown_primitive_is_named_with_its_place():
    with pytest.raises(UnsupportedPrimitive, match=r"'sort'.*test_control.py:") as caught:
        program(lambda x: jnp.sort(x) * 2, X[0])
    assert caught.value.primitive == "sort"


REFUSED = {
    "while": lambda x: lax.while_loop(lambda y: y.sum() < 9, lambda y: y + 1, x),
    "dynamic_slice": lambda x: lax.dynamic_slice(x, (x[0].astype(int),), (2,)),
    "gather": lambda x: x[jnp.argmax(x)[None]],
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_depends_on_data_is_refused(name):
    with pytest.raises(UnsupportedPrimitive) as caught:
        program(REFUSED[name], X[0])
    assert caught.value.primitive == name


def test_unsupported_function_warns_and_runs_on_the_portable_path():
    function = lanes(lambda x: jnp.sort(x) * 2)
    with pytest.warns(LaneFallbackWarning, match="portable path: 'sort'"):
        result = jax.vmap(function)(X)
    np.testing.assert_allclose(result, np.sort(X, axis=1) * 2, rtol=1e-6)

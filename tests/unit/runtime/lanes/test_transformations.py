"""A function in lanes under JAX's transformations, against the same function without lanes."""

from __future__ import annotations

import warnings

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax.sharding import PartitionSpec
from jax.test_util import check_grads

from scenert.lanes import lanes

RANDOM = np.random.default_rng(11)


def pendulum(params, state, control):
    """Ten explicit steps of a damped pendulum and what a sensor reads."""

    def step(carry, _):
        angle, speed = carry
        push = control[0] - params["damping"] * speed
        speed = speed + 0.01 * (push - params["gravity"] * jnp.sin(angle) / params["length"])
        return (angle + 0.01 * speed, speed), angle

    (angle, speed), trail = jax.lax.scan(step, (state["angle"], state["speed"]), None, length=10)
    return {"angle": angle, "speed": speed}, jnp.stack([jnp.cos(angle), trail.sum()])


IN_LANES = lanes(pendulum, uniform=(0,))
PARAMS = {"damping": jnp.float32(0.1), "gravity": jnp.float32(9.81), "length": jnp.float32(0.7)}


def batch(*shape):
    def draw():
        return jnp.asarray(RANDOM.normal(size=shape), jnp.float32)

    return {"angle": draw(), "speed": draw()}, draw()[..., None]


def close(actual, expected, tolerance=2e-5):
    jax.tree.map(
        lambda a, e: np.testing.assert_allclose(a, e, rtol=tolerance, atol=tolerance),
        actual, expected,
    )  # fmt: skip


def stacked(params, count):
    return jax.tree.map(lambda x: x * jnp.linspace(0.5, 1.5, count), params)


BATCHES = {
    "states": ((None, 0, 0), PARAMS, batch(21)),
    "states with one control": ((None, 0, None), PARAMS, (batch(21)[0], batch()[1])),
    "parameters only": ((0, None, None), stacked(PARAMS, 21), batch()),
    "everything": ((0, 0, 0), stacked(PARAMS, 21), batch(21)),
    "one parameter": (
        ({"damping": None, "gravity": None, "length": 0}, 0, 0),
        {**PARAMS, "length": jnp.linspace(0.5, 1.5, 21)},
        batch(21),
    ),
    "one robot": ((None, 0, 0), PARAMS, batch(1)),
}


@pytest.mark.parametrize("name", BATCHES)
def test_batches_and_their_gradients(name):
    axes, params, (state, control) = BATCHES[name]
    run = jax.vmap(IN_LANES, axes), jax.vmap(pendulum, axes)
    close(*(jax.jit(each)(params, state, control) for each in run))
    gradients = [
        jax.jit(jax.grad(lambda *args, each=each: total(each(*args)), (0, 1, 2))) for each in run
    ]
    close(*(gradient(params, state, control) for gradient in gradients), 2e-4)


def total(result):
    final, sensed = result
    return jnp.sum(final["angle"] ** 2) + jnp.sum(jnp.sin(sensed)) + final["speed"].sum()


@pytest.mark.parametrize("axes", [((None, 0, None), (0, None, 0)), ((0, None, None), (None, 0, 0))])
def test_nested_batches(axes):
    inner, outer = axes
    sizes = {"params": (), "state": (), "control": ()}
    arguments = []
    for place, key in enumerate(sizes):
        shape = ((5,) if outer[place] == 0 else ()) + ((3,) if inner[place] == 0 else ())
        if key == "params":
            scale = jnp.asarray(RANDOM.uniform(0.5, 1.5, shape), jnp.float32)
            arguments.append({name: value * scale for name, value in PARAMS.items()})
        else:
            arguments.append(batch(*shape)[key == "control"])
    run = [jax.vmap(jax.vmap(each, inner), outer) for each in (IN_LANES, pendulum)]
    close(*(jax.jit(each)(*arguments) for each in run))
    close(*(jax.grad(lambda *a, e=e: total(e(*a)), (0, 1, 2))(*arguments) for e in run), 2e-4)


def test_without_a_batch_and_without_jit():
    arguments = (PARAMS, *batch())
    close(IN_LANES(*arguments), pendulum(*arguments))
    close(*(jax.grad(lambda *a, e=e: total(e(*a)))(*arguments) for e in (IN_LANES, pendulum)))


def test_forward_derivatives():
    arguments = (PARAMS, *batch(21))
    run = [jax.vmap(each, (None, 0, 0)) for each in (IN_LANES, pendulum)]
    close(*(jax.jvp(each, arguments, arguments) for each in run))
    close(*(jax.jacfwd(each)(*arguments) for each in run))


def test_second_derivatives():
    arguments = (PARAMS, *batch())
    close(*(jax.hessian(lambda *a, e=e: total(e(*a)))(*arguments) for e in (IN_LANES, pendulum)))


def test_gradient_matches_finite_differences():
    with jax.enable_x64(True):
        state, control = jax.tree.map(lambda x: jnp.asarray(x, float), batch())
        params = jax.tree.map(lambda x: jnp.asarray(x, float), PARAMS)
        check_grads(IN_LANES, (params, state, control), order=2, modes=["fwd", "rev"])


@pytest.mark.parametrize("remembering", ["everything", "nothing"])
def test_gradient_through_a_rollout(remembering):
    def rollout(function):
        def final(params, states, gain):
            def step(states, _):
                control = -gain * states["speed"][:, None]
                states, sensed = jax.vmap(function, (None, 0, 0))(params, states, control)
                return states, sensed.sum()

            step = jax.checkpoint(step) if remembering == "nothing" else step
            states, sensed = jax.lax.scan(step, states, None, length=30)
            return jnp.sum(states["angle"] ** 2) + sensed.sum()

        return jax.jit(jax.value_and_grad(final, (0, 1, 2)))

    arguments = (PARAMS, batch(17)[0], jnp.float32(0.3))
    close(rollout(IN_LANES)(*arguments), rollout(pendulum)(*arguments), 1e-3)


def test_sharded_over_devices():
    mesh = jax.make_mesh((1,), ("robots",), axis_types=(jax.sharding.AxisType.Auto,))
    split = PartitionSpec("robots")
    state, control = batch(8)
    run = jax.shard_map(
        jax.vmap(IN_LANES, (None, 0, 0)), mesh=mesh,
        in_specs=(PartitionSpec(), split, split), out_specs=split,
    )  # fmt: skip
    expected = jax.vmap(pendulum, (None, 0, 0))(PARAMS, state, control)
    close(jax.jit(run)(PARAMS, state, control), expected)
    gradient = jax.jit(jax.grad(lambda *a: total(run(*a)), (0, 1)))
    close(
        gradient(PARAMS, state, control),
        jax.grad(lambda *a: total(jax.vmap(pendulum, (None, 0, 0))(*a)), (0, 1))(
            PARAMS, state, control
        ),
        2e-4,
    )


def test_donated_arguments():
    state, control = batch(40)
    expected = jax.vmap(pendulum, (None, 0, 0))(PARAMS, state, control)
    run = jax.jit(jax.vmap(IN_LANES, (None, 0, 0)), donate_argnums=1)
    close(run(PARAMS, state, control), expected)


def test_arguments_of_another_type_compile_another_kernel():
    close(lanes(lambda x, y: x * y)(2, 3.5), 7.0)
    close(lanes(lambda x, y: x * y)(2, 3), 6)


def test_integer_results_have_no_derivative():
    function = lanes(lambda x: (x**2, jnp.argmax(x), x > 0))
    x = jnp.arange(3.0)
    close(jax.grad(lambda x: function(x)[0].sum())(x), 2 * x)
    gradient = jax.grad(lambda x: jnp.where(function(x)[2], function(x)[0], x).sum())
    close(gradient(x), jnp.float32([1, 2, 4]))


def test_lowers_for_other_platforms_to_the_portable_path():
    state, control = batch(8)
    run = jax.jit(jax.vmap(IN_LANES, (None, 0, 0)))
    text = run.trace(PARAMS, state, control).lower(lowering_platforms=("tpu",)).as_text()
    assert "scenert_lanes" not in text
    assert "stablehlo.while" in text or "sine" in text


OPERATIONS = [
    lambda a, b: a + b, lambda a, b: a * b, lambda a, b: a - b, lambda a, b: jnp.sin(a) * b,
    jnp.maximum, lambda a, b: jnp.where(a > b, a, 0.5 * b),
    lambda a, b: a / (1 + b * b), lambda a, b: jnp.tanh(a) + b[::-1],
    lambda a, b: jnp.roll(a, 1) * b,
    lambda a, b: jnp.sqrt(a * a + 1) - b, lambda a, b: jnp.dot(a, b) * a, lambda a, b: a * 0 + b,
    lambda a, b: jnp.cumsum(a) * 0.3 + b, lambda a, b: a.at[1].add(b[2]),
    lambda a, b: jnp.arctan2(a, b * b + 0.5),
    lambda a, b: jax.lax.scan(lambda c, x: (0.5 * c + x * b, c[0]), a, b)[0],
]  # fmt: skip


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.lists(st.tuples(*(st.integers(0, 1000) for _ in range(3))), min_size=3, max_size=14))
def test_random_programs(steps):
    def program(x, y):
        values = [x, y]
        for op, first, second in steps:
            a, b = values[first % len(values)], values[second % len(values)]
            values.append(jnp.tanh(OPERATIONS[op % len(OPERATIONS)](a, b)))
        return jnp.sum(values[-1] * jnp.arange(1.0, 5.0)), values[-2]

    def run(function):
        gradient = jax.value_and_grad(lambda x, y: function(x, y)[0], (0, 1))
        return jax.jit(lambda x, y: (jax.vmap(function)(x, y), jax.vmap(gradient)(x, y)))

    x, y = (jnp.asarray(RANDOM.normal(size=(5, 4)), jnp.float32) for _ in range(2))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        close(run(lanes(program))(x, y), run(program)(x, y), 5e-4)

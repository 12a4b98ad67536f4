"""A critic: what costs are to come, learned from windows of experience."""

from __future__ import annotations

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jax import Array, lax


class Window(NamedTuple):
    """What some consecutive steps showed of one robot.

    observation  (n_step + 1, n) before each step, and at the end
    cost         (n_step,)
    alive        (n_step,) 1 while the episode goes on after the step, 0 once it has ended
    """

    observation: Array
    cost: Array
    alive: Array


def td(window: Window, critic: Any, discount: float, trace: float) -> Array:
    """TD(lambda) targets (n_step,) of one robot's window.

    G_t = c_t + discount a_t ((1 - trace) V_{t+1} + trace G_{t+1}), and G = V at the end; a_t is 0
    where the episode ended with step t.
    """
    values = jax.vmap(critic)(window.observation)

    def back(later: Array, step: tuple[Array, Array, Array]) -> tuple[Array, Array]:
        cost, alive, value = step
        now = cost + discount * alive * ((1 - trace) * value + trace * later)
        return now, now

    steps = (window.cost, window.alive, values[1:])
    _, targets = lax.scan(back, values[-1], steps, reverse=True)
    return targets


def fit(
    critic: Any,
    memory: Any,
    optimizer: optax.GradientTransformation,
    observations: Array,
    targets: Array,
    steps: int,
) -> tuple[Any, Any, Array]:
    """The critic after some steps towards `targets` (m,) of `observations` (m, n).

    Also the optimizer's memory, and the mean squared error before the last step.
    """
    arrays, static = eqx.partition(critic, eqx.is_inexact_array)

    def error(arrays: Any) -> Array:
        values = jax.vmap(eqx.combine(arrays, static))(observations)
        return jnp.mean((values - targets) ** 2)

    def step(state: tuple[Any, Any], _: None) -> tuple[tuple[Any, Any], Array]:
        arrays, memory = state
        value, gradient = jax.value_and_grad(error)(arrays)
        change, memory = optimizer.update(gradient, memory, arrays)
        return (optax.apply_updates(arrays, change), memory), value

    (arrays, memory), errors = lax.scan(step, (arrays, memory), None, steps)
    return eqx.combine(arrays, static), memory, errors[-1]


def blend(old: Any, new: Any, kept: float) -> Any:
    """`kept` of the numbers of `old`, the rest of `new`."""
    arrays, static = eqx.partition(old, eqx.is_inexact_array)
    others = eqx.filter(new, eqx.is_inexact_array)
    mixed = jax.tree.map(lambda a, b: kept * a + (1 - kept) * b, arrays, others)
    return eqx.combine(mixed, static)

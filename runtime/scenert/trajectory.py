"""Running a simulator under a policy for many steps, ready for backpropagation through time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.typing import ArrayLike

from scenert.arguments import Params
from scenert.simulator import Simulator
from scenert.state import State

Tree = TypeVar("Tree")
Sensors = dict[str, Array]
Policy = Callable[[Any, Sensors, Any, Array], tuple[ArrayLike, Any]]
Outputs = Callable[[State, Sensors, Array], Any]


def rollout(
    sim: Simulator,
    policy: Policy | None,
    params: Params,
    state: State,
    steps: int,
    *,
    policy_params: Any = None,
    carry: Any = None,
    outputs: Outputs | None = None,
    checkpoint: bool = True,
    discount: ArrayLike = 1.0,
    horizon: int | None = None,
) -> tuple[State, Any]:
    """The state after `steps` steps from `state`, and `outputs` of every step, stacked.

    policy      policy(policy_params, sensors, carry, t) -> (control, carry): sensors as `sim.sense`
                gives them before the step, t the time [s] since `state`, carry a pytree of the
                policy's own memory. None holds the control at zero.
    outputs     outputs(state, sensors, control) of each step: the state it ended in, the sensors
                that the policy read and the control that it chose. Default: the states.
    checkpoint  backpropagation stores only state, carry and control of each step and repeats the
                step on its way back, instead of storing all that the step computed.
    discount    factor in [0, 1] by which the gradient through state and carry shrinks at every step
                back in time; the simulation itself is not affected.
    horizon     gradients through state and carry end at every multiple of so many steps (truncated
                backpropagation through time); None: they pass through all.
    """
    begin = Moment.start(sim, state, carry)
    arguments = (sim, policy, params, begin, steps)
    end, results = unroll(
        *arguments,
        policy_params=policy_params,
        outputs=outputs,
        checkpoint=checkpoint,
        discount=discount,
        horizon=horizon,
    )
    return end.state, results


class Moment(NamedTuple):
    """A robot in the middle of an episode, to go on from: what `unroll` takes and gives.

    state    of the robot
    carry    the policy's memory
    control  (n_control,) of the step before
    step     () how many steps there were
    """

    state: State
    carry: Any
    control: Array
    step: Array

    @staticmethod
    def start(sim: Simulator, state: State, carry: Any = None) -> Moment:
        """Before the first step."""
        return Moment(state, carry, jnp.zeros(sim.n_control, state.q.dtype), jnp.int32(0))


def unroll(
    sim: Simulator,
    policy: Policy | None,
    params: Params,
    begin: Moment,
    steps: int,
    *,
    policy_params: Any = None,
    outputs: Outputs | None = None,
    checkpoint: bool = True,
    discount: ArrayLike = 1.0,
    horizon: int | None = None,
) -> tuple[Moment, Any]:
    """As `rollout`, from a moment to the moment `steps` steps later."""
    if horizon is not None and horizon < 1:
        raise ValueError(f"horizon is a number of steps, at least 1, not {horizon}")

    def body(
        before: tuple[State, Any, Array], index: Array
    ) -> tuple[tuple[State, Any, Array], Any]:
        kept = before if horizon is None else _cut_gradient(before, index % horizon == 0)
        state, memory, control = _shrink_gradient(kept, discount)
        sensors = sim.sense(params, state, control)
        if policy is not None:
            time = index.astype(control.dtype) * sim.dt
            chosen, memory = policy(policy_params, sensors, memory, time)
            control = jnp.asarray(chosen).astype(control.dtype)
        state = sim.step(params, state, control)
        result = state if outputs is None else outputs(state, sensors, control)
        return (state, memory, control), result

    if checkpoint:
        # Inside a scan the compiler cannot merge the repeated step with the first one anyway.
        body = jax.checkpoint(body, prevent_cse=False)
    start = (begin.state, begin.carry, begin.control)
    (state, carry, control), results = lax.scan(body, start, begin.step + jnp.arange(steps))
    return Moment(state, carry, control, begin.step + steps), results


def _shrink_gradient(tree: Tree, factor: ArrayLike) -> Tree:
    """`tree` bit for bit, through which gradients pass multiplied by `factor`.

    f(x) = x + (a - 1) (x - s(x)) with s the identity whose derivative is defined as 0. Forward,
    x - s(x) is exactly 0, so f(x) = x; the derivative is 1 + (a - 1) (1 - 0) = a.
    """
    if isinstance(factor, float | int) and factor == 1:
        return tree

    def shrink(x: Array) -> Array:
        if not jnp.issubdtype(jnp.result_type(x), jnp.floating):
            return x
        change = jnp.asarray(factor, x.dtype) - 1
        return x + change * (x - lax.stop_gradient(x))

    shrunk: Tree = jax.tree.map(shrink, tree)
    return shrunk


def _cut_gradient(tree: Tree, cut: Array) -> Tree:
    """`tree`, through which no gradient passes where `cut` holds, not even an infinite one."""
    kept: Tree = jax.tree.map(lambda x: jnp.where(cut, lax.stop_gradient(x), x), tree)
    return kept

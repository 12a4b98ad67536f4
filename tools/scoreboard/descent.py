"""Task 3 of arXiv 2207.05060: push one ball so that another one, hit by it, ends at the origin.

The loss is the square of the second ball's distance plus 0.1 times the integral of the squared
control, which is free in each of 480 steps. Plain gradient descent from a constant control must
find the optimum; engines with wrong gradients end elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from scenert import Simulator
from tools.scoreboard import ours
from tools.scoreboard.problem import Problem, still
from tools.scoreboard.published import ball

RADIUS, EFFORT = 0.2, 0.1
FIRST, SECOND = np.array([-2.0, 0.0, -2.0]), np.array([-1.0, 0.0, -1.0])  # m
RATE, ITERATIONS = 10.0, 1000

TASK = Problem(
    name="two-balls",
    title="task 3: a ball is pushed into another, which shall end at the origin",
    source="arXiv 2207.05060",
    bodies=(ball("pushed", RADIUS), ball("hit", RADIUS)),
    planes=(),
    inputs=(),
    points=(),
    start=lambda xp, _: still(xp, [FIRST, SECOND]),
    loss=lambda position: position[1, 0] ** 2 + position[1, 2] ** 2,
    duration=1.0,
)


def results() -> Iterator[dict[str, Any]]:
    """The optimum, and what descent comes to with each kind of impacts."""
    yield {"engine": "exact", "what": "optimum", "loss": optimum(), "losses": []}
    for impacts in ours.IMPACTS:
        losses = descend(ours.simulator(TASK, impacts))
        engine = f"scenec, {impacts}"
        yield {"engine": engine, "what": "found", "loss": losses[-1], "losses": losses[::10]}


def optimum() -> float:
    """The least loss, exactly.

    All happens along a line. To hit the second ball at the time t with the speed v, at the distance
    d, takes at least the effort 4 (3 d^2 - 3 d v t + v^2 t^2) / t^3: that of the force that is
    linear in time. Then the balls exchange their speeds. What remains is a minimum over t and v.
    """
    d = np.linalg.norm(SECOND - FIRST) - 2 * RADIUS
    goal = np.linalg.norm(SECOND)
    t, v = np.array([0.05, 1.0]), np.array([0.1, 10.0])
    least = np.inf
    for _ in range(12):
        times, speeds = np.meshgrid(np.linspace(*t, 200), np.linspace(*v, 200))
        effort = 4 * (3 * d**2 - 3 * d * speeds * times + (speeds * times) ** 2) / times**3
        losses = (goal - speeds * (1.0 - times)) ** 2 + EFFORT * effort
        best = np.unravel_index(np.argmin(losses), losses.shape)
        least = float(losses[best])
        t, v = _around(times[best], t), _around(speeds[best], v)
    return least


def descend(sim: Simulator, iterations: int = ITERATIONS) -> list[float]:
    """The losses on the way."""
    with jax.enable_x64(True):
        run = jax.value_and_grad(loss(sim))

        def improve(controls: Any, _: None) -> tuple[Any, Any]:
            value, gradient = run(controls)
            return controls - RATE * gradient, value

        first = jnp.full((TASK.steps, 2), 3.0)
        _, losses = jax.jit(lambda: jax.lax.scan(improve, first, None, length=iterations))()
        return [float(value) for value in losses]


def loss(sim: Simulator) -> Callable[[Any], Any]:
    """The loss as a function of the controls (steps, 2)."""

    def run(controls: Any) -> Any:
        params = sim.params()
        state = sim.init(params)
        for body, place in (("pushed", FIRST), ("hit", SECOND)):
            state = sim.place(state, body, position=place)

        def advance(state: Any, control: Any) -> tuple[Any, None]:
            push = jnp.array([1.0, 0.0, 0.0, 0.0, 0.0, 0.0]) * control[0]
            push = push + jnp.array([0.0, 0.0, 1.0, 0.0, 0.0, 0.0]) * control[1]
            return sim.step(params, state, push), None

        final, _ = jax.lax.scan(jax.checkpoint(advance), state, controls)
        reached = TASK.loss(sim.poses(params, final).position)
        return reached + EFFORT * sim.dt * jnp.sum(controls**2)

    return run


def _around(best: float, bounds: Any) -> Any:
    """A tenth of the range around the best place in it."""
    half = 0.05 * (bounds[1] - bounds[0])
    return np.array([best - half, best + half])

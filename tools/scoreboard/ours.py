"""The problems in scenec: their scenes, and the gradients at all points."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import scenec
from scenert import Simulator
from tools.scoreboard.problem import STEPS_PER_SECOND, Plane, Problem, Solid
from tools.scoreboard.result import Result

IMPACTS = ("stepped", "continuous")


def results(problem: Problem) -> list[Result]:
    """The gradients with each kind of impacts."""
    found = []
    for impacts in IMPACTS:
        sim = simulator(problem, impacts)
        found.append(measured(problem, sim, f"scenec, {impacts}"))
    return found


def measured(problem: Problem, sim: Simulator, engine: str) -> Result:
    """Losses and gradients at all points, in float64."""
    with jax.enable_x64(True):
        points = jnp.asarray(problem.points)
        run = jax.jit(jax.vmap(jax.value_and_grad(loss(problem, sim))))
        losses, gradients = run(points)
    return Result(problem.name, engine, np.asarray(losses).tolist(), np.asarray(gradients).tolist())


def loss(problem: Problem, sim: Simulator) -> Callable[[Any], Any]:
    """The loss as a function of the inputs."""

    def run(x: Any) -> Any:
        params = sim.params()
        start = problem.start(jnp, x)
        state = sim.init(params)
        for i, body in enumerate(problem.bodies):
            state = sim.place(
                state,
                body.name,
                position=start.position[i],
                linear=start.velocity[i],
                angular=start.spin[i],
            )

        def advance(state: Any, number: Any) -> tuple[Any, None]:
            push = jnp.where(number < problem.pushed, 1.0, 0.0)
            return sim.step(params, state, (push * start.force).reshape(-1)), None

        final, _ = jax.lax.scan(jax.checkpoint(advance), state, jnp.arange(problem.steps))
        return problem.loss(sim.poses(params, final).position)

    return run


def simulator(problem: Problem, impacts: str) -> Simulator:
    """The compiled scene."""
    text = scene(problem)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{problem.name}.yaml"
        path.write_text(text, "utf-8")
        return scenec.compile(path, settings={"options.impacts": impacts})


def scene(problem: Problem) -> str:
    """The scene file."""
    lines = [
        "scenec: 1",
        f"options: {{timestep: {1 / STEPS_PER_SECOND!r}, gravity: {list(problem.gravity)}}}",
        f"materials: {{stuff: {{friction: {problem.friction**0.5!r}, "
        f"restitution: {problem.restitution}}}}}",
    ]
    if problem.planes:
        lines += ["world:", "  planes:", *map(_plane, range(99), problem.planes)]
    lines += ["bodies:", *map(_body, problem.bodies)]
    lines += [
        "servos:",
        *(f"  push_{b.name}: {{type: force, body: {b.name}}}" for b in problem.bodies),
    ]
    return "\n".join(lines) + "\n"


def _plane(number: int, plane: Plane) -> str:
    fields = f"normal: {list(plane.normal)}, offset: {plane.offset}, material: stuff"
    return f"    plane{number}: {{{fields}}}"


def _body(body: Solid) -> str:
    spheres = ", ".join(
        f"{{center: {list(point)}, radius: {body.radius}, material: stuff}}"
        for point in body.points
    )
    return (
        f"  {body.name}: {{root: free, mass: {body.mass}, inertia: {[body.moment] * 3}, "
        f"rotation: {{quaternion: {list(body.turned)}}}, spheres: [{spheres}]}}"
    )

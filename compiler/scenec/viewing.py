"""`scenec view`: a motion as a page, a picture or a film."""

from __future__ import annotations

import sys
from pathlib import Path

import jax
import jax.numpy as jnp
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from scenert import Simulator, Trajectory, View, load_trajectory, rollout, view
from scenert.state import State

__all__ = ["look", "write"]


def look(sim: Simulator, trajectory: str | None, seconds: float) -> View:
    """A look at the trajectory in a file or, without one, at `seconds` of `sim` left to itself.

    Raises TrajectoryError where there is nothing to see.
    """
    return view(sim, load_trajectory(trajectory, sim) if trajectory else _idle(sim, seconds))


def _idle(sim: Simulator, seconds: float) -> Trajectory:
    """What happens when all controls are zero, the start included."""
    params = sim.params()
    start = sim.init(params)

    @jax.jit
    def states() -> State:
        steps = max(1, round(seconds / sim.dt))
        _, after = rollout(sim, None, params, start, steps, checkpoint=False)
        whole: State = jax.tree.map(lambda a, b: jnp.concatenate([a[None], b]), start, after)
        return whole

    found = states()
    return Trajectory.of(sim, found, jnp.zeros((len(found.q), sim.n_control), found.q.dtype))


def write(found: View, out: Path, at: float | None) -> Path:
    """Write a look to a file, with a bar on the terminal while a film is made."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as p:
        task = p.add_task("drawing", total=None)

        def progress(done: int, total: int) -> None:
            p.update(task, completed=done, total=total)

        return found.save(out, at=at, progress=progress)

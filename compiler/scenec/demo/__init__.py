"""The demonstration: improve the gait of the shipped quadruped, and show what it learned."""

from __future__ import annotations

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

import scenec
from scenec.demo.gait import Gait, new_gait
from scenec.demo.training import EPISODE, Walker, train
from scenert import Trajectory, assert_finite, view

MOMENTS = (0.0, 2.5, 5.0, 7.5, 10.0)  # [s] that the picture shows in one


def run(out: Path, seconds: float) -> None:
    """Train for `seconds` and write `gait.png` and `gait.html` to the existing folder `out`."""
    console = Console()
    console.print("Compiling the quadruped ...")
    walker = Walker.standing(scenec.compile(shipped_scene("quadruped")))
    first = new_gait(walker.sim, jax.random.key(0))
    last = _train(console, walker, first, seconds)
    walks = _walks(walker, first, last)
    for name, walk in zip(walks.names, np.asarray(walks.states.q), strict=True):
        gone = walk[-1, 0] - walk[0, 0]
        text = f"{gone:.2f} m in {EPISODE:g} s, {gone / EPISODE:.2f} m/s"
        console.print(f"{name.capitalize()}: {text}")
    seen = view(walker.sim, walks)
    seen.save(out / "gait.png", at=MOMENTS, size=(1200, 480))
    seen.save(out / "gait.html")
    console.print(f"Look at {out / 'gait.png'} and {out / 'gait.html'}")


def shipped_scene(name: str) -> Path:
    """The file of a scene that comes with scenec: in the checkout, or in the installed package."""
    here = Path(__file__).resolve().parent
    checkout = here.parents[2] / "scenes" / f"{name}.yaml"
    return checkout if checkout.exists() else here / "scenes" / f"{name}.yaml"


def _train(console: Console, walker: Walker, gait: Gait, seconds: float) -> Gait:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("compiling the gradient", total=seconds)

        def progress(elapsed: float, iteration: int, distance: float) -> None:
            text = f"iteration {iteration:>4}, best walk {distance:6.2f} m"
            bar.update(task, completed=elapsed, description=text)

        return train(walker, gait, seconds, progress)


def _walks(walker: Walker, *gaits: Gait) -> Trajectory:
    """A whole episode of each of two gaits, its start included."""
    episodes = [jax.jit(walker.episode)(gait) for gait in gaits]
    states, control = jax.tree.map(lambda *walks: jnp.stack(walks), *episodes)
    assert_finite(states, "walk")
    whole = jax.tree.map(
        lambda one, many: jnp.concatenate([jnp.tile(one, (len(gaits), 1, 1)), many], axis=1),
        walker.start,
        states,
    )
    return Trajectory.of(walker.sim, whole, control, names=("before", "after"))

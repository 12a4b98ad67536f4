"""The demonstration: improve the gait of the shipped quadruped, and show what it learned."""

from __future__ import annotations

from pathlib import Path

import jax
import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

import scenec
from scenec.demo.figure import draw
from scenec.demo.gait import FREQUENCY, Gait, new_gait
from scenec.demo.page import write_page
from scenec.demo.skeleton import Numbers, Skeleton
from scenec.demo.training import EPISODE, Walker, train
from scenert import assert_finite


def run(out: Path, seconds: float) -> None:
    """Train for `seconds` and write `gait.png` and `gait.html` to the existing folder `out`."""
    console = Console()
    console.print("Compiling the quadruped ...")
    walker = Walker.standing(scenec.compile(shipped_scene("quadruped")))
    first = new_gait(walker.sim, jax.random.key(0))
    last = _train(console, walker, first, seconds)
    skeleton = Skeleton.of(walker.sim.manifest, walker.sim.geometry(walker.params))
    before, after = (_watch(walker, skeleton, gait) for gait in (first, last))
    for name, walk in (("Before", before), ("After", after)):
        gone = walk[-1, 0, 0] - walk[0, 0, 0]
        console.print(f"{name}: {gone:.2f} m in {EPISODE:g} s, {gone / EPISODE:.2f} m/s")
    draw(skeleton, before, after, walker.sim.dt, 1 / FREQUENCY, out / "gait.png")
    write_page(skeleton, before, after, walker.sim.dt, out / "gait.html")
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


def _watch(walker: Walker, skeleton: Skeleton, gait: Gait) -> Numbers:
    """The side view of a whole episode, its start included."""
    walked = jax.jit(walker.poses)(gait)
    start = walker.sim.poses(walker.params, walker.start)
    assert_finite(walked, "walk")
    poses = jax.tree.map(lambda one, many: np.concatenate([one[None], many]), start, walked)
    return skeleton.side_view(poses)

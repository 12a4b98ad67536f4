"""The demonstration: improve the gait of the shipped quadruped, and show what it learned."""

from __future__ import annotations

from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from rich.console import Console

import scenec
from scenec.demo.gait import new_gait
from scenec.demo.training import EPISODE, UPDATES, episode, method
from scenert import Simulator, Trajectory, assert_finite, train, view

MOMENTS = (0.0, 2.5, 5.0, 7.5, 10.0)  # [s] that the picture shows in one


def run(out: Path, seconds: float) -> None:
    """Train, for `seconds` at most, and write `gait.png` and `gait.html` to the folder `out`.

    Training goes on from what an earlier demonstration left in `out/training`. Raises ValueError
    where that is of another model or method.
    """
    console = Console()
    console.print("Compiling the quadruped ...")
    sim = scenec.compile(shipped_scene("quadruped"))
    first = new_gait(sim, jax.random.key(0))
    folder = out / "training"
    trained = train.run(
        method(sim),
        first,
        UPDATES,
        folder=folder,
        until=lambda told: told["seconds"] > seconds,
        console=console,
    )
    walks = _walks(sim, first, trained.best)
    for name, walk in zip(walks.names, np.asarray(walks.states.q), strict=True):
        gone = walk[-1, 0] - walk[0, 0]
        text = f"{gone:.2f} m in {EPISODE:g} s, {gone / EPISODE:.2f} m/s"
        console.print(f"{name.capitalize()}: {text}")
    seen = view(sim, walks)
    seen.save(out / "gait.png", at=MOMENTS, size=(1200, 480))
    seen.save(out / "gait.html")
    console.print(f"Look at {out / 'gait.png'} and {out / 'gait.html'}")


def shipped_scene(name: str) -> Path:
    """The file of a scene that comes with scenec: in the checkout, or in the installed package."""
    here = Path(__file__).resolve().parent
    checkout = here.parents[2] / "scenes" / f"{name}.yaml"
    return checkout if checkout.exists() else here / "scenes" / f"{name}.yaml"


def _walks(sim: Simulator, *gaits: eqx.nn.MLP) -> Trajectory:
    """A whole episode of each of two gaits, its start included."""
    walk = eqx.filter_jit(lambda gait: episode(sim, gait))
    states, control = jax.tree.map(lambda *walks: jnp.stack(walks), *map(walk, gaits))
    assert_finite(states, "walk")
    whole = jax.tree.map(
        lambda one, many: jnp.concatenate([jnp.tile(one, (len(gaits), 1, 1)), many], axis=1),
        sim.init(sim.params()),
        states,
    )
    return Trajectory.of(sim, whole, control, names=("before", "after"))

"""How long 10 s of the quadruped take, with and without the gradient: Degrave et al., Table 1.

The distance walked, and its gradient with respect to all weights of the controller by
backpropagation through 1,000 steps, in both formulations and beside other engines.
"""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import jax
import jax.numpy as jnp

from tools.bench import controller, peers, products
from tools.bench.compiled import measured
from tools.bench.robots import gradient, spread, walk
from tools.experiments.plot import BLUE, GREY, ORANGE, plot
from tools.experiments.setting import Figures, Setting

STEPS = 1000
BATCHES = (1, 128)
PAPER = {  # s, on an i7-5930K and on a GTX 1080
    ("1,296 parameters", 1, "forward"): (1.06, 9.69),
    ("1,296 parameters", 1, "gradient"): (8.17, 69.6),
    ("1,147,904 parameters", 1, "forward"): (2.04, 9.69),
    ("1,147,904 parameters", 1, "gradient"): (13.2, 75.0),
    ("1,296 parameters", 128, "forward"): (47.7, 17.8),
    ("1,296 parameters", 128, "gradient"): (263.0, 128.0),
    ("1,147,904 parameters", 128, "forward"): (50.4, 18.3),
    ("1,147,904 parameters", 128, "gradient"): (311.0, 129.0),
}


def run(setting: Setting) -> Figures:
    done = Done(setting)
    for coordinates in ("reduced", "maximal")[: setting.short(2, 1)]:
        ours(setting, coordinates, done)
    bare(setting, done)
    if not setting.smoke:
        others(setting.peer_python, done)
    draw(setting, done.cells)
    slowest = min(cell["times_faster"] for cell in mine(done.cells))
    return {"cells": done.cells, "fewest_times_faster": slowest}


class Done:
    """The cells that are measured, on disk as soon as they are: a run goes on where one ended."""

    def __init__(self, setting: Setting) -> None:
        self._console = setting.console
        self._path = setting.folder / "runs" / "quadruped-speed.jsonl"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        lines = self._path.read_text().splitlines() if self._path.exists() else []
        self.cells: list[Figures] = [json.loads(line) for line in lines]

    def has(self, engine: str, case: str, robots: int, what: str) -> bool:
        wanted = (engine, case, robots, what)
        keys = ("engine", "controller", "robots", "what")
        return any(tuple(cell[key] for key in keys) == wanted for cell in self.cells)

    def add(self, cell: Figures) -> None:
        self._console.print(cell)
        self.cells.append(cell)
        with self._path.open("a") as file:
            file.write(json.dumps(cell) + "\n")


def mine(cells: list[Figures]) -> list[Figures]:
    """Our cells, in the faster of the two formulations."""
    return [c for c in cells if c["engine"] == "scenec, reduced"]


def ours(setting: Setting, coordinates: str, done: Done) -> None:
    sim = setting.scene("quadruped", **{"options.coordinates": coordinates})
    engine, steps = f"scenec, {coordinates}", setting.short(STEPS, 3)
    run = walk(sim, steps)
    cases, batches = list(controller.LAYERS)[: setting.short(2, 1)], BATCHES[: setting.short(2, 1)]
    for case, batch in product(cases, batches):
        weights = [jnp.asarray(w) for w in controller.weights(controller.LAYERS[case])]
        arguments = (weights, spread(sim, batch))
        for what, function in (("forward", run), ("gradient", gradient(run))):
            if not done.has(engine, case, batch, what):
                values = measured(function, arguments, batch * steps, setting.short(3, 0))
                done.add(cell(engine, case, batch, what, values))


def bare(setting: Setting, done: Done) -> None:
    """The large controller's matrix products without any physics."""
    case, layers = list(controller.LAYERS.items())[setting.short(-1, 0)]
    steps = setting.short(STEPS, 3)
    run = products.loop(steps)
    for batch in BATCHES[: setting.short(2, 1)]:
        weights = [jnp.asarray(w) for w in controller.weights(layers)]
        arguments = (weights, products.readings(batch))
        for what, function in (("forward", run), ("gradient", jax.value_and_grad(run))):
            if not done.has("products", case, batch, what):
                values = measured(function, arguments, batch * steps, setting.short(3, 0))
                done.add(cell("products", case, batch, what, values))


def others(python: str, done: Done) -> None:
    """MuJoCo C and MJX, over fewer steps, of which each takes as long as the next."""
    for case, batch in product(controller.LAYERS, BATCHES):
        if not done.has("MuJoCo C", case, batch, "forward"):
            for row in peers.run("mujoco_c", python, "quadruped", 0, case, batch, 100, 2.0):
                done.add(cell(row.engine, case, batch, row.what, row.values))
    kinds = (("forward", 100), ("gradient", 50))
    for case, batch, (what, steps) in product(controller.LAYERS, BATCHES, kinds):
        if not done.has("MJX", case, batch, what):
            for row in peers.run("mjx", python, case, batch, steps, 2.0, what):
                done.add(cell(row.engine, case, batch, row.what, row.values))


def cell(engine: str, case: str, batch: int, what: str, values: dict[str, float]) -> Figures:
    """Seconds that 10 s of all robots take."""
    scale = batch * STEPS * 1e-6
    cpu, gpu = PAPER[case, batch, what]
    return {
        "engine": engine,
        "controller": case,
        "robots": batch,
        "what": what,
        "seconds": values["us"] * scale,
        "cpu_seconds": values["cpu_us"] * scale,
        "paper_cpu": cpu,
        "paper_gpu": gpu,
        "times_faster": cpu / (values["us"] * scale),
    }


def draw(setting: Setting, cells: list[Figures]) -> None:
    """Our times and the paper's, cell by cell."""
    chosen: list[Any] = mine(cells)
    names = [f"{c['controller'].split()[0]}\n{c['robots']} ×\n{c['what']}" for c in chosen]
    columns = (("seconds", BLUE, "scenec"), ("paper_cpu", ORANGE, "Degrave et al., CPU"))
    columns = (*columns, ("paper_gpu", GREY, "Degrave et al., GPU"))
    labels = {"ylabel": "seconds for 10 s", "yscale": "log"}
    with plot(setting.folder / "quadruped-speed.png", **labels) as axes:
        for place, (key, color, label) in enumerate(columns):
            at = [number + 0.27 * (place - 1) for number in range(len(chosen))]
            axes.bar(at, [c[key] for c in chosen], 0.25, color=color, label=label)
        axes.set_xticks(range(len(chosen)), names, fontsize=8)

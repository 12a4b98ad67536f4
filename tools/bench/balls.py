"""Balls that fall into a box, each touching any other: 4,950 pairs for 100 balls."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import scenec
import scenert
from tools.bench import peers
from tools.bench.compiled import measured
from tools.bench.fallback import on_which_path
from tools.bench.measure import Row
from tools.bench.options import Options
from tools.bench.peers.models import places
from tools.bench.robots import coast, spread

HEAD = """\
scenec: 1
name: balls
options: {timestep: 10 ms}
materials:
  wood: {friction: 0.7071, restitution: 0}
world:
  planes:
    floor: {normal: [0, 0, 1], offset: 0, material: wood}
    left: {normal: [1, 0, 0], offset: -60 cm, material: wood}
    right: {normal: [-1, 0, 0], offset: -60 cm, material: wood}
    near: {normal: [0, 1, 0], offset: -60 cm, material: wood}
    far: {normal: [0, -1, 0], offset: -60 cm, material: wood}
bodies:
"""
BALL = """\
  ball{number}:
    root: free
    mass: 1 kg
    inertia: {{sphere: 10 cm}}
    position: [{x}, {y}, {z}]
    spheres: [{{radius: 10 cm, material: wood}}]
"""


def simulator(count: int) -> scenert.Simulator:
    """`count` balls above a box."""
    starts = enumerate(places(count))
    text = HEAD + "".join(BALL.format(number=n, x=x, y=y, z=z) for n, (x, y, z) in starts)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "balls.yaml"
        path.write_text(text, "utf-8")
        return scenec.compile(path)


def rows(options: Options) -> Iterator[Row]:
    """Ours and MuJoCo C, one box and a batch of them."""
    count, sizes = (4, ((2, 3),)) if options.quick else (100, ((1, 200), (64, 50)))
    for batch, steps in sizes:
        sim = simulator(count)
        with on_which_path() as path:
            values = measured(
                coast(sim, steps), (sim.params(), spread(sim, batch)), batch * steps, options.budget
            )
        values["portable"] = path.portable
        yield Row("balls", "scenec", f"{count} balls", "forward", batch, values)
        arguments = "balls", count, f"{count} balls", batch, steps, options.budget
        yield from peers.run("mujoco_c", options.peer_python, *arguments)

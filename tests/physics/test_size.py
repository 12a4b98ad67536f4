"""Large scenes: long chains, and more bodies than anyone would write by hand."""

from __future__ import annotations

from pathlib import Path

import jax
import jax.numpy as jnp
import pytest
from jax.extend.core import Jaxpr

from scenert import Simulator, State
from tools.motion import parameters, simulator

CHAIN = (Path(__file__).parents[2] / "scenes" / "chain.yaml").read_text("utf-8")


def chain(links: int, coordinates: str = "reduced") -> Simulator:
    return simulator(CHAIN.replace("n: 16", f"n: {links}"), coordinates=coordinates)


def stepped(sim: Simulator, steps: int) -> State:
    """The state after some steps of 5 ms."""
    params = parameters(sim, 5e-3)
    state = sim.init(params)
    for _ in range(steps):
        state = sim.step(params, state, jnp.zeros(sim.n_control))
    return state


def equations(jaxpr: Jaxpr) -> int:
    """Number of equations, those of inner programs included."""
    inner = (
        getattr(value, "jaxpr", value)
        for equation in jaxpr.eqns
        for value in equation.params.values()
    )
    return len(jaxpr.eqns) + sum(equations(x) for x in inner if hasattr(x, "eqns"))


def program_size(sim: Simulator) -> int:
    """Number of equations of a step."""
    params = parameters(sim, 5e-3)
    control = jnp.zeros(sim.n_control)
    return equations(jax.make_jaxpr(sim.portable().step)(params, sim.init(params), control).jaxpr)


@pytest.mark.parametrize("links", [16, 64, 128])
def test_chains_hang_together(links: int) -> None:
    """In free fall for 25 ms, held at the top: nothing has moved far, or flown off."""
    sim = chain(links)
    start, end = stepped(sim, 0), stepped(sim, 5)
    assert jnp.all(jnp.isfinite(end.q))
    assert jnp.all(jnp.isfinite(end.v))
    assert jnp.max(jnp.abs(end.q - start.q)) < 0.1


def test_programs_of_chains_do_not_grow_with_their_links() -> None:
    """But for one equation a link, which fills a parameter into a table."""
    short, long = program_size(chain(16)), program_size(chain(128))
    assert long - short <= 128 - 16


def test_programs_of_chains_kept_by_rows_do_not_grow_with_their_links() -> None:
    sizes = {program_size(chain(links, "maximal")) for links in (16, 128)}
    assert len(sizes) == 1


# Four storeys of 5 x 5 balls, none of them straight above another, in an open box.
BOX = """
scenec: 1
materials: {rubber: {friction: 0.5, restitution: 0.3}}
world:
  planes:
    floor: {material: rubber}
    left: {normal: [1, 0, 0], offset: -60 cm, material: rubber}
    right: {normal: [-1, 0, 0], offset: -60 cm, material: rubber}
    near: {normal: [0, 1, 0], offset: -60 cm, material: rubber}
    far: {normal: [0, -1, 0], offset: -60 cm, material: rubber}
templates:
  ball:
    args: [x, y, z]
    bodies:
      body:
        mass: 0.2 kg
        inertia: {sphere: 8 cm}
        position: [x, y, z]
        spheres: [{radius: 8 cm, material: rubber}]
  row:
    args: [y, z]
    use:
      - {template: ball, for: i in 0..4, name: "ball{i}", x: i * 20 cm - 40 cm + z / 20, y: y, z: z}
  storey:
    args: [z]
    use:
      - {template: row, for: j in 0..4, name: "row{j}", y: j * 20 cm - 40 cm + z / 30, z: z}
use:
  - {template: storey, for: k in 0..3, name: "storey{k}", z: 9 cm + k * 18 cm}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("impacts", "overlap"),
    [
        pytest.param("stepped", 1e-3, id="stepped"),
        # A ball that a falling one drives into the floor may get as far as it does in a step.
        pytest.param("continuous", 5e-3, id="at instants of their own"),
    ],
)
def test_a_hundred_balls_fall_into_a_box(impacts: str, overlap: float) -> None:
    """16350 rows, nothing quadratic in them: some hundred megabytes would hold their products."""
    sim = simulator(f"{BOX}options: {{impacts: {impacts}}}\n").portable()
    assert sim.manifest.rows == {"contact": 3 * (100 * 99 // 2 + 5 * 100)}
    state = stepped(sim, 20)
    params = parameters(sim, 5e-3)
    positions = sim.poses(params, state).position
    assert len(sim.bodies) == 100
    assert jnp.all(jnp.isfinite(state.v))
    assert jnp.all(positions[:, 2] > 0.08 - overlap)
    energy = [sum(sim.energy(params, s)) for s in (sim.init(params), state)]
    assert energy[1] < energy[0]

"""Every shipped scene, from its file through the command line to fifty steps of simulation."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import scenec
import scenert
from scenec.cli import main
from scenert import Energy, Poses, Simulator, State, Twists

TESTS = Path(__file__).parents[1]
SCENES = sorted(TESTS.parent.glob("scenes/*.yaml"))
EVERYTHING, *MACHINES = sorted(TESTS.glob("machines/*.yaml"))
STEPS = 50

# The programs run for a moment only: compiling them fast is worth more than fast code.
QUICKLY: dict[str, Any] = {
    "xla_backend_optimization_level": 0,
    "xla_llvm_disable_expensive_passes": True,
}


@dataclass(frozen=True)
class Walk:
    """A scene built and loaded, and where `STEPS` steps led."""

    scene: Path
    sim: Simulator
    outcome: Outcome


@dataclass(frozen=True)
class Outcome:
    """Everything that can be read off a state."""

    state: State
    sensors: dict[str, jax.Array]
    poses: Poses
    twists: Twists
    energy: Energy


jax.tree_util.register_dataclass(Outcome)


def walking(sim: Simulator) -> Callable[..., Outcome]:
    """`STEPS` steps from the start, as a function of parameters and control."""

    def walk(params: dict[str, jax.Array], control: jax.Array) -> Outcome:
        def step(state: State, _: None) -> tuple[State, None]:
            return sim.step(params, state, control), None

        state, _ = jax.lax.scan(step, sim.init(params), None, length=STEPS)
        return Outcome(
            state,
            sim.sense(params, state, control),
            sim.poses(params, state),
            sim.twists(params, state),
            sim.energy(params, state),
        )

    return walk


def walked(sim: Simulator) -> Outcome:
    arguments = sim.params(), jnp.full(sim.n_control, 0.05)
    compiled = jax.jit(walking(sim)).lower(*arguments).compile(compiler_options=QUICKLY)
    outcome: Outcome = compiled(*arguments)
    return outcome


def build(scene: Path, folder: Path, *options: str) -> Simulator:
    """The simulator that `scenec build` makes of a scene."""
    made = folder / f"{scene.stem}.sim"
    assert main(["build", str(scene), "-o", str(made), *options]) == 0
    return scenert.load(made)


@pytest.fixture(scope="module", params=[*SCENES, EVERYTHING], ids=lambda path: path.stem)
def walk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    scene: Path = request.param
    sim = build(scene, tmp_path_factory.mktemp(scene.stem))
    return Walk(scene, sim, walked(sim))


def test_everything_stays_finite(walk: Walk) -> None:
    scenert.assert_finite(walk.outcome)


def test_readings_are_what_the_manifest_says(walk: Walk) -> None:
    sim, outcome = walk.sim, walk.outcome
    assert set(outcome.sensors) == set(sim.sensors)
    for field in sim.manifest.sensors:
        assert outcome.sensors[field.name].shape == field.shape
    for field in sim.manifest.state:
        assert getattr(outcome.state, field.name).shape == field.shape
    bodies = len(sim.bodies)
    assert outcome.poses.position.shape == (bodies, 3)
    assert outcome.poses.rotation.shape == (bodies, 3, 3)
    assert outcome.twists.angular.shape == outcome.twists.linear.shape == (bodies, 3)
    assert outcome.energy.kinetic.shape == outcome.energy.potential.shape == ()
    assert all(x.dtype == jnp.float32 for x in jax.tree.leaves(outcome))


def test_rotations_stay_rotations(walk: Walk) -> None:
    rotation = np.asarray(walk.outcome.poses.rotation)
    unit = np.broadcast_to(np.eye(3), rotation.shape)
    np.testing.assert_allclose(rotation @ rotation.swapaxes(1, 2), unit, atol=1e-4)


def test_something_moved(walk: Walk) -> None:
    start = walk.sim.init(walk.sim.params())
    assert np.abs(np.asarray(walk.outcome.state.q - start.q)).max() > 1e-3
    assert walk.outcome.energy.kinetic > 0


def test_the_file_holds_what_compiling_in_memory_gives(walk: Walk) -> None:
    same = scenec.compile(walk.scene)
    assert same.source == walk.sim.source
    assert same.manifest == walk.sim.manifest


@pytest.mark.parametrize("name", ["ball", "pendulum"])
def test_file_and_memory_simulate_the_same_to_the_last_bit(name: str, tmp_path: Path) -> None:
    scene = TESTS.parent / "scenes" / f"{name}.yaml"
    file, memory = walked(build(scene, tmp_path)), walked(scenec.compile(scene))
    for a, b in zip(jax.tree.leaves(file), jax.tree.leaves(memory), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("scene", "coordinates"),
    [(EVERYTHING, "maximal"), *itertools.product(MACHINES, ["reduced", "maximal"])],
    ids=lambda value: value.stem if isinstance(value, Path) else value,
)
def test_machines_of_every_kind_trace(scene: Path, coordinates: str) -> None:
    """What Python would find wrong in a program shows while it is traced."""
    sim = scenec.compile(scene, settings={"options.coordinates": coordinates})
    control = jnp.zeros(sim.n_control)
    outcome = jax.eval_shape(walking(sim), sim.params(), control)
    assert {name: x.shape for name, x in outcome.sensors.items()} == {
        field.name: field.shape for field in sim.manifest.sensors
    }


@pytest.mark.parametrize(
    ("coordinates", "velocities", "rows"),
    [
        ("reduced", 14, {"servo": 8, "contact": 24}),
        ("maximal", 102, {"joint": 88, "servo": 8, "contact": 24}),
    ],
)
def test_the_quadruped_is_the_papers(
    coordinates: str, velocities: int, rows: dict[str, int], tmp_path: Path
) -> None:
    scene = TESTS.parent / "scenes" / "quadruped.yaml"
    sim = build(scene, tmp_path, "--set", f"options.coordinates={coordinates}")
    assert len(sim.bodies) == 17
    assert len(sim.servos) == sim.n_control == 8
    assert sim.n_sensor == 81
    assert {field.name: field.size for field in sim.manifest.state}["v"] == velocities
    assert sim.manifest.rows == rows


def test_half_of_the_quadrupeds_contact_rows_are_of_its_feet(tmp_path: Path) -> None:
    scene = TESTS.parent / "scenes" / "quadruped.yaml"
    feet = "[{between: [fl.lower, ground]}, {between: [fr.lower, ground]}, " \
        "{between: [hl.lower, ground]}, {between: [hr.lower, ground]}]"  # fmt: skip
    sim = build(scene, tmp_path, "--set", f"pairs={feet}")
    assert sim.manifest.rows["contact"] == 12


def test_the_program_of_a_chain_does_not_grow_with_it(tmp_path: Path) -> None:
    """Only the tables of numbers do: in `model` and `geometry`, and the coordinates
    in `init`."""
    scene = TESTS.parent / "scenes" / "chain.yaml"
    short, long = (build(scene, tmp_path, "--set", f"constants.n={n}") for n in (16, 64))
    assert len(long.bodies) == 64
    sizes = [functions(sim.source) for sim in (short, long)]
    assert sizes[0].keys() == sizes[1].keys()
    assert [name for name in sizes[0] if sizes[0][name] != sizes[1][name]] == [
        "model", "init", "geometry",
    ]  # fmt: skip


def functions(program: str) -> dict[str, int]:
    """The functions of a program, and how many nodes their syntax trees have."""
    return {
        node.name: len(list(ast.walk(node)))
        for node in ast.parse(program).body
        if isinstance(node, ast.FunctionDef)
    }

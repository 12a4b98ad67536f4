"""Trajectories in memory and as files."""

from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import scenert
from scenert import State, Trajectory, TrajectoryError
from scenert.simulator import Simulator

STEPS = 5


def walk(sim: Simulator, stretch: jax.Array) -> tuple[State, jax.Array]:
    """States and controls of a few steps under a constant push."""
    params = {**sim.params(), "stretch": stretch}

    def push(_: None, sensors: object, carry: None, t: jax.Array):
        return jnp.array([1.0, 2.0, 3.0]), carry

    _, kept = scenert.rollout(
        sim,
        push,
        params,
        sim.init(params),
        STEPS,
        outputs=lambda state, _, control: (state, control),
    )
    return kept


@pytest.fixture
def batch(sim: Simulator) -> tuple[State, jax.Array, dict[str, jax.Array]]:
    stretch = jnp.array([0.1, 0.2])
    states, control = jax.vmap(lambda s: walk(sim, s))(stretch)
    return states, control, {**sim.params(), "stretch": stretch}


def test_a_trajectory_comes_back_as_it_was_saved(sim: Simulator, batch, tmp_path: Path):
    states, control, params = batch
    file = scenert.save_trajectory(tmp_path / "walk", sim, states, control, params, ["near", "far"])
    assert file == tmp_path / "walk.npz"
    assert list(tmp_path.iterdir()) == [file]
    loaded = scenert.load_trajectory(file, sim)
    assert (loaded.n_robot, loaded.n_frame, loaded.names) == (2, STEPS, ("near", "far"))
    jax.tree.map(np.testing.assert_array_equal, loaded.states, states)
    np.testing.assert_array_equal(loaded.control, control)
    assert loaded.params["stretch"] == pytest.approx([0.1, 0.2])
    assert loaded.params["mass"] == pytest.approx([2.0, 2.0])


def test_one_robot_is_a_batch_of_one(sim: Simulator):
    states, control = walk(sim, jnp.asarray(0.1))
    trajectory = Trajectory.of(sim, states, control)
    assert trajectory.states.q.shape == (1, STEPS, 27)
    assert trajectory.control.shape == (1, STEPS, 3)
    assert trajectory.names == ("robot 1",)


def test_controls_may_begin_one_state_later(sim: Simulator):
    states, control = walk(sim, jnp.asarray(0.1))
    start = sim.init({**sim.params(), "stretch": jnp.asarray(0.1)})
    whole = jax.tree.map(lambda one, many: jnp.concatenate([one[None], many]), start, states)
    trajectory = Trajectory.of(sim, whole, control)
    assert trajectory.control[0, 0].tolist() == [0, 0, 0]
    assert trajectory.control[0, 1:].tolist() == control.tolist()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"states": State(jnp.zeros((4, 3)), jnp.zeros((4, 15)), jnp.zeros((4, 3)))}, "states.q"),
        ({"states": State(jnp.zeros((0, 27)), jnp.zeros((0, 15)), jnp.zeros((0, 3)))}, "nothing"),
        ({"states": State(jnp.zeros((4, 27)), jnp.zeros((5, 15)), jnp.zeros((4, 3)))}, "states.v"),
        ({"control": jnp.zeros((3, 3))}, "control has shape"),
        ({"params": {"mass": 1.0}}, "'stiffness', 'stretch'"),
        ({"params": {"mass": jnp.zeros(3), "stiffness": 1.0, "stretch": 1.0}}, "params"),
        ({"names": ["a", "b"]}, "one name for each of 1 robots"),
    ],
    ids=["coordinates", "no frames", "frames", "controls", "parameters", "a parameter", "names"],
)
def test_what_does_not_fit_is_refused(sim: Simulator, change: dict[str, object], message: str):
    states, control = walk(sim, jnp.asarray(0.1))
    arguments = {"states": states, "control": control} | change
    with pytest.raises(TrajectoryError, match=message):
        Trajectory.of(sim, **arguments)


def test_another_scene_is_refused(sim: Simulator, tmp_path: Path):
    states, control = walk(sim, jnp.asarray(0.1))
    file = scenert.save_trajectory(tmp_path / "walk.npz", sim, states, control)
    manifests = {
        "recorded in the scene 'spring', this is 'other'": replace(sim.manifest, name="other"),
        "another version of the scene": replace(sim.manifest, hashes={"scene.yaml": "0"}),
    }
    for message, manifest in manifests.items():
        other = Simulator(manifest, sim._program, sim.source)
        with pytest.raises(TrajectoryError, match=message) as caught:
            scenert.load_trajectory(file, other)
        assert str(file) in str(caught.value)


def test_files_that_hold_no_trajectory_are_refused(sim: Simulator, tmp_path: Path):
    text, numbers, cut = (tmp_path / name for name in ("text.npz", "numbers.npz", "cut.npz"))
    text.write_text("not a trajectory")
    np.savez(numbers, x=np.zeros(3))
    states, control = walk(sim, jnp.asarray(0.1))
    whole = scenert.save_trajectory(tmp_path / "walk", sim, states, control).read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    for file in (text, numbers, cut):
        with pytest.raises(TrajectoryError, match="no trajectory, or a damaged one"):
            scenert.load_trajectory(file, sim)
    with pytest.raises(TrajectoryError, match="No such file"):
        scenert.load_trajectory(tmp_path / "missing.npz", sim)

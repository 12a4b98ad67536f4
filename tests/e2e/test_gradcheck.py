"""`scenec gradcheck`: what it says of scenes whose gradients are right, wrong and silent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scenec import commands
from scenec.cli import main

QUADRUPED = Path(__file__).parents[2] / "scenes/quadruped.yaml"
BOUNCING = """
scenec: 1
name: bouncing
options: {timestep: 10 ms, impacts: stepped}
materials: {rubber: {restitution: 0.8}}
world: {planes: {ground: {material: rubber}}}
bodies:
  ball:
    mass: 1 kg
    position: [0, 0, 40 cm]
    spheres: [{radius: 10 cm, material: rubber}]
sensors:
  height: {type: position, body: ball}
"""

REACHING = """
scenec: 1
name: reaching
params: {height: 50 cm}
world: {planes: {ground: {}}}
bodies:
  arm:
    mass: 1 kg
    inertia: {box: [10 cm, 10 cm, 40 cm]}
    spheres: [{center: [0, 0, -20 cm], radius: 5 cm}]
joints:
  shoulder:
    type: hinge
    parent: world
    child: arm
    anchor: [0, 0, height]
    child_anchor: [0, 0, 20 cm]
    axis: [0, 1, 0]
    angle: 30 deg
servos:
  drive: {joint: shoulder, gain: 5 /s, max_torque: 1 N*m, max_speed: 1 rad/s}
"""

BREAK = """
scenec: 1
name: break
options: {gravity: [0, 0, 0], timestep: 5 ms}
materials: {ivory: {restitution: 0.9}}
bodies:
  cue:
    root: free
    mass: 0.2 kg
    inertia: {sphere: 3 cm}
    position: [-10 cm, 1 mm, 0]
    velocity: {linear: [2, 0, 0]}
    spheres: [{radius: 3 cm, material: ivory}]
  left:
    root: free
    mass: 0.2 kg
    inertia: {sphere: 3 cm}
    position: [0, 3.2 cm, 0]
    spheres: [{radius: 3 cm, material: ivory}]
  right:
    root: free
    mass: 0.2 kg
    inertia: {sphere: 3 cm}
    position: [0, -3.2 cm, 0]
    spheres: [{radius: 3 cm, material: ivory}]
"""


@pytest.fixture
def scene(tmp_path: Path):
    """The path of a scene with the given text."""

    def write(text: str) -> str:
        path = tmp_path / "scene.yaml"
        path.write_text(text, "utf-8")
        return str(path)

    return write


def test_gradients_that_are_right(scene, capsys: pytest.CaptureFixture[str]):
    assert main(["gradcheck", scene(BOUNCING), "--horizon", "0.1"]) == 0
    assert capsys.readouterr().out == "bouncing, 0.1 s, 10 steps: 12 agrees\n"


def test_impacts_at_their_own_instants(scene, capsys: pytest.CaptureFixture[str]):
    arguments = ["--param", "ball.position", "--set", "options.impacts=continuous"]
    assert main(["gradcheck", scene(BOUNCING), *arguments]) == 0
    assert capsys.readouterr().out == "bouncing, 0.5 s, 50 steps: 3 agrees\n"


def test_feet_that_land_within_the_secants(capsys: pytest.CaptureFixture[str]):
    """The quadruped lands on all four; within 1 cm of height much changes, and nothing jumps."""
    assert main(["gradcheck", str(QUADRUPED), "--param", "torso.position"]) == 0
    assert capsys.readouterr().out == "quadruped, 0.5 s, 50 steps: 3 agrees\n"


def test_impacts_that_move_by_whole_steps(
    scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """The ball falls 30 cm, in 0.247 s; a centimetre more takes 4 ms."""
    plot = tmp_path / "plot.png"
    arguments = ["--param", "ball.position", "--plot", str(plot)]
    assert main(["gradcheck", scene(BOUNCING), *arguments]) == 1
    shown = capsys.readouterr().out
    assert "ball.position[2]" in shown
    assert "ball and ground" in shown
    assert "with options.impacts: continuous, 1 of 1 are right" in shown
    assert plot.stat().st_size > 10_000


def test_balls_that_are_struck_one_after_the_other(scene, capsys: pytest.CaptureFixture[str]):
    """The cue ball comes to one of two balls first, and aimed 1 mm aside to the other one: there
    the motion itself jumps, which is no fault of its gradient."""
    arguments = ["gradcheck", scene(BREAK), "--param", "cue.position", "--horizon", "0.1"]
    assert main([*arguments, "--format", "json"]) == 0
    other, found, another = json.loads(capsys.readouterr().out)["findings"]
    assert (other["verdict"], found["verdict"], another["verdict"]) == ("agrees", "forks", "agrees")
    assert found["jump"] == pytest.approx(-1e-3, abs=1e-5)
    assert found["exact"] == pytest.approx(found["difference"])
    assert found["reason"].endswith("with half the timestep")
    assert main([*arguments, "--set", "options.impacts=stepped"]) == 1


def test_findings_as_json(scene, capsys: pytest.CaptureFixture[str]):
    arguments = ["--param", "ball.position", "--format", "json"]
    assert main(["gradcheck", scene(BOUNCING), *arguments]) == 1
    data = json.loads(capsys.readouterr().out)
    (found,) = [f for f in data["findings"] if f["verdict"] == "jumps"]
    assert found["name"] == "ball.position[2]"
    assert found["contacts"] == ["ball and ground"]
    assert found["time"] == pytest.approx(0.25, abs=0.011)
    assert found["advice"] == "try `options.impacts: continuous`"
    assert data["remedies"] == [{"setting": "options.impacts: continuous", "right": 1, "wrong": 1}]


def test_what_is_silent_and_why(scene, capsys: pytest.CaptureFixture[str]):
    arguments = ["--format", "json", "--horizon", "0.1", "--free", "bodies.arm.spheres.0.radius"]
    assert main(["gradcheck", scene(REACHING), *arguments]) == 0
    found = {f["name"]: f for f in json.loads(capsys.readouterr().out)["findings"]}
    radius = found["bodies.arm.spheres.0.radius"]
    assert radius["verdict"] == "flat"
    assert radius["reason"].endswith("where arm and ground touch")
    assert "smoothed" in radius["advice"]


def test_nothing_is_displaced_beyond_its_bounds(scene, capsys: pytest.CaptureFixture[str]):
    """A damping of 0 can only grow."""
    free = "joints.shoulder.damping"
    text = REACHING.partition("servos:")[0]
    arguments = ["--format", "json", "--horizon", "0.1", "--free", free, "--param", free]
    assert main(["gradcheck", scene(text), *arguments]) == 0
    (found,) = json.loads(capsys.readouterr().out)["findings"]
    assert found["verdict"] == "agrees"
    assert found["exact"] != 0
    assert found["width"] == pytest.approx(0.01 / 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--param", "ball.positon"], "did you mean 'ball.position'?"),
        (["--horizon", "0.001"], "a horizon of 0.001 s is no time: a step lasts 0.01 s"),
        (["--plot", "no/such/folder/plot.png", "--horizon", "0.02"], "cannot draw no/such/folder"),
    ],
)
def test_wrong_usage(scene, arguments, message: str, capsys: pytest.CaptureFixture[str]):
    assert main(["gradcheck", scene(BOUNCING), *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_plot_names_the_extra_that_it_needs(
    scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(commands, "find_spec", lambda _: None)
    assert main(["gradcheck", scene(BOUNCING), "--plot", "plot.png"]) == 2
    assert "pip install 'scenec[plot]'" in capsys.readouterr().err


def test_scenes_at_fault_are_diagnosed(scene, capsys: pytest.CaptureFixture[str]):
    assert main(["gradcheck", scene(BOUNCING.replace("1 kg", "1 m"))]) == 1
    assert "error E" in capsys.readouterr().err

"""`scenec view`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

import scenert
from scenec.cli import main
from scenert import Simulator, Trajectory

ROOT = Path(__file__).parents[2]
BALL = str(ROOT / "scenes" / "ball.yaml")


def test_a_scene_left_to_itself_becomes_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["view", BALL, "--seconds", "0.3"]) == 0
    assert capsys.readouterr().out == "Look at ball.html\n"
    page = (tmp_path / "ball.html").read_text("utf-8")
    assert '"frames":16' in page
    assert not re.search(r'(src|href)="|@import', page)
    assert "MIT License" in page


def test_a_trajectory_becomes_a_picture(
    balls: Simulator, throws: Trajectory, tmp_path: Path
) -> None:
    file = scenert.save_trajectory(tmp_path / "throws", balls, throws)
    out = tmp_path / "throws.png"
    assert main(["view", BALL, "--trajectory", str(file), "--at", "0", "-o", str(out)]) == 0
    with Image.open(out) as image:
        assert image.size == (960, 540)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "ball.avi"], "name a file that ends in .html, .png, .gif, .mp4"),
        (["--trajectory", "missing.npz"], "missing.npz: No such file"),
        (["--trajectory", BALL], "no trajectory, or a damaged one"),
        (["-o", "no/such/folder/ball.html", "--seconds", "0.1"], "No such file"),
    ],
    ids=["an unknown format", "no trajectory", "a file of another kind", "no such folder"],
)
def test_wrong_usage_is_said(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["view", BALL, *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_trajectory_of_another_scene_is_refused(
    balls: Simulator, throws: Trajectory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = scenert.save_trajectory(tmp_path / "throws", balls, throws)
    pendulum = str(ROOT / "scenes" / "pendulum.yaml")
    assert main(["view", pendulum, "--trajectory", str(file)]) == 2
    assert "recorded in the scene 'ball', this is 'pendulum'" in capsys.readouterr().err

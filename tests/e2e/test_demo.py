"""The demonstration, cut short."""

import re
from pathlib import Path

import jax
import pytest

import scenec
from scenec.cli import main
from scenec.demo import shipped_scene
from scenec.demo.gait import new_gait
from scenec.demo.training import Walker, train


def distances(text: str) -> tuple[float, float]:
    before, after = re.findall(r"(?:Before|After): (-?\d+\.\d+) m", text)
    return float(before), float(after)


def test_the_quadruped_walks_farther(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["demo", "--seconds", "3", "--out", str(tmp_path / "results")]) == 0
    before, after = distances(capsys.readouterr().out)
    assert before > 0.3
    assert after > before
    assert sorted(file.name for file in (tmp_path / "results").iterdir()) == [
        "gait.html",
        "gait.png",
    ]


def test_an_interrupted_training_keeps_the_best_gait():
    walker = Walker.standing(scenec.compile(shipped_scene("quadruped")))
    first = new_gait(walker.sim, jax.random.key(0))
    before = walker.distance(first)

    def interrupt(elapsed: float, iteration: int, distance: float) -> None:
        if distance > before or iteration == 30:
            raise KeyboardInterrupt

    best = train(walker, first, 1e6, interrupt)
    assert walker.distance(best) > before


def test_results_that_cannot_be_written_are_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "file").touch()
    assert main(["demo", "--out", str(tmp_path / "file" / "results")]) == 2
    assert "cannot make the folder" in capsys.readouterr().err

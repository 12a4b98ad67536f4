"""The demonstration, cut short."""

import re
from pathlib import Path

import jax.numpy as jnp
import optax
import pytest
from rich.console import Console

from scenec.cli import main
from scenert import train


def distances(text: str) -> tuple[float, float]:
    before, after = re.findall(r"(?:Before|After): (-?\d+\.\d+) m", text)
    return float(before), float(after)


@pytest.fixture(autouse=True)
def rough_pictures(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("scenert.viewer.picture._STILL", 1)  # ray a pixel


def test_the_quadruped_walks_farther(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("scenec.demo.UPDATES", 20)
    out = tmp_path / "results"
    assert main(["demo", "--seconds", "1000", "--out", str(out)]) == 0
    before, after = distances(capsys.readouterr().out)
    assert before > 0.3
    assert after > before + 0.1
    assert sorted(file.name for file in out.iterdir()) == ["gait.html", "gait.png", "training"]


def test_a_demonstration_goes_on_where_one_ended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("scenec.demo.training.HORIZON", 0.02)
    monkeypatch.setattr("scenec.demo.training.EPISODE", 0.1)
    monkeypatch.setattr("scenec.demo.MOMENTS", (0.0,))
    monkeypatch.setattr("scenec.demo.UPDATES", 2)
    lines = tmp_path / "training" / "metrics.jsonl"
    for seconds, updates in (("0.001", 1), ("0.001", 1), ("1000", 2)):
        assert main(["demo", "--seconds", seconds, "--out", str(tmp_path)]) == 0
        assert lines.read_text().count("\n") == updates


def test_a_folder_of_another_training_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    other = train.descent(lambda model, key: model**2, optax.sgd(0.1))
    train.run(other, jnp.ones(()), 1, folder=tmp_path / "training", console=Console(quiet=True))
    assert main(["demo", "--out", str(tmp_path)]) == 2
    assert "is of another model or method" in capsys.readouterr().err


def test_results_that_cannot_be_written_are_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "file").touch()
    assert main(["demo", "--out", str(tmp_path / "file" / "results")]) == 2
    assert "cannot make the folder" in capsys.readouterr().err

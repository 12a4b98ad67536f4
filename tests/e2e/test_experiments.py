"""The experiments run, cut short, and the page is written from what they find."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from scenert import load_trajectory
from tools.experiments import report
from tools.experiments.__main__ import EXPERIMENTS, main
from tools.experiments.setting import Setting


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a short run of all experiments."""
    out = tmp_path_factory.mktemp("experiments")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["experiments", *EXPERIMENTS, "--smoke", "--out", str(out)])
        main()
    return out


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_writes_figures_and_a_plot(found: Path, name: str):
    figures = json.loads((found / f"{name}.json").read_text())["figures"]
    assert figures
    assert (found / f"{name}.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(("name", "scene"), [("ball", "ball"), ("arm-fixed", "arm")])
def test_what_moves_can_be_watched(found: Path, name: str, scene: str):
    kept = load_trajectory(found / f"{name}.npz", Setting(found).scene(scene))
    assert kept.n_frame >= 500


def test_the_page_shows_what_was_found(found: Path, tmp_path: Path):
    (tmp_path / "images").mkdir()
    report.take(found, tmp_path)
    text = report.page(tmp_path)
    assert text.count("\n## ") == len(EXPERIMENTS)
    assert "{" not in text
    assert sorted(file.stem for file in (tmp_path / "images").iterdir()) == sorted(EXPERIMENTS)


def test_the_page_in_the_docs_is_the_one_that_is_written():
    assert (report.DOCS / "results.md").read_text("utf-8") == report.page(report.DOCS)


def test_unknown_experiments_are_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys, "argv", ["experiments", "sprint"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert "there is no experiment sprint" in capsys.readouterr().err

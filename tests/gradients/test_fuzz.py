"""Random scenes: a small share of what `python -m tools.fuzz` tries."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from scenec.driver import compile_file
from tools.fuzz import trial
from tools.fuzz.__main__ import main
from tools.fuzz.scene import random_scene


@pytest.mark.parametrize("seed", range(100, 120))
def test_random_scenes_are_scenes(seed: int, tmp_path: Path):
    path = tmp_path / "scene.yaml"
    path.write_text(random_scene(seed))
    layout = compile_file(path, free=["all"]).layout
    assert layout is not None
    assert layout.contacts


def test_a_seed_is_a_scene():
    assert random_scene(7) == random_scene(7) != random_scene(8)


def test_random_samples_of_a_random_scene():
    finding = trial.try_scene(5, 40, portable=False)
    assert finding.failures == []
    assert finding.smooth > 30


def test_a_wrong_derivative_fails_and_an_edge_does_not():
    steps = np.array([s * h for h in trial.NEAR for s in (1.0, -1.0)])
    smooth = np.concatenate([[2.0], 2.0 + 3.0 * steps + steps**2])
    assert trial._differences(smooth, 3.0, 1.0) == ""
    assert trial._differences(smooth, 3.1, 1.0) == "derivative 3.1, differences 3"
    kink = np.concatenate([[2.0], 2.0 + np.abs(steps)])
    assert trial._differences(kink, 1.0, 1.0) is None


def test_what_was_kept_is_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    tried = []

    def try_scene(seed: int, samples: int, portable: bool) -> trial.Finding:
        tried.append((seed, samples, portable))
        return trial.Finding(seed, smooth=samples, failures=["broken"] if seed == 4 else [])

    monkeypatch.setattr("tools.fuzz.__main__.try_scene", try_scene)
    kept = str(tmp_path / "found.json")
    for scenes in ("2", "4"):
        monkeypatch.setattr(
            sys,
            "argv",
            ["fuzz", "--seed", "2", "--scenes", scenes, "--samples", "9", "--json", kept],
        )
        status = main()
    assert tried == [(2, 9, False), (3, 9, False), (4, 9, False), (5, 9, True)]
    assert status == 1
    assert "seed 4: 9 smooth, 0 at edges\n    broken" in capsys.readouterr().out

"""The scoreboard: exact gradients are those published, and the page shows what was found."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from tools.scoreboard import descent, ours, peers, report
from tools.scoreboard.__main__ import Board, main
from tools.scoreboard.published import MOVING_NORMAL, PROBLEMS, TIME_OF_IMPACT
from tools.scoreboard.reference import impact, loss, truth
from tools.scoreboard.result import Result, errors

PUBLISHED = {
    "bounce-once": (-1.0, -1.0, -0.0020812),
    "ground-and-wall": (-3.1663, -0.2122),
    "moving-normal": (3.486833, 0.697367, -0.191402),
    "head-on": (1.0, 0.0, 1.0, 0.0),
    "time-of-impact": (-1.0,),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_exact_gradients_are_the_published_ones(name: str):
    problem = PROBLEMS[name]
    _, gradient = truth(problem, np.array(problem.points[0]))
    np.testing.assert_allclose(gradient, PUBLISHED[name], rtol=2e-4, atol=1e-6)


def test_the_published_loss_of_the_moving_normal():
    assert loss(MOVING_NORMAL, np.array(MOVING_NORMAL.points[0])) == pytest.approx(
        1.091587, abs=1e-6
    )


def test_the_published_optimum_of_task_3():
    assert descent.optimum() == pytest.approx(1.3965, abs=1e-4)


@pytest.mark.parametrize("name", PROBLEMS)
def test_exact_gradients_are_smooth_around_their_points(name: str):
    """A point at the edge of another sequence of impacts would be no fair question."""
    problem = PROBLEMS[name]
    for x in map(np.array, (problem.points[0], problem.points[-1])):
        slopes = [
            (loss(problem, x + h) - loss(problem, x - h)) / (2 * h[0])
            for h in (1e-5 * np.ones(len(x)), 1e-4 * np.ones(len(x)))
        ]
        assert slopes[0] == pytest.approx(slopes[1], rel=1e-3, abs=1e-4)


def test_impacts_obey_coulomb_s_law():
    response = np.array([[2.0, 0.3, 0.1], [0.3, 1.5, 0.0], [0.1, 0.0, 1.0]])
    velocity, normal = np.array([0.8, -0.5, -2.0]), np.array([0.0, 0.0, 1.0])
    sticking = impact(response, velocity, normal, 0.5, 10.0)
    np.testing.assert_allclose(velocity + response @ sticking, [0.0, 0.0, 1.0], atol=1e-12)
    sliding = impact(response, velocity, normal, 0.5, 0.01)
    after = velocity + response @ sliding
    assert np.linalg.norm(sliding[:2]) == pytest.approx(0.01 * sliding[2])
    assert after[2] == pytest.approx(1.0)
    assert sliding[0] * after[1] == pytest.approx(sliding[1] * after[0])
    assert sliding[:2] @ after[:2] < 0


@pytest.mark.parametrize("name", ["bounce-once", "moving-normal", "cube-toss"])
def test_gradients_through_continuous_impacts_are_exact(name: str):
    """To a percent at every point, at 1/480 s; our engine and the events share no formula."""
    problem = PROBLEMS[name]
    (stepped, continuous) = ours.results(problem)
    exact = [truth(problem, np.array(x)) for x in problem.points]
    gradients = [gradient.tolist() for _, gradient in exact]
    assert max(errors(continuous.gradients, gradients)) < 0.01
    np.testing.assert_allclose(continuous.losses, [value for value, _ in exact], rtol=5e-3)
    assert max(errors(stepped.gradients, gradients)) > 0.1


def test_errors_are_shares_of_the_exact_gradient():
    assert errors([[3.0, 4.0], [0.0, 0.0]], [[3.0, 0.0], [0.0, 2.0]]) == pytest.approx([4 / 3, 1])
    assert errors([[float("nan")]], [[1.0]]) == [float("inf")]


def test_the_page_shows_what_was_found(tmp_path: Path):
    (tmp_path / "images").mkdir()
    exact = Result("time-of-impact", "exact", [0.5], [[-1.0]])
    found = Result("time-of-impact", "MJX", [0.4], [[-0.9]])
    kept = {
        "results": [asdict(exact), asdict(found)],
        "descents": [{"engine": "exact", "what": "optimum", "loss": 1.3965}],
    }
    report.write(kept, tmp_path)
    page = (tmp_path / "gradients.md").read_text()
    assert "{{" not in page
    assert "10 % / 10 %" in page
    assert "| exact: optimum | 1.3965 |" in page
    assert (tmp_path / "images" / "gradients.svg").stat().st_size > 1000


def test_what_was_kept_is_not_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "scores.json"
    first = Board(file, {}).exact(TIME_OF_IMPACT)
    monkeypatch.setattr("tools.scoreboard.__main__.truth", None)
    assert Board(file, {}).exact(TIME_OF_IMPACT) == first


def test_an_engine_that_is_missing_is_left_out(capsys: pytest.CaptureFixture[str]):
    assert list(peers.results("mjx", sys.executable, "no-such-problem")) == []
    assert "mjx left out: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["juggling"], "there is no problem juggling"),
        (
            ["--peer", "bullet=python"],
            "'bullet=python' is not ENGINE=PYTHON, with one of mjx, brax",
        ),
    ],
)
def test_wrong_usage(
    arguments, message, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys, "argv", ["scoreboard", *arguments])
    with pytest.raises(SystemExit):
        main()
    assert message in capsys.readouterr().err

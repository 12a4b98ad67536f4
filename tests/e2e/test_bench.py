"""The benchmarks run, in their smallest sizes, and the page is written from what they measure."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tools.bench import peers, report
from tools.bench.__main__ import BENCHMARKS, main
from tools.bench.measure import Row


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a run of all benchmarks."""
    out = tmp_path_factory.mktemp("bench") / "measured.json"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["bench", "--quick", "--json", str(out)])
        main()
    return out


def test_every_benchmark_measures_something(measured: Path):
    rows = [Row(**row) for row in json.loads(measured.read_text())["rows"]]
    assert {row.benchmark for row in rows} == set(BENCHMARKS)
    assert all(row.values.get("us", 1) > 0 for row in rows)
    assert {row.engine for row in rows} >= {"scenec", "MuJoCo C"}


def test_robots_of_all_engines_weigh_the_same_and_stand_on_the_ground(measured: Path):
    rows = [Row(**row) for row in json.loads(measured.read_text())["rows"]]
    walking = [row.values for row in rows if row.benchmark == "quadruped"]
    masses = [values["mass"] for values in walking if "mass" in values]
    assert masses == pytest.approx([28.7] * len(masses), rel=1e-5)
    (depth,) = (row.values["mm"] for row in rows if row.what == "deepest foot")
    assert -5 < depth < 1


def test_the_page_shows_what_was_measured(
    measured: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    (tmp_path / "images").mkdir()
    monkeypatch.setattr(report, "FOLDER", tmp_path)
    monkeypatch.setattr(sys, "argv", ["report", str(measured)])
    report.main()
    page = capsys.readouterr().out
    assert "{{" not in page
    assert "| 1,296 parameters | 2 | forward | " in page
    assert (tmp_path / "images" / "performance.svg").stat().st_size > 1000


def test_an_engine_that_is_missing_is_left_out(capsys: pytest.CaptureFixture[str]):
    assert list(peers.run("no_such_engine", sys.executable)) == []
    assert "no_such_engine left out: " in capsys.readouterr().err


def test_unknown_benchmarks_are_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys, "argv", ["bench", "sprint"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert "there is no benchmark sprint" in capsys.readouterr().err

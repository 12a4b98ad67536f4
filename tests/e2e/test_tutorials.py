"""The tutorials' scripts, run as a reader would, with smaller numbers where the page says so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tools import tutorials

ROOT = Path(__file__).parents[2]

every_page = pytest.mark.parametrize("page", tutorials.PAGES, ids=lambda path: path.stem)


@every_page
def test_a_tutorial_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scenes").symlink_to(ROOT / "scenes")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("scenert.viewer.picture._STILL", 1)  # ray a pixel
    exec(compile(tutorials.script(page, quick=True), str(page), "exec"), {})
    pictures = tutorials.pictures(page)
    assert pictures
    for name in pictures:
        assert (tmp_path / f"{name}.png").stat().st_size > 1000
        assert (tmp_path / f"{name}.html").stat().st_size > 100_000


def test_the_page_on_training_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = ROOT / "docs" / "training.md"
    (tmp_path / "scenes").symlink_to(ROOT / "scenes")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(compile(tutorials.script(page, quick=True), str(page), "exec"), names)
    updates = names["UPDATES"]
    assert [len(names[run].metrics) for run in ("longer", "result")] == [2 * updates, updates]
    assert (tmp_path / "runs" / "balance" / "metrics.jsonl").exists()


@pytest.mark.parametrize(
    "page",
    [*tutorials.PAGES, ROOT / "docs" / "tutorials" / "index.md", ROOT / "docs" / "training.md"],
    ids=lambda p: p.stem,
)
def test_a_tutorials_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https:)([^)#]+)\)", page.read_text("utf-8"))
    assert targets
    assert [target for target in targets if not (page.parent / target).exists()] == []

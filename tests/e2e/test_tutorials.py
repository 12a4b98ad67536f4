"""The tutorials' scripts, run as a reader would, with smaller numbers where the page says so.

`<!-- quick: NAMES = VALUES -->` before a block stands in for the line that sets the same names.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "tutorials").glob("*-*.md"))
BLOCK = re.compile(r"(?:<!-- quick: (?P<quick>.+?) -->\n)?```python\n(?P<code>.*?)```", re.DOTALL)

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)


def script(page: Path) -> str:
    """The page's code with its quick numbers; line numbers are those of the page."""
    lines: list[str] = []
    text = page.read_text("utf-8")
    for block in BLOCK.finditer(text):
        code = block["code"]
        if block["quick"]:
            names = block["quick"].split("=")[0].strip()
            code, count = re.subn(rf"^{names} = .*$", block["quick"], code, flags=re.MULTILINE)
            assert count == 1, f"{page.name}: {names} is set {count} times after its comment"
        start = text.count("\n", 0, block.start("code"))
        lines += [""] * (start - len(lines)) + code.splitlines()
    return "\n".join(lines)


@every_page
def test_a_tutorial_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scenes").symlink_to(ROOT / "scenes")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("scenert.viewer.picture._STILL", 1)  # ray a pixel
    exec(compile(script(page), str(page), "exec"), {})
    pictures = re.findall(r"images/tutorials/(\w+)\.png", page.read_text("utf-8"))
    assert pictures
    for name in pictures:
        assert (tmp_path / f"{name}.png").stat().st_size > 1000
        assert (tmp_path / f"{name}.html").stat().st_size > 100_000


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "docs" / "tutorials" / "index.md"], ids=lambda p: p.stem
)
def test_a_tutorials_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https:)([^)#]+)\)", page.read_text("utf-8"))
    assert targets
    assert [target for target in targets if not (page.parent / target).exists()] == []

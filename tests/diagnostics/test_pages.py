"""The pages in this folder: prose, scenes, and exactly what the compiler says about them.

A page has a section (`## title`) for each case: a ```yaml block with the scene, more blocks with
`file=NAME` for files that it includes, and a ```text block with the expected output. After the
word yaml may stand `free=PATH` and `set=PATH=VALUE`. `pytest --bless` rewrites the text blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scenec.diagnostics import CompileError, render_text
from scenec.passes.lint import lint
from scenec.passes.resolve import resolve
from scenec.syntax.document import parse
from scenec.syntax.validate import validate

FOLDER = Path(__file__).parent
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """One section of a page."""

    page: Path
    title: str
    text: str


def cases() -> Iterator[Case]:
    for page in sorted(FOLDER.glob("*.md")):
        for section in re.split(r"^## ", page.read_text("utf-8"), flags=re.MULTILINE)[1:]:
            yield Case(page, section.split("\n", 1)[0], section)


def output(section: str, folder: Path) -> str:
    """What the compiler says about the scene of a section."""
    free: list[str] = []
    settings: list[tuple[str, str]] = []
    for language, info, text in BLOCK.findall(section):
        if language == "yaml":
            words = [word.split("=", 1) for word in info.split()]
            name = next((value for key, value in words if key == "file"), "scene.yaml")
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")
            free += [value for key, value in words if key == "free"]
            settings += [tuple(v.split("=", 1)) for k, v in words if k == "set"]  # type: ignore[misc]
    sources = {path.name: path.read_text("utf-8") for path in folder.glob("*.yaml")}
    sources |= {f"--set {place}": value for place, value in settings}
    try:
        diagnostics = lint(resolve(validate(parse("scene.yaml", settings)), free))
    except CompileError as fault:
        diagnostics = list(fault.diagnostics)
    return render_text(diagnostics, sources)


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: f"{case.page.stem}: {case.title}")
def test_the_compiler_says_what_the_page_shows(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bless: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    found = output(case.text, tmp_path)
    expected = next(text for language, _, text in BLOCK.findall(case.text) if language == "text")
    if bless and found != expected:
        page = case.page.read_text("utf-8")
        blessed = case.text.replace(f"```text\n{expected}```", f"```text\n{found}```")
        case.page.write_text(page.replace(case.text, blessed), "utf-8")
        return
    assert found == expected

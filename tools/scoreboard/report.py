"""Writes docs/gradients.md and its figure from kept results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tools.scoreboard.figure import draw
from tools.scoreboard.published import PROBLEMS
from tools.scoreboard.result import Result, errors
from tools.table import heading, line

FOLDER = Path(__file__).resolve().parents[2] / "docs"
STORY = Path(__file__).with_name("gradients.md.in")
ENGINES = ("scenec, continuous", "scenec, stepped", "MJX", "Brax, positional", "Brax, spring")


def write(kept: dict[str, Any], folder: Path = FOLDER) -> None:
    """The page and the figure."""
    results = [Result(**result) for result in kept["results"]]
    draw(results, folder / "images" / "gradients.svg")
    sections = {
        "errors": "\n".join(error_table(results)),
        "gradients": "\n".join(gradient_table(results)),
        "descents": "\n".join(descent_table(kept["descents"])),
    }
    text = STORY.read_text("utf-8")
    for name, section in sections.items():
        text = text.replace(f"{{{{{name}}}}}", section)
    (folder / "gradients.md").write_text(text, "utf-8")


def error_table(results: Sequence[Result]) -> Iterator[str]:
    """How far engines are off at the published point, and at the worst of all points."""
    engines = _engines(results)
    yield from heading("problem", "source", "points", *engines)
    for problem in PROBLEMS.values():
        found = _by_engine(results, problem.name)
        if "exact" not in found:
            continue
        cells = [_error(found.get(engine), found["exact"]) for engine in engines]
        yield line(problem.title, problem.source, str(len(problem.points)), *cells)


def gradient_table(results: Sequence[Result]) -> Iterator[str]:
    """Gradients at the published points."""
    engines = ("exact", *_engines(results))
    yield from heading("problem", "by", *engines)
    for problem in PROBLEMS.values():
        found = _by_engine(results, problem.name)
        if "exact" not in found:
            continue
        for i, name in enumerate(problem.inputs):
            cells = [number(found[e].gradients[0][i]) if e in found else "" for e in engines]
            yield line(problem.title if i == 0 else "", name, *cells)


def descent_table(descents: Iterable[dict[str, Any]]) -> Iterator[str]:
    """What descent comes to."""
    yield from heading("", "loss")
    for found in descents:
        yield line(f"{found['engine']}: {found['what']}", f"{found['loss']:.4f}")


def number(value: float) -> str:
    """Four digits, however large it is."""
    return f"{value:.4g}"


def percent(share: float) -> str:
    """A share as a percentage that fits a table."""
    if share < 1e-6:
        return "< 0.0001 %"
    if share >= 10:
        return f"{share:.0f} ×"
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.2g} %"


def _engines(results: Sequence[Result]) -> list[str]:
    """Those that have results, in the order of ENGINES."""
    found = {result.engine for result in results}
    return [engine for engine in ENGINES if engine in found]


def _by_engine(results: Sequence[Result], problem: str) -> dict[str, Result]:
    return {result.engine: result for result in results if result.problem == problem}


def _error(found: Result | None, exact: Result) -> str:
    if found is None:
        return ""
    off = errors(found.gradients, exact.gradients)
    return f"{percent(off[0])} / {percent(max(off))}"

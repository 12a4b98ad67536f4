"""Writes docs/results.md from the figures in docs/results.

python -m tools.experiments.report [FOLDER]

With a FOLDER, figures and plots of the experiments there are first taken into docs.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.experiments.__main__ import EXPERIMENTS

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"
ENGINES = ("scenec, reduced", "scenec, maximal", "MuJoCo C", "MJX")
PRODUCTS = "products"  # the controller's alone


def main() -> None:
    for folder in sys.argv[1:]:
        take(Path(folder), DOCS)
    (DOCS / "results.md").write_text(page(DOCS), "utf-8")


def take(folder: Path, docs: Path) -> None:
    """Copy figures and plots into the docs."""
    (docs / "results").mkdir(exist_ok=True)
    for name in EXPERIMENTS:
        if (folder / f"{name}.json").exists():
            shutil.copy(folder / f"{name}.json", docs / "results")
            shutil.copy(folder / f"{name}.png", docs / "images")


def page(docs: Path) -> str:
    """The page: a section for every experiment that has figures."""
    sections = [(HERE / "results.md.in").read_text("utf-8")]
    for name in EXPERIMENTS:
        file = docs / "results" / f"{name}.json"
        if file.exists():
            sections.append(section(name, json.loads(file.read_text("utf-8"))))
    return "\n".join(sections)


def section(name: str, found: dict[str, Any]) -> str:
    """One experiment: its text, with its figures."""
    figures, machine = found["figures"], found["machine"]
    text = (HERE / "pages" / f"{name}.md.in").read_text("utf-8")
    if "cells" in figures:
        figures = figures | {"table": "\n".join(table(figures["cells"]))}
    where = (
        f"Measured on {machine['date']}: {machine['processor']}, {machine['cores']} cores, "
        f"{machine['vectors']}, load {machine['load']} by others and itself."
    )
    return f"{text.format_map(_shown(figures))}\n{where}\n"


class _Never:
    """What was not reached, in any format."""

    def __format__(self, _: str) -> str:
        return "not reached"


def _shown(figures: Any) -> Any:
    """The figures, with words for those that are None."""
    if isinstance(figures, dict):
        return {name: _shown(value) for name, value in figures.items()}
    return _Never() if figures is None else figures


def table(cells: list[dict[str, Any]]) -> Iterator[str]:
    """Seconds of all engines, a row for each cell of the paper's table."""
    engines = " | ".join(ENGINES)
    yield f"| controller | robots | | paper, CPU | paper, GPU | {engines} | matrix products alone |"
    yield "|---" * (6 + len(ENGINES)) + "|"
    rows = dict.fromkeys((c["controller"], c["robots"], c["what"]) for c in cells)
    for case, robots, what in rows:
        same = {
            c["engine"]: c
            for c in cells
            if (c["controller"], c["robots"], c["what"]) == (case, robots, what)
        }
        first = next(iter(same.values()))
        entries = [entry(same[engine]) if engine in same else "–" for engine in ENGINES]
        alone = f"{same[PRODUCTS]['seconds']:#.3g}" if PRODUCTS in same else ""
        paper = f"{first['paper_cpu']} | {first['paper_gpu']}"
        yield f"| {case} | {robots} | {what} | {paper} | {' | '.join(entries)} | {alone} |"


def entry(cell: dict[str, Any]) -> str:
    """Seconds, and how many times less than the paper's."""
    return f"{cell['seconds']:#.3g} ({cell['times_faster']:.0f} ×)"


if __name__ == "__main__":
    main()

"""Prints docs/performance.md from measured rows, and draws its figure next to it.

python -m tools.bench.report FILE.json > docs/performance.md
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tools.bench.figure import draw
from tools.bench.measure import Row
from tools.table import heading, line

FOLDER = Path(__file__).resolve().parents[2] / "docs"
STORY = Path(__file__).with_name("performance.md.in")
OTHERS = ("MuJoCo C", "MJX", "Brax", "plain XLA")

BUSY = 1.5
"""Load by others beyond which the time on the wall says little."""
WALL_TIME = "Times are those on the wall, the best of several runs."
PROCESSOR_TIME = """\
Others used the machine meanwhile, so times are those that all cores together computed, the best of
several runs; on the wall they would be shorter by up to the number of cores."""


def main() -> None:
    found = json.loads(Path(sys.argv[1]).read_text())
    busy = found["machine"]["load"] > BUSY
    rows = [_clocked(Row(**row), busy) for row in found["rows"]]
    draw(rows, FOLDER / "images" / "performance.svg")
    sections = {
        "machine": machine(found["machine"]),
        "clock": PROCESSOR_TIME if busy else WALL_TIME,
        "quadruped": "\n".join(quadruped(rows)),
        "kinds": "\n".join(kinds(rows)),
        "impacts": "\n".join(impacts(rows)),
        "chain": "\n".join(chain(rows)),
        "balls": "\n".join(balls(rows)),
        "startup": "\n".join(startup(rows)),
        "memory": memory(rows),
        "foot": foot(rows),
    }
    text = STORY.read_text("utf-8")
    for name, section in sections.items():
        text = text.replace(f"{{{{{name}}}}}", section)
    print(text, end="")


def _clocked(row: Row, busy: bool) -> Row:
    """The row with processor time in place of time on the wall."""
    pairs = {"us": "cpu_us", "compile_s": "compile_cpu_s", "s": "cpu_s"}
    exchanged = {wall: row.values[cpu] for wall, cpu in pairs.items() if cpu in row.values}
    return replace(row, values={**row.values, **exchanged}) if busy else row


def machine(facts: dict[str, Any]) -> str:
    """One sentence on where the rows come from."""
    return (
        f"{facts['cores']} cores of an {facts['processor']} with {facts['vectors']}, "
        f"{facts['date']}, at a load of {facts['load']} by others"
    )


def quadruped(rows: Iterable[Row]) -> Iterator[str]:
    """Microseconds per step and robot of all engines, and how many times ours are faster."""
    mine = [row for row in rows if row.benchmark == "quadruped" and "us" in row.values]
    yield from heading("controller", "robots", "", "scenec", *OTHERS)
    for case in unique(row.case for row in mine):
        for what in ("forward", "gradient"):
            for batch in unique(row.batch for row in mine if row.case == case):
                same = {
                    r.engine: r for r in mine if (r.case, r.what, r.batch) == (case, what, batch)
                }
                yield line(case, f"{batch:,}", what, *(_cell(same, e) for e in ("scenec", *OTHERS)))


def _cell(same: dict[str, Row], engine: str) -> str:
    if engine not in same:
        return ""
    us, ours = same[engine].values["us"], same["scenec"].values["us"]
    return number(us) if engine == "scenec" else f"{number(us)} ({us / ours:.0f} ×)"


def kinds(rows: Iterable[Row]) -> Iterator[str]:
    """Microseconds per step and robot of the gradients of each kind."""
    mine = [row for row in rows if row.benchmark == "kinds"]
    yield from heading("robots", *(row.case for row in mine))
    yield line(f"{mine[0].batch:,}", *(number(row.values["us"]) for row in mine))


def impacts(rows: Iterable[Row]) -> Iterator[str]:
    """Microseconds per step and robot with impacts at the ends of steps and within them."""
    mine = [row for row in rows if row.benchmark == "impacts"]
    yield from heading("scene", "", "stepped", "continuous", "ratio")
    for name in unique(row.case.split(", ")[0] for row in mine):
        for what in ("forward", "gradient"):
            us = {row.case: row.values["us"] for row in mine if row.what == what}
            stepped, continuous = (us[f"{name}, {kind}"] for kind in ("stepped", "continuous"))
            cells = (stepped, continuous, continuous / stepped)
            yield line(name, what, *map(number, cells))


def chain(rows: Iterable[Row]) -> Iterator[str]:
    """How steps, gradients and compiling grow with the links."""
    mine = [row for row in rows if row.benchmark == "chain"]
    titles = ("forward", "per link", "gradient", "compile", "compile gradient", "MuJoCo C")
    yield from heading("chain", *titles)
    for case in unique(row.case for row in mine):
        by = {(r.engine, r.what): r.values for r in mine if r.case == case}
        forward, gradient = by["scenec", "forward"], by["scenec", "gradient"]
        peer = by.get(("MuJoCo C", "forward"))
        cells = [forward["us"], forward["us"] / forward["links"], gradient["us"]]
        seconds = [f"{values['compile_s']:.1f} s" for values in (forward, gradient)]
        yield line(case, *map(number, cells), *seconds, number(peer["us"]) if peer else "")


def balls(rows: Iterable[Row]) -> Iterator[str]:
    """Microseconds per step of a box of balls."""
    mine = [row for row in rows if row.benchmark == "balls"]
    yield from heading("scene", "boxes", "scenec", "path", "compile", "MuJoCo C")
    for batch in unique(row.batch for row in mine):
        by = {row.engine: row for row in mine if row.batch == batch}
        ours, peer = by["scenec"], by.get("MuJoCo C")
        path = "portable" if ours.values["portable"] else "lanes"
        cells = (number(ours.values["us"]), path, f"{ours.values['compile_s']:.1f} s")
        yield line(ours.case, str(batch), *cells, number(peer.values["us"]) if peer else "")


def startup(rows: Iterable[Row]) -> Iterator[str]:
    """Seconds from the end of the imports."""
    mine = [row for row in rows if row.benchmark == "startup"]
    ways = unique(row.case for row in mine)
    yield from heading("", *ways)
    for what in unique(row.what for row in mine):
        seconds = {row.case: row.values["s"] for row in mine if row.what == what}
        yield line(what, *(f"{seconds[way]:.2f} s" for way in ways))


def memory(rows: Iterable[Row]) -> str:
    """Bytes that a gradient keeps of every step."""
    values = next(row.values for row in rows if row.benchmark == "memory")
    return f"{values['bytes']:.0f} bytes ({values['state']:.0f} of them the state)"


def foot(rows: Iterable[Row]) -> str:
    """How deep the feet sink in while the robots walk."""
    depth = next(row.values["mm"] for row in rows if row.what == "deepest foot")
    return f"{max(depth, 0):.2f} mm"


def unique(values: Iterable[Any]) -> list[Any]:
    """The values without repetitions, in the order in which they first occur."""
    return list(dict.fromkeys(values))


def number(value: float) -> str:
    """Three significant digits, without an exponent."""
    return f"{value:.0f}" if value >= 100 else f"{value:#.3g}"


if __name__ == "__main__":
    main()

"""Runs benchmarks and prints their rows while they come."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import tools.bench
from tools.bench import balls, chain, impacts, kinds, memory, quadruped, startup
from tools.bench.measure import Row, machine
from tools.bench.options import Options

BENCHMARKS: dict[str, Callable[[Options], Iterator[Row]]] = {
    "quadruped": quadruped.rows,
    "kinds": kinds.rows,
    "impacts": impacts.rows,
    "chain": chain.rows,
    "balls": balls.rows,
    "startup": startup.rows,
    "memory": memory.rows,
}


def main() -> None:
    parser = ArgumentParser(prog="python -m tools.bench", description=tools.bench.__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="smallest sizes: does it all work?")
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    parser.add_argument("--peer-python", default=sys.executable, help="has the other engines")
    given = parser.parse_args()
    if unknown := [name for name in given.names if name not in BENCHMARKS]:
        parser.error(f"there is no benchmark {unknown[0]}; there are {', '.join(BENCHMARKS)}")
    options = Options(given.quick, given.peer_python, 0.01 if given.quick else 2.0)
    found = {"machine": machine(), "rows": list[object]()}
    for name in given.names or BENCHMARKS:
        for row in BENCHMARKS[name](options):
            print(row.line(), flush=True)
            found["rows"].append(asdict(row))
            if given.json:
                given.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()

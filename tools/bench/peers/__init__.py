"""Other engines on the same models. Each runs in a process of its own and prints rows as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

from tools.bench.measure import Row


def run(engine: str, python: str, *arguments: object, limit: float = 1200) -> Iterator[Row]:
    """The rows that `tools.bench.peers.ENGINE` prints; none, with a message, where it fails."""
    command = [python, "-m", f"tools.bench.peers.{engine}", *map(str, arguments)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=True)
    except subprocess.TimeoutExpired:
        print(f"{engine} left out: no result within {limit:.0f} s", file=sys.stderr)
    except subprocess.CalledProcessError as fault:
        reason = (fault.stderr.strip().splitlines() or ["no message"])[-1]
        print(f"{engine} left out: {reason}", file=sys.stderr)
    else:
        lines = done.stdout.splitlines()  # of which some are messages of the engine
        yield from (Row(**json.loads(line)) for line in lines if line.startswith("{"))

"""Other engines on the same problems. Each runs in a process of its own and prints its results."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

from tools.scoreboard.result import Result

ENGINES = {"mjx": "MJX", "brax": "Brax"}  # by module: what their names begin with


def results(engine: str, python: str, problem: str, limit: float = 900) -> Iterator[Result]:
    """What `tools.scoreboard.peers.ENGINE` says of a problem; nothing, with a message, where it
    fails."""
    command = [python, "-m", f"tools.scoreboard.peers.{engine}", problem]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=True)
    except subprocess.TimeoutExpired:
        print(f"{engine} left out: no result within {limit:.0f} s", file=sys.stderr)
    except subprocess.CalledProcessError as fault:
        reason = (fault.stderr.strip().splitlines() or ["no message"])[-1]
        print(f"{engine} left out: {reason}", file=sys.stderr)
    else:
        lines = done.stdout.splitlines()  # of which some are messages of the engine
        yield from (Result(**json.loads(line)) for line in lines if line.startswith("{"))

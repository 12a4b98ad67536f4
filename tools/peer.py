"""Other engines, each in a process of its own that prints what it found as lines of JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any


def records(
    package: str, engine: str, python: str, *arguments: object, limit: float
) -> Iterator[Any]:
    """What `package.ENGINE` prints; nothing, with a message, where it fails or takes more than
    `limit` seconds."""
    command = [python, "-m", f"{package}.{engine}", *map(str, arguments)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=True)
    except subprocess.TimeoutExpired:
        print(f"{engine} left out: no result within {limit:.0f} s", file=sys.stderr)
    except subprocess.CalledProcessError as fault:
        reason = (fault.stderr.strip().splitlines() or ["no message"])[-1]
        print(f"{engine} left out: {reason}", file=sys.stderr)
    else:
        lines = done.stdout.splitlines()  # of which some are messages of the engine
        yield from (json.loads(line) for line in lines if line.startswith("{"))

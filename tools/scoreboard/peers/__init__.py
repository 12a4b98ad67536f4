"""Other engines on the same problems. Each runs in a process of its own and prints its results."""

from __future__ import annotations

from collections.abc import Iterator

from tools.peer import records
from tools.scoreboard.result import Result

ENGINES = {"mjx": "MJX", "brax": "Brax"}  # by module: what their names begin with


def results(engine: str, python: str, problem: str, limit: float = 900) -> Iterator[Result]:
    """What `tools.scoreboard.peers.ENGINE` says of a problem; nothing, with a message, where it
    fails."""
    for record in records(__name__, engine, python, problem, limit=limit):
        yield Result(**record)

"""Other engines on the same models. Each runs in a process of its own and prints rows as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from tools.bench.measure import Row
from tools.peer import records


def run(engine: str, python: str, *arguments: object, limit: float = 1200) -> Iterator[Row]:
    """The rows that `tools.bench.peers.ENGINE` prints; none, with a message, where it fails."""
    for record in records(__name__, engine, python, *arguments, limit=limit):
        yield Row(**record)

"""What is kept for the next process, by name: machine code and the types of results.

The name of an entry is a hash of everything that decides its contents, so an entry is never out of
date, only unused. Entries are written to a temporary file and renamed, so other processes see whole
entries or none; a damaged entry counts as absent. What has gone unused for longest is dropped when
the entries outgrow LIMIT.

Entries stand in the folder $SCENERT_CACHE, by default scenert in the user's cache directory. They
hold code that will run: nobody else should be able to write there. What this process has made, or
was supplied with by a compiled scene, is looked up first.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

LIMIT = 1 << 30
"""Bytes that all entries together may take."""

_MAGIC = b"scenert lanes 2\n"
_ENTRY = re.compile(r"[0-9a-f]{32}\..+")
"""Names of entries and of their temporary files; nothing else in the folder is ever dropped."""
_HEAD = len(_MAGIC) + hashlib.sha256().digest_size

_memory: dict[str, bytes] = {}
_record: ContextVar[dict[str, bytes] | None] = ContextVar("record", default=None)


def cache_directory() -> Path:
    """Where entries are kept: $SCENERT_CACHE, or scenert in the user's cache directory."""
    given = os.environ.get("SCENERT_CACHE")
    if given:
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "scenert"


def get(name: str) -> bytes | None:
    """The entry of this name; None where there is none, or a damaged one."""
    entry = _memory.get(name)
    if entry is None:
        entry = _read(cache_directory() / name)
    if entry is not None:
        _note(name, entry)
    return entry


def put(name: str, entry: bytes) -> None:
    """Keep an entry; a cache that cannot be written is no fault."""
    _memory[name] = entry
    _note(name, entry)
    folder = cache_directory()
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=f"{name}.", delete=False) as file:
            file.write(_MAGIC + hashlib.sha256(entry).digest() + entry)
        Path(file.name).replace(folder / name)
        _evict(folder)


def supply(entries: Mapping[str, bytes]) -> None:
    """Let `get` find these entries from now on."""
    _memory.update(entries)


@contextmanager
def recording() -> Iterator[dict[str, bytes]]:
    """All entries that are read or written in the context, by name."""
    record: dict[str, bytes] = {}
    token = _record.set(record)
    try:
        yield record
    finally:
        _record.reset(token)


def _note(name: str, entry: bytes) -> None:
    record = _record.get()
    if record is not None:
        record[name] = entry


def _read(path: Path) -> bytes | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    with suppress(OSError):
        os.utime(path)  # it is in use
    entry = data[_HEAD:]
    intact = data[:_HEAD] == _MAGIC + hashlib.sha256(entry).digest()
    return entry if intact else None


def _evict(folder: Path) -> None:
    """Drop the entries that were not used for longest until the rest fits the limit."""
    entries = [path for path in folder.iterdir() if _ENTRY.fullmatch(path.name)]
    found = [(path.stat(), path) for path in entries]
    room = LIMIT
    for stat, path in sorted(found, key=lambda pair: pair[0].st_mtime_ns, reverse=True):
        room -= stat.st_size
        if room < 0:
            path.unlink(missing_ok=True)

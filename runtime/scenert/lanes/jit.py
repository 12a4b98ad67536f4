"""Machine code from a module's text, kept on disk for the next process.

An entry is named by a hash of everything that decides its code: the text, the processor and the
versions of LLVM and of its binding. Entries are written to a temporary file and renamed, so other
processes see whole entries or none; a damaged entry is compiled again.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import llvmlite
from llvmlite import binding

from scenert.lanes.target import Target

_MAGIC = b"scenert lanes 1\n"
_loaded: list[Any] = []
"""Code that stays in memory for the life of the process, since XLA keeps its addresses."""


def cache_directory() -> Path:
    """Where compiled code is kept: $SCENERT_CACHE, or scenert in the user's cache directory."""
    given = os.environ.get("SCENERT_CACHE")
    if given:
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "scenert"


def fingerprint(text: str, target: Target) -> str:
    """The name of the code of a module on a processor."""
    versions = f"{llvmlite.__version__} {binding.llvm_version_info}"
    parts = (text, target.triple, target.cpu, target.features, versions)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def object_code(text: str, target: Target) -> bytes:
    """The module's object code, from the cache where it is there."""
    path = cache_directory() / f"{fingerprint(text, target)}.o"
    kept = _read(path)
    if kept is None:
        kept = _compile(text, target)
        _write(path, kept)
    return kept


def load(code: bytes, function: str, target: Target) -> ctypes.c_void_p:
    """The address of a function of the object code, loaded into this process for good."""
    empty = binding.parse_assembly("")
    engine = binding.create_mcjit_compiler(empty, target.machine())
    engine.add_object_file(binding.ObjectFileRef.from_data(code))
    engine.finalize_object()
    _loaded.append(engine)
    return ctypes.c_void_p(engine.get_function_address(function))


def _compile(text: str, target: Target) -> bytes:
    """Generate code as it stands: the program is already simplified, and further passes over it
    took longer and made slower code."""
    module = binding.parse_assembly(text)
    module.verify()
    code: bytes = target.machine().emit_object(module)
    return code


def _read(path: Path) -> bytes | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    head = len(_MAGIC) + 32
    code = data[head:]
    intact = data.startswith(_MAGIC) and hashlib.sha256(code).digest() == data[len(_MAGIC) : head]
    return code if intact else None


def _write(path: Path, code: bytes) -> None:
    """Keep an entry; a cache that cannot be written is no fault."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(_MAGIC + hashlib.sha256(code).digest() + code)
        Path(file.name).replace(path)

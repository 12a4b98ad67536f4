"""Reading a compiled scene: from a `.sim` file to a Simulator.

A `.sim` file holds a program, and loading runs it: load only files whose origin you trust.
"""

from __future__ import annotations

import linecache
from os import PathLike, fspath
from pathlib import Path
from types import ModuleType

from scenert import native
from scenert.abi import PROGRAM, ArtifactError, Contents, unpack
from scenert.simulator import Simulator

_FUNCTIONS = (
    "init", "step", "sense", "poses", "twists", "energy", "clearances", "contact_forces",
    "geometry",
)  # fmt: skip


def load(path: str | PathLike[str]) -> Simulator:
    """The simulator in the file at `path`.

    Raises ArtifactError, which names the file and the way out, where the file cannot be read, is no
    compiled scene, was damaged, or was built for another version of the runtime.
    """
    file = Path(path)
    if file.suffix in (".yaml", ".yml"):
        raise ArtifactError(f"{fspath(path)}: this is a scene; compile it: scenec build {file}")
    try:
        data = file.read_bytes()
    except OSError as fault:
        reason = fault.strerror or str(fault)
        raise ArtifactError(f"{fspath(path)}: {reason}; scenec build makes .sim files") from fault
    return load_artifact(data, str(file.absolute()))


def load_artifact(data: bytes, origin: str) -> Simulator:
    """The simulator in `data`, the bytes of a `.sim` file; messages and tracebacks name `origin`.

    Raises ArtifactError as `load` does.
    """
    try:
        contents = unpack(data)
        program = _execute(contents, f"{origin}/{PROGRAM}")
    except ArtifactError as fault:
        raise ArtifactError(f"{origin}: {fault}") from fault
    native.supply(contents.native)
    return Simulator(contents.manifest, program, contents.program)


def _execute(contents: Contents, filename: str) -> ModuleType:
    """The program as a module whose lines tracebacks and debuggers can show under `filename`."""
    source = contents.program
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    module = ModuleType(f"{contents.manifest.name}.step", f"Program of {filename}")
    module.__file__ = filename
    try:
        exec(compile(source, filename, "exec"), module.__dict__)
    except (SyntaxError, ImportError, AttributeError, NameError) as fault:
        raise ArtifactError(
            f"its program does not fit this runtime ({fault}); build the scene again"
        ) from fault
    for name in _FUNCTIONS:
        if not callable(getattr(module, name, None)):
            raise ArtifactError(f"its program has no function {name}; build the scene again")
    return module

"""scenec compiles scene files to differentiable simulators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scenert import Simulator

__all__ = ["__version__", "compile"]
__version__ = "0.1.0"


def compile(
    path: str | Path,
    free: str | Sequence[str] = (),
    settings: Mapping[str, object] | Sequence[tuple[str, object]] = (),
) -> Simulator:
    """The simulator of the scene at `path`, compiled in memory.

    free      paths of numbers in the file that become parameters, such as "bodies.torso.mass", or
              "all"
    settings  what shall stand at a path instead of what the file says, such as
              {"options.coordinates": "maximal", "constants.n": 16}

    Raises scenec.diagnostics.CompileError, whose `diagnostics` lists every fault of the scene.
    """
    from scenec.driver import compile_file
    from scenert import load_artifact

    compilation = compile_file(
        path,
        free=(free,) if isinstance(free, str) else tuple(free),
        settings=tuple((place, str(value)) for place, value in dict(settings).items()),
    )
    assert compilation.artifact is not None  # made by the last stage, which is the default
    return load_artifact(compilation.artifact.to_bytes(), str(path))

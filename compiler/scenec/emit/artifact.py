"""The compiled scene as the compiler hands it out, in memory or as a file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scenert import abi


@dataclass(frozen=True)
class Artifact:
    """A compiled scene: its manifest, its program (`step.py`), and the scene it was made from.

    `native` is machine code of the program, where it was asked for.
    """

    manifest: abi.Manifest
    program: str
    scene: str
    native: Mapping[str, bytes] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """The contents of the `.sim` file; the same scene always gives the same bytes."""
        return abi.pack(self.manifest, self.program, self.scene, self.native)

    def write(self, path: Path) -> None:
        """Write the `.sim` file at once: a reader finds the old file or the new one, never half.

        Raises OSError where `path` cannot be written.
        """
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            temporary.write_bytes(self.to_bytes())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

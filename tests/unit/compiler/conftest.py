"""Scenes given as text, compiled by the front end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from scenec.diagnostics import CompileError, Diagnostic
from scenec.ir.scene import SceneIR
from scenec.passes.lint import lint
from scenec.passes.resolve import resolve
from scenec.syntax.document import parse
from scenec.syntax.validate import validate

Resolved = Callable[..., SceneIR]
Diagnosed = Callable[..., tuple[Diagnostic, ...]]


@pytest.fixture
def resolved(tmp_path: Path) -> Resolved:
    """Resolves a scene's text; `free` and `settings` are those of the command line."""

    def run(
        text: str, free: Sequence[str] = (), settings: Sequence[tuple[str, str]] = ()
    ) -> SceneIR:
        path = tmp_path / "scene.yaml"
        path.write_text(text, "utf-8")
        return resolve(validate(parse(path, settings)), free)

    return run


@pytest.fixture
def diagnosed(resolved: Resolved) -> Diagnosed:
    """The diagnostics of a scene's text: its errors or, where there are none, its warnings."""

    def run(
        text: str, free: Sequence[str] = (), settings: Sequence[tuple[str, str]] = ()
    ) -> tuple[Diagnostic, ...]:
        try:
            return tuple(lint(resolved(text, free, settings)))
        except CompileError as fault:
            return fault.diagnostics

    return run

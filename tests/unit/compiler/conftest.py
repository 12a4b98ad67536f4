"""Scenes given as text, compiled as far as a test needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from scenec.diagnostics import CompileError, Diagnostic
from scenec.ir import verify
from scenec.ir.layout import LayoutIR
from scenec.ir.scene import SceneIR
from scenec.passes.flatten import flatten
from scenec.passes.lint import lint
from scenec.passes.resolve import resolve
from scenec.syntax.document import parse
from scenec.syntax.validate import validate

Resolved = Callable[..., SceneIR]
Flattened = Callable[..., LayoutIR]
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
def flattened(resolved: Resolved) -> Flattened:
    """Flattens a scene's text, in its own or the given coordinates, and verifies the layout."""

    def run(text: str, coordinates: str | None = None, free: Sequence[str] = ()) -> LayoutIR:
        settings = (("options.coordinates", coordinates),) if coordinates else ()
        layout = flatten(resolved(text, free, settings))
        verify.layout(layout)
        return layout

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

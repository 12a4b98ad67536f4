"""Diagnostics shown on the terminal, with the source lines they are about."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from scenec.diagnostics import Diagnostic, render_text

Settings = Sequence[tuple[str, str]]


def report(diagnostics: Iterable[Diagnostic], settings: Settings) -> None:
    """Show `diagnostics` on stderr; `settings` are the ones the scene was compiled with."""
    diagnostics = tuple(diagnostics)
    sources = _sources(diagnostics, settings)
    sys.stderr.write(render_text(diagnostics, sources, colour=sys.stderr.isatty()))


def _sources(diagnostics: Iterable[Diagnostic], settings: Settings) -> dict[str, str]:
    """The texts of all files that are named; unreadable ones are left out."""
    sources = {f"--set {place}": text for place, text in settings}
    for file in {diagnostic.span.file: None for diagnostic in diagnostics}:
        if file not in sources:
            try:
                sources[file] = Path(file).read_text("utf-8", errors="replace")
            except OSError:
                continue
    return sources

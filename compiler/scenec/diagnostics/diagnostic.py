"""What a fault is, how faults are collected, and the exception that carries them out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a source file: 1-based line and column, and the length of the marked text."""

    file: str
    line: int
    column: int
    length: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Note:
    """A second place that explains the first: where a file is included or a template is used."""

    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault: a permanent code (a key of CODES), one sentence, where it is and the way out."""

    code: str
    severity: Severity
    message: str
    span: Span
    hint: str | None = None
    notes: tuple[Note, ...] = ()


def _in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted by place; of those that say the same of the same place, the first."""
    unique = {(d.code, d.span, d.message): d for d in reversed(list(diagnostics))}
    return tuple(
        sorted(unique.values(), key=lambda d: (d.span.file, d.span.line, d.span.column, d.code))
    )


class CompileError(Exception):
    """The scene is at fault; `diagnostics` says where, sorted by place and without repetitions."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = _in_order(diagnostics)
        super().__init__("\n".join(f"{d.span}: {d.code} {d.message}" for d in self.diagnostics))


class Reporter:
    """Collects the faults of one compilation, so that one fault does not hide the next.

    `included` maps an included file to the place that includes it; faults in that file say so.
    """

    def __init__(
        self, diagnostics: Iterable[Diagnostic] = (), included: Mapping[str, Span] | None = None
    ) -> None:
        self._diagnostics = list(diagnostics)
        self.included = dict(included or {})

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What has been reported so far, sorted by place and without repetitions."""
        return _in_order(self._with_origin(d) for d in self._diagnostics)

    def add(self, diagnostic: Diagnostic) -> None:
        """Keeps `diagnostic`."""
        self._diagnostics.append(diagnostic)

    def error(
        self,
        code: str,
        message: str,
        span: Span,
        hint: str | None = None,
        notes: tuple[Note, ...] = (),
    ) -> None:
        """Keeps an error."""
        self.add(Diagnostic(code, "error", message, span, hint, notes))

    def stop_if_faulty(self) -> None:
        """Raises CompileError where anything has been reported."""
        if self._diagnostics:
            raise CompileError(self.diagnostics)

    def _with_origin(self, diagnostic: Diagnostic) -> Diagnostic:
        origin = self.included.get(diagnostic.span.file)
        note = Note("included from here", origin) if origin else None
        if note is None or note in diagnostic.notes:
            return diagnostic
        return replace(diagnostic, notes=(*diagnostic.notes, note))

"""Diagnostics as text for people and as JSON for editors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from scenec.diagnostics.diagnostic import Diagnostic, Span

_BOLD, _RED, _YELLOW, _BLUE, _RESET = "\033[1m", "\033[31m", "\033[33m", "\033[34m", "\033[0m"
_WIDTH = 120  # longer source lines are cut around the marked text


def render_text(
    diagnostics: Iterable[Diagnostic], sources: Mapping[str, str], *, colour: bool = False
) -> str:
    """Each diagnostic as `file:line:col: severity CODE: sentence`, its source line with a caret
    and its hint. `sources` maps file names to their texts."""
    lines = {file: text.splitlines() for file, text in sources.items()}
    blocks = [_block(d, lines, colour) for d in diagnostics]
    return "\n".join(blocks)


def to_json(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Diagnostics as plain JSON data."""
    return [asdict(d) for d in diagnostics]


def _block(d: Diagnostic, lines: Mapping[str, Sequence[str]], colour: bool) -> str:
    accent = _RED if d.severity == "error" else _YELLOW
    kind = _paint(f"{d.severity} {d.code}", accent, colour)
    head = f"{kind}: {_paint(_visible(d.message), _BOLD, colour)}"
    text = [f"{_visible(str(d.span))}: {head}", *_excerpt(d.span, lines, accent, colour)]
    note, hint = (_paint(word, _BLUE, colour) for word in ("note", "hint"))
    text += [f"  {note}: {n.message} ({_visible(str(n.span))})" for n in d.notes]
    if d.hint:
        text.append(f"  {hint}: {_visible(d.hint)}")
    return "\n".join(text) + "\n"


def _excerpt(
    span: Span, lines: Mapping[str, Sequence[str]], accent: str, colour: bool
) -> Iterable[str]:
    source = lines.get(span.file, ())
    if not 1 <= span.line <= len(source):
        return
    line = source[span.line - 1]
    start = min(span.column - 1, len(line))
    length = max(1, min(span.length, len(line) - start))
    first = max(0, start - _WIDTH // 2) if len(line) > _WIDTH else 0
    shown = _visible(line[first : first + _WIDTH])
    number = f"{span.line:>5}"
    carets = _paint("^" * min(length, _WIDTH - (start - first)), accent, colour)
    yield f"{number} | {shown}"
    yield f"      | {' ' * (start - first)}{carets}"


def _visible(text: str) -> str:
    """`text` with control characters replaced, so that no source line can steer a terminal."""
    return "".join(map(_letter, text))


def _letter(letter: str) -> str:
    if letter.isprintable():
        return letter
    return " " if letter == "\t" else "\N{REPLACEMENT CHARACTER}"


def _paint(text: str, style: str, colour: bool) -> str:
    return f"{style}{text}{_RESET}" if colour else text

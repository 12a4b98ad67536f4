"""How diagnostics are shown, collected and sorted."""

from __future__ import annotations

import json

import pytest

from scenec.diagnostics import (
    CompileError,
    Diagnostic,
    Note,
    Reporter,
    Span,
    closest,
    render_text,
    to_json,
)


def fault(line: int, column: int = 1, length: int = 1, message: str = "wrong") -> Diagnostic:
    return Diagnostic("E0201", "error", message, Span("a.yaml", line, column, length), "do so")


def test_the_source_line_is_marked() -> None:
    text = render_text([fault(2, 4, 3)], {"a.yaml": "one\ntwo three\n"})
    assert text.splitlines() == [
        "a.yaml:2:4: error E0201: wrong",
        "    2 | two three",
        "      |    ^^^",
        "  hint: do so",
    ]


def test_a_place_outside_the_text_is_shown_without_it() -> None:
    assert "|" not in render_text([fault(9)], {"a.yaml": "one"})


def test_a_long_line_is_cut_around_the_mark() -> None:
    text = render_text([fault(1, 5000, 3)], {"a.yaml": "x" * 4999 + "abc" + "y" * 5000})
    _, source, carets, _ = text.splitlines()
    assert len(source) < 140
    assert source[carets.index("^") : carets.rindex("^") + 1] == "abc"


def test_control_characters_do_not_reach_the_terminal() -> None:
    text = render_text([fault(1, message="\033[2J")], {"a.yaml": "a\033[31mb"})
    assert "\033" not in text


def test_colour_is_for_terminals() -> None:
    assert "\033[31m" in render_text([fault(1)], {}, colour=True)


def test_diagnostics_are_json() -> None:
    (made,) = json.loads(json.dumps(to_json([fault(2, 4, 3)])))
    assert made["code"] == "E0201"
    assert made["span"] == {"file": "a.yaml", "line": 2, "column": 4, "length": 3}


def test_faults_are_sorted_by_place_and_said_once() -> None:
    error = CompileError([fault(3), fault(1, 5), fault(1, 2), fault(3)])
    assert [(d.span.line, d.span.column) for d in error.diagnostics] == [(1, 2), (1, 5), (3, 1)]


def test_faults_in_an_included_file_say_so() -> None:
    reporter = Reporter([fault(1)], {"a.yaml": Span("main.yaml", 7, 3)})
    (made,) = reporter.diagnostics
    assert made.notes == (Note("included from here", Span("main.yaml", 7, 3)),)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("hing", "hinge"), ("HINGE", "hinge"), ("upper", "fl.upper"), ("xyz", None), ("", None)],
)
def test_the_closest_name(name: str, meant: str | None) -> None:
    assert closest(name, ["slide", "hinge", "fl.upper"]) == meant

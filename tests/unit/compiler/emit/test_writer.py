"""Lines of a program."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenec.emit.brackets import WIDTH, Brackets
from scenec.emit.writer import Writer, index, listing, pick

PLACES = st.one_of(
    st.lists(st.integers(0, 30), max_size=20),
    st.tuples(st.integers(0, 5), st.integers(0, 15)).map(lambda r: list(range(r[0], sum(r)))),
    st.tuples(st.integers(0, 5), st.integers(0, 15)).map(lambda r: [r[0]] * r[1]),
).map(tuple)


PAIR = '''

class Pair(NamedTuple):
    """Two things."""

    first: Array


def swap(pair: Pair) -> Pair:
    """The other way round."""
    # what it does
    a, b = pair

    # and back
    return Pair(b, a)
'''


def test_functions_and_records() -> None:
    writer = Writer()
    with writer.record("Pair", "Two things."):
        writer.line("first: Array")
    with writer.function("swap(pair: Pair) -> Pair", "The other way round."):
        writer.note("what it does")
        writer.line("a, b = pair")
        writer.note("and back")
        writer.line("return Pair(b, a)")
    assert writer.text() == PAIR


def test_a_long_signature_is_broken() -> None:
    writer = Writer()
    arguments = ", ".join(f"argument_{i}: Array" for i in range(6))
    with writer.function(f"f({arguments}) -> tuple[Array, Array]", "A function."):
        writer.line("return argument_0, argument_1")
    (function,) = ast.parse(writer.text()).body
    assert isinstance(function, ast.FunctionDef)
    assert len(function.args.args) == 6
    assert all(len(line) <= WIDTH for line in writer.lines)


def test_a_long_item_keeps_its_indentation_and_comma() -> None:
    writer = Writer()
    writer.depth = 1
    writer.line(f"    f({'a' * 50}, {'b' * 50}),")
    assert writer.lines == [
        "        f(",
        f"            {'a' * 50},",
        f"            {'b' * 50},",
        "        ),",
    ]


def test_a_comment_stays_on_the_first_line() -> None:
    writer = Writer()
    writer.line(f"    f({'a' * 50}, {'b' * 50}),  # what (and why)")
    assert writer.lines[0] == "    f(  # what (and why)"
    assert len(writer.lines) == 4


def test_a_long_sum_is_broken_at_its_signs() -> None:
    writer = Writer()
    writer.line(f"s0 = {'a' * 60} + 2.0 * {'b' * 40}")
    assert writer.lines == ["s0 = (", f"    {'a' * 60}", f"    + 2.0 * {'b' * 40}", ")"]


def test_several_lines_at_once() -> None:
    writer = Writer()
    writer.depth = 1
    writer.line("a = 1\n\nb = 2")
    assert writer.lines == ["    a = 1", "", "    b = 2"]


def test_a_statement_is_one_call() -> None:
    writer = Writer()
    writer.statement("return ", Brackets("f(", ("a", Brackets("g(", ("b",), ")")), ")"))
    assert writer.lines == ["return f(a, g(b))"]


@given(values=PLACES)
def test_an_index_is_the_tuple(values: tuple[int, ...]) -> None:
    assert eval(index(values)) == values


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ((), "()"),
        ((3,), "(3,)"),
        ((0, 1, 2), "(0, 1, 2)"),
        (tuple(range(2, 10)), "tuple(range(2, 10))"),
        ((5,) * 8, "(5,) * 8"),
    ],
)
def test_long_ranges_and_repetitions_are_short(values: tuple[int, ...], text: str) -> None:
    assert index(values) == text


def test_picking_everything_is_nothing_to_do() -> None:
    assert pick("torso", (0, 1, 2), 3) == "torso"
    assert pick("torso", (0, 2, 1), 3) == "tree.pick(torso, (0, 2, 1))"
    assert pick("torso", (0, 1), 3) == "tree.pick(torso, (0, 1))"


def test_long_listings_are_shortened_in_the_middle() -> None:
    names = [f"n{i}" for i in range(9)]
    assert listing(names[:6]) == "n0, n1, n2, n3, n4, n5"
    assert listing(names) == "n0, n1, n2, n3, ... n8 (9)"

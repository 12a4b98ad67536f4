"""Long statements broken at their brackets say the same as on one line."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenec.emit.brackets import WIDTH, Brackets, assignment, lines, parse

NAMES = st.sampled_from(["q", "torso", "m.upper_mass", "upper_on_planes_response", "jnp.float32"])
LEAVES = NAMES | st.sampled_from(["0.5", "-1.0", '"fl.foot"', "None", "q[12:16]", "x[0][1, 2]"])


def grown(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    items = st.lists(parts, max_size=5).map(", ".join)
    named = st.tuples(parts, parts).map(lambda p: f"{p[0]}, colors={p[1]}")
    return st.one_of(
        st.tuples(NAMES, items | named).map(lambda call: f"{call[0]}({call[1]})"),
        items.map(lambda text: f"[{text}]"),
        st.lists(parts, min_size=2, max_size=4).map(lambda p: f"({', '.join(p)})"),
        parts.map(lambda part: f"({part},)"),
        st.tuples(parts, st.sampled_from("+-*"), parts).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(NAMES, parts).map(lambda p: f"{p[0]}({p[1]}).reshape(4, 1)"),
        st.tuples(parts, st.sampled_from("+-*"), parts).map(" ".join),
        parts.map(lambda part: f"(-{part})"),
    )


EXPRESSIONS = st.recursive(LEAVES, grown, max_leaves=25)
STATEMENTS = st.tuples(st.sampled_from(["x = ", "return ", "a, b = ", ""]), EXPRESSIONS).map(
    "".join
)


def same(broken: str, flat: str) -> bool:
    return ast.dump(ast.parse(broken)) == ast.dump(ast.parse(flat))


@given(statement=STATEMENTS)
def test_a_parsed_line_is_itself(statement: str) -> None:
    item = parse(statement)
    assert same(item if isinstance(item, str) else item.flat(), statement)


@given(statement=STATEMENTS)
def test_breaking_lines_changes_nothing(statement: str) -> None:
    function = "def f():\n    "
    broken = "\n".join(lines(parse(statement), 4))
    assert same(f"def f():\n{broken}", function + statement)


@given(expression=EXPRESSIONS)
def test_a_broken_item_keeps_its_tail(expression: str) -> None:
    broken = "\n".join(lines(parse(f"g({expression}, {expression})"), 4, ","))
    assert same(f"f(\n{broken}\n)", f"f(g({expression}, {expression}))")


@given(names=st.lists(NAMES, min_size=1, max_size=30), indent=st.sampled_from([0, 4, 8]))
def test_no_line_of_short_items_is_too_long(names: list[str], indent: int) -> None:
    for opening, closing in (("f(", ")"), ("x = [", "]"), ("return ((", "),)")):
        broken = lines(parse(opening + ", ".join(names) + closing), indent)
        assert all(len(line) <= WIDTH for line in broken)


def test_what_fits_stays_on_one_line() -> None:
    assert lines(parse("x = f(a, b)"), 4) == ["    x = f(a, b)"]


def test_a_line_is_full_at_the_width() -> None:
    argument = "a" * (WIDTH - len("f(, b)"))
    assert lines(parse(f"f({argument}, b)"), 0) == [f"f({argument}, b)"]
    assert lines(parse(f"f({argument}a, b)"), 0) == ["f(", f"    {argument}a,", "    b,", ")"]


def test_nested_calls_break_only_where_they_are_too_long() -> None:
    inner = f"inner({'a' * 42}, {'b' * 42})"
    assert lines(parse(f"x = outer({inner}, short(c, d))"), 0) == [
        "x = outer(",
        f"    {inner},",
        "    short(c, d),",
        ")",
    ]


def test_long_lists_are_filled() -> None:
    broken = lines(parse(f"[{', '.join(['0.5'] * 40)}]"), 0)
    assert len(broken) == 5
    assert broken[0] == "["
    assert all(len(line) > WIDTH - 8 for line in broken[1:3])


@pytest.mark.parametrize(
    "text",
    [
        "x = (a,)",
        "x = f((a,))",
        "x = f(a)",
        "x = (a + b)",
        "x = c * (a + b)",
        "x = [a]",
        "x = ()",
        "x = f()",
        "x = {}",
        "x = q[1:2]",
        "x = f(a)(b)",
        "x = q[f(a), 2]",
    ],
)
def test_one_item(text: str) -> None:
    item = parse(text)
    assert same(item if isinstance(item, str) else item.flat(), text)


@pytest.mark.parametrize("text", ["x = 1", "a.b", "x = q[1:2]"])
def test_lines_without_brackets_to_break(text: str) -> None:
    assert parse(text) == text


def test_brackets_of_an_operand_get_no_comma() -> None:
    product = f"{'a' * 45} * {'a' * 45}"
    assert lines(parse(f"x = c - ({product})"), 0) == ["x = c - (", f"    {product}", ")"]


def test_long_sums_within_brackets_have_one_term_a_line() -> None:
    long = "a" * 60
    assert lines(parse(f"x = f({long} - g(b - c) + {long}, d)"), 0) == [
        "x = f(",
        f"    {long}",
        "    - g(b - c)",
        f"    + {long},",
        "    d,",
        ")",
    ]


def test_a_long_sum_gets_brackets_of_its_own() -> None:
    long = "a" * 60
    assert lines(assignment(f"x = {long} + 0.5 * {long}"), 4) == [
        "    x = (",
        f"        {long}",
        f"        + 0.5 * {long}",
        "    )",
    ]
    assert assignment("x = f(a)") == parse("x = f(a)")
    assert assignment("f(a + b)") == parse("f(a + b)")


def test_many_targets_get_brackets_of_their_own() -> None:
    names = [f"link_{i}" for i in range(20)]
    text = f"{', '.join(names)} = links"
    broken = lines(assignment(text), 0)
    assert broken == ["(", *(f"    {name}," for name in names), ") = links"]
    assert same("\n".join(broken), text)


@given(terms=st.lists(EXPRESSIONS, min_size=2, max_size=8), signs=st.data())
def test_breaking_sums_changes_nothing(terms: list[str], signs: st.DataObject) -> None:
    rest = (signs.draw(st.sampled_from([" + ", " - "])) + term for term in terms[1:])
    statement = f"x = {terms[0]}{''.join(rest)}"
    assert same("\n".join(lines(assignment(statement), 0)), statement)


def test_a_tuple_of_one_keeps_its_comma() -> None:
    assert Brackets("(", ("a",), ")").flat() == "(a,)"
    assert Brackets("f(", ("a",), ")").flat() == "f(a)"
    assert Brackets("x = (", ("a + b",), ")", groups=True).flat() == "x = (a + b)"

"""Symbolic scalars fold as numbers compute, and are written so that they read back the same."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenec.ir.scalar import (
    FUNCTIONS,
    ONE,
    ZERO,
    Apply,
    Constant,
    ParameterElement,
    Scalar,
    apply,
    constant,
    elements,
    evaluate,
    show,
)

P, Q = ParameterElement("p"), ParameterElement("q", (2,))
NUMBERS = st.floats(-8, 8).map(lambda x: round(x, 3))
UNARY = ("neg", "sin", "cos", "atan", "exp", "abs")
BINARY = ("add", "sub", "mul", "min", "max", "atan2", "div")


def combined(parts: st.SearchStrategy[Scalar]) -> st.SearchStrategy[Scalar]:
    one = st.tuples(st.sampled_from(UNARY), parts)
    two = st.tuples(st.sampled_from(BINARY), parts, parts)
    return st.one_of(one, two).map(lambda call: folded(*call))


def folded(function: str, *arguments: Scalar) -> Scalar:
    """The application, or its first argument where it has no finite value."""
    try:
        made = apply(function, *arguments)
    except (ArithmeticError, ValueError):
        return arguments[0]
    return made if not isinstance(made, Constant) or abs(made.value) < 1e6 else arguments[0]


SCALARS = st.recursive(NUMBERS.map(Constant) | st.sampled_from([P, Q]), combined, max_leaves=12)


@given(x=NUMBERS, y=NUMBERS)
@pytest.mark.parametrize("function", ["add", "sub", "mul", "min", "max", "atan2"])
def test_constants_fold_as_floats_compute(function: str, x: float, y: float) -> None:
    assert apply(function, Constant(x), Constant(y)) == Constant(FUNCTIONS[function](x, y))


@pytest.mark.parametrize("function", sorted(set(FUNCTIONS) - {"neg", "abs", "min", "max"}))
def test_functions_are_those_of_mathematics(function: str) -> None:
    operators: dict[str, Callable[..., float]] = {
        "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv,
    }  # fmt: skip
    arguments = (0.25, 0.75) if function in (*operators, "pow", "atan2") else (0.25,)
    expected = operators.get(function) or getattr(math, function)
    folded = apply(function, *map(Constant, arguments))
    assert evaluate(folded, {}) == expected(*arguments)


@given(value=st.floats(-10, 10))
def test_operators_are_applications(value: float) -> None:
    known = {P: value}
    assert evaluate(P + 2.0, known) == value + 2.0
    assert evaluate(2.0 - P, known) == 2.0 - value
    assert evaluate(-P * 3.0, known) == -value * 3.0
    assert evaluate(P / 4.0, known) == value / 4.0
    if value:
        assert evaluate(1.0 / P, known) == 1.0 / value


@pytest.mark.parametrize(
    ("scalar", "expected"),
    [
        (P + 0.0, P),
        (0.0 + P, P),
        (P - 0.0, P),
        (0.0 - P, -P),
        (P * 1.0, P),
        (1.0 * P, P),
        (P * 0.0, ZERO),
        (0.0 * P, ZERO),
        (P * -1.0, -P),
        (-1.0 * P, -P),
        (P / 1.0, P),
        (0.0 / P, ZERO),
        (apply("neg", -P), P),
        (apply("pow", P, ONE), P),
        (constant(3), Constant(3.0)),
        (constant(P), P),
    ],
    ids=str,
)
def test_identities_of_zero_and_one(scalar: Scalar, expected: Scalar) -> None:
    assert scalar == expected


@pytest.mark.parametrize(
    ("function", "arguments", "error"),
    [
        ("div", (P, ZERO), ZeroDivisionError),
        ("div", (ONE, ZERO), ZeroDivisionError),
        ("sqrt", (Constant(-1.0),), ValueError),
        ("exp", (Constant(1e4),), OverflowError),
    ],
)
def test_what_has_no_value_is_an_error(
    function: str, arguments: tuple[Scalar, ...], error: type[Exception]
) -> None:
    with pytest.raises(error):
        apply(function, *arguments)


def test_equal_applications_are_one_object() -> None:
    assert P * Q + 1.0 is P * Q + 1.0
    assert P * Q + 1.0 != Q * P + 1.0


def test_comparing_deep_expressions_takes_no_time() -> None:
    """A tree of 2^200 leaves, were it written out."""

    def doubled() -> Scalar:
        scalar: Scalar = P
        for _ in range(200):
            scalar = apply("max", scalar * 2.0, scalar + 1.0)
        return scalar

    first, second = doubled(), doubled()
    assert first == second
    assert len({first, second}) == 1


def test_elements_in_reading_order() -> None:
    assert list(elements(apply("atan2", Q, P) * (P + 2.0))) == [Q, P, P]
    assert list(elements(ONE)) == []


@pytest.mark.parametrize(
    ("scalar", "text"),
    [
        (P + Q * 2.0, "p + q[2] * 2"),
        ((P + Q) * 2.0, "(p + q[2]) * 2"),
        (P - (Q - 1.0), "p - (q[2] - 1)"),
        (P - Q - 1.0, "p - q[2] - 1"),
        (P / (Q * 2.0), "p / (q[2] * 2)"),
        (P * (Q / 2.0), "p * (q[2] / 2)"),
        (-(P + Q), "-(p + q[2])"),
        (-(P * Q), "-(p * q[2])"),
        (P * -2.0, "p * (-2)"),
        (P + -2.0, "p + (-2)"),
        (apply("sqrt", P + 1.0), "sqrt(p + 1)"),
        (apply("atan2", P, Q), "atan2(p, q[2])"),
        (ParameterElement("m", (1, 0)), "m[1][0]"),
        (Constant(0.1), "0.1"),
    ],
)
def test_text_has_no_more_parentheses_than_it_needs(scalar: Scalar, text: str) -> None:
    assert show(scalar) == text


VALUES: Mapping[ParameterElement, float] = {P: 0.75, Q: -1.25}
NAMES = {name: FUNCTIONS[name] for name in (*UNARY, *BINARY)} | {"p": 0.75, "q": {2: -1.25}}


@given(scalar=SCALARS)
def test_text_reads_back_as_the_same_number(scalar: Scalar) -> None:
    try:
        expected = evaluate(scalar, VALUES)
    except (ZeroDivisionError, OverflowError):
        return
    found = eval(show(scalar), {"__builtins__": {}}, NAMES)
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-6)


@given(scalar=SCALARS)
def test_text_has_the_shape_of_the_scalar(scalar: Scalar) -> None:
    def shape(tree: ast.expr) -> int:
        return sum(isinstance(node, ast.BinOp | ast.Call) for node in ast.walk(tree))

    def applications(scalar: Scalar) -> int:
        if not isinstance(scalar, Apply):
            return 0
        own = 0 if scalar.function == "neg" else 1
        return own + sum(applications(a) for a in scalar.arguments)

    assert shape(ast.parse(show(scalar), mode="eval").body) == applications(scalar)


def test_only_scalars_are_evaluated_and_shown() -> None:
    with pytest.raises(TypeError, match="not a scalar"):
        evaluate(Scalar(), {})
    with pytest.raises(TypeError, match="not a scalar"):
        show(Scalar())

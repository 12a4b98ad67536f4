"""Scalars as Python text."""

from __future__ import annotations

import ast
import math
import types
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenec.diagnostics import Span
from scenec.emit.expressions import Expressions
from scenec.ir.scalar import Constant, ParameterElement, Scalar, apply, evaluate
from scenec.ir.scene import Parameter

NOWHERE = Span("test", 1, 1)
X, Y = ParameterElement("x"), ParameterElement("leg.size", (1,))
PARAMETERS = (
    Parameter("x", (), (0.75,), "m", None, None, NOWHERE),
    Parameter("leg.size", (2,), (0.5, 1.25), "m", None, None, NOWHERE),
)
PARAMS = {"x": np.float64(0.75), "leg.size": np.array([0.5, 1.25])}
VALUES = {X: 0.75, Y: 1.25}

UNARY = ("neg", "sqrt", "exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "abs")
BINARY = ("add", "sub", "mul", "div", "atan2", "min", "max", "pow")
NUMBERS = st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.1, 0.3, 1.0, 2.0, 3.0, 1e-3, 12345.678])


def combined(parts: st.SearchStrategy[Scalar]) -> st.SearchStrategy[Scalar]:
    one = st.tuples(st.sampled_from(UNARY), parts)
    two = st.tuples(st.sampled_from(BINARY), parts, parts)
    return st.one_of(one, two).map(lambda call: sensible(*call))


def sensible(function: str, *arguments: Scalar) -> Scalar:
    """The application, or its first argument where it has no moderate value."""
    try:
        made = apply(function, *arguments)
        value = evaluate(made, VALUES)
    except (ArithmeticError, ValueError):
        return arguments[0]
    return made if math.isfinite(value) and abs(value) < 1e6 else arguments[0]


SCALARS = st.recursive(NUMBERS.map(Constant) | st.sampled_from([X, Y]), combined, max_leaves=10)


def run(scalars: list[Scalar], parameters: tuple[Parameter, ...] = PARAMETERS) -> list[float]:
    """What the emitted text of `scalars` computes, with numpy in JAX's place."""
    expressions = Expressions(parameters, scalars)
    lines = [*expressions.preamble(), f"found = [{', '.join(map(expressions.text, scalars))}]"]
    scope: dict[str, Any] = {"jnp": np, "params": PARAMS, "dtype": np.float64}
    exec("\n".join(lines), scope)
    return [float(value) for value in scope["found"]]


@given(scalars=st.lists(SCALARS, min_size=1, max_size=4))
def test_the_text_computes_what_the_scalar_is(scalars: list[Scalar]) -> None:
    expected = [evaluate(scalar, VALUES) for scalar in scalars]
    np.testing.assert_allclose(run(scalars), expected, rtol=1e-9, atol=1e-9)


@given(scalars=st.lists(SCALARS, min_size=1, max_size=4))
def test_every_name_is_read_and_no_operation_is_repeated(scalars: list[Scalar]) -> None:
    expressions = Expressions(PARAMETERS, scalars)
    lines = [*expressions.preamble(), *map(expressions.text, scalars)]
    nodes = [node for line in lines for node in ast.walk(ast.parse(line))]
    names = [node for node in nodes if isinstance(node, ast.Name)]
    stored = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    read = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    assert stored == read - {"jnp", "params", "dtype"}
    operations = [ast.unparse(node) for node in nodes if isinstance(node, ast.BinOp | ast.Call)]
    assert len(set(operations)) == len(operations)


@pytest.mark.parametrize(
    ("scalar", "text"),
    [
        (Constant(0.25), "0.25"),
        (Constant(0.1 + 0.2), "0.3"),
        (Constant(-1.0), "-1.0"),
        (X * Constant(-2.0), "x * (-2.0)"),
        (Y, "leg_size[1]"),
        (X - (Y - 1.0), "x - (leg_size[1] - 1.0)"),
        (X - Y - 1.0, "x - leg_size[1] - 1.0"),
        (X / (Y * 2.0), "x / (leg_size[1] * 2.0)"),
        (-(X + Y), "-(x + leg_size[1])"),
        ((-X) * Y, "(-x) * leg_size[1]"),
        (apply("pow", X, Constant(2.0)), "x ** 2"),
        (apply("pow", -X, Constant(2.0)), "(-x) ** 2"),
        (-apply("pow", X, Constant(2.0)), "-x ** 2"),
        (apply("pow", X + 1.0, Constant(-3.0)), "(x + 1.0) ** -3"),
        (apply("pow", X, Constant(0.5)), "x ** 0.5"),
        (apply("pow", X, Y), "x ** leg_size[1]"),
        (apply("pow", apply("pow", X, Y), Y), "(x ** leg_size[1]) ** leg_size[1]"),
        (apply("pow", X, apply("pow", Y, X)), "x ** (leg_size[1] ** x)"),
        (apply("pow", apply("pow", X, Constant(0.5)), Constant(2.0)), "(x ** 0.5) ** 2"),
        (apply("pow", X, Constant(-0.5)), "x ** (-0.5)"),
        (apply("atan2", X, Y), "jnp.arctan2(x, leg_size[1])"),
        (apply("max", X, Constant(0.0)), "jnp.maximum(x, 0.0)"),
    ],
)
def test_text(scalar: Scalar, text: str) -> None:
    assert Expressions(PARAMETERS, [scalar]).text(scalar) == text


def test_shared_terms_are_computed_once() -> None:
    half = X / 2.0
    scalars = [half * half, -half, apply("sin", half * half)]
    expressions = Expressions(PARAMETERS, scalars)
    assert expressions.preamble() == [
        'x = jnp.asarray(params["x"], dtype)',
        "s0 = x / 2.0",
        "s1 = s0 * s0",
    ]
    assert [expressions.text(scalar) for scalar in scalars] == ["s1", "-s0", "jnp.sin(s1)"]


def test_numbers_need_no_preamble() -> None:
    assert Expressions(PARAMETERS, [Constant(1.0)]).preamble() == []


@pytest.mark.parametrize(
    "names",
    [
        ["lambda", "class", "None"],
        ["jnp", "params", "dtype"],
        ["s0", "s1"],
        ["table", "joints", "Model", "State", "q", "upper_q"],
        ["a.b", "a_b", "a-b"],
        ["tree", "tree_parameter"],
        ["range", "tuple", "dict"],
    ],
)
def test_parameters_of_any_name(names: list[str]) -> None:
    parameters = tuple(
        Parameter(name, (), (float(i),), "1", None, None, NOWHERE) for i, name in enumerate(names)
    )
    elements = [ParameterElement(name) for name in names]
    scalars = [element * 2.0 + element * 2.0 for element in elements]
    expressions = Expressions(parameters, scalars)
    lines = [*expressions.preamble(), f"found = [{', '.join(map(expressions.text, scalars))}]"]
    params = {name: float(i) for i, name in enumerate(names)}
    asarray = types.SimpleNamespace(asarray=lambda value, _: value)
    scope: dict[str, Any] = {"jnp": asarray, "params": params, "dtype": float}
    exec("\n".join(lines), scope)
    assert scope["found"] == [4.0 * i for i in range(len(names))]


def test_only_scalars_have_text() -> None:
    with pytest.raises(TypeError, match="not a scalar"):
        Expressions((), []).text(Scalar())

"""The syntax of expressions."""

from __future__ import annotations

import pytest

from scenec.syntax.expr import (
    Call,
    Expr,
    ExpressionError,
    Index,
    Name,
    Number,
    Operation,
    Vector,
    parse_expression,
)

SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "^"}


def brackets(tree: Expr) -> str:
    """The tree with all its brackets written."""
    match tree:
        case Number(text=text, unit=unit, power=power):
            return text + (f" {unit}" if unit else "") + (f"^{power}" if power != 1 else "")
        case Name(name=name):
            return name
        case Operation(operator="neg", operands=(x,)):
            return f"(-{brackets(x)})"
        case Operation(operator=operator, operands=(a, b)):
            return f"({brackets(a)} {SIGNS[operator]} {brackets(b)})"
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(map(brackets, arguments))})"
        case Index(vector=vector, index=index):
            return f"{brackets(vector)}[{brackets(index)}]"
        case Vector(items=items):
            return f"[{', '.join(map(brackets, items))}]"
    raise TypeError(tree)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("25 cm", "25 cm"),
        ("2.5e-3kg", "2.5e-3 kg"),
        (".5", ".5"),
        ("4 N*m", "(4 N * m)"),
        ("2 m / 4 s", "(2 m / 4 s)"),
        ("30 /s", "(30 / s)"),
        ("-9.81 m/s^2", "((-9.81 m) / (s ^ 2))"),
        ("3 m^2", "3 m^2"),
        ("3 m^-2 * 2", "(3 m^-2 * 2)"),
        ("2 m**2", "2 m^2"),
        ("5 %", "5 %"),
        ("-2^2", "(-(2 ^ 2))"),
        ("2^-1", "(2 ^ (-1))"),
        ("2^3^2", "(2 ^ (3 ^ 2))"),
        ("1 - 2 - 3", "((1 - 2) - 3)"),
        ("1 + 2 * 3", "(1 + (2 * 3))"),
        ("(1 + 2) * 3", "((1 + 2) * 3)"),
        ("+3", "3"),
        ("0.5 * thigh + 2 cm", "((0.5 * thigh) + 2 cm)"),
        ("[x, -y/2, 0]", "[x, ((-y) / 2), 0]"),
        ("p[0] * fl.thigh", "(p[0] * fl.thigh)"),
        ("norm([1, 2])", "norm([1, 2])"),
        ("atan2(y, x)", "atan2(y, x)"),
        ("1 +\n 2", "(1 + 2)"),
    ],
)
def test_how_an_expression_is_read(text: str, tree: str) -> None:
    assert brackets(parse_expression(text)) == tree


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("2 * * 3", "*"),
        ("1 2", "2"),
        ("x y", "y"),
        ("3 kgg", "kgg"),
        ("1 $ 2", "$"),
        ("f()", ")"),
        ("[]", "]"),
        ("0x10", "x10"),
        ("1_000", "_000"),
        ("a = 3", "="),
    ],
)
def test_where_a_syntax_error_is(text: str, marked: str) -> None:
    with pytest.raises(ExpressionError) as fault:
        parse_expression(text)
    found = text[fault.value.first : fault.value.last]
    assert found == marked
    assert fault.value.first == text.rindex(marked)


def test_equal_texts_share_one_tree() -> None:
    assert parse_expression("1 + thigh") is parse_expression("1 + thigh")

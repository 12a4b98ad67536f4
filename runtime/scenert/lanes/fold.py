"""Arithmetic on constants, done at compile time in the type the program would use."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from typing import Any

import numpy as np

from scenert.lanes.program import BOOLEAN, DTYPES, FLOATS, Number, Type


def fold(
    op: str, type_: Type, operands: tuple[Number, ...], types: tuple[Type, ...]
) -> Number | None:
    """The value of `op` on constant operands; None where it is left to run time."""
    if op == "convert":
        return _convert(operands[0], types[0], type_)
    function = _FUNCTIONS.get(op)
    if function is None:
        return None
    arguments = [DTYPES[name].type(operand) for operand, name in zip(operands, types, strict=True)]
    with np.errstate(all="ignore"):
        return number(function(*arguments), type_)


def number(value: Any, type_: Type) -> Number:
    """A value as the Python number that the type holds exactly."""
    rounded: Number = DTYPES[type_].type(value).item()
    return rounded


def neutral(op: str, type_: Type) -> Number:
    """What an empty reduction by an operation gives."""
    if op in ("add", "or", "xor"):
        return 0
    if op == "mul":
        return 1
    if type_ in FLOATS:
        return float("-inf") if op == "max" else float("inf")
    if type_ == BOOLEAN:
        return op != "max"
    limits = np.iinfo(DTYPES[type_].name)
    return {"max": int(limits.min), "min": int(limits.max), "and": -1}[op]


def _convert(value: Number, source: Type, target: Type) -> Number | None:
    if target == BOOLEAN:
        return value != 0
    if source in FLOATS and target not in FLOATS:
        limits = np.iinfo(DTYPES[target].name)
        if isnan(value):
            return 0
        return int(max(min(value, int(limits.max)), int(limits.min)))
    with np.errstate(all="ignore"):
        return DTYPES[source].type(value).astype(DTYPES[target]).item()  # type: ignore[no-any-return]


def _divide(x: Any, y: Any) -> Any:
    if not isinstance(x, np.integer):
        return x / y
    if y == 0:
        return ~x.dtype.type(0)
    return x.dtype.type(_wrap(_truncated(int(x), int(y)), x.dtype))


def _remainder(x: Any, y: Any) -> Any:
    if not isinstance(x, np.integer):
        return np.fmod(x, y)
    return x if y == 0 else x.dtype.type(int(x) - int(y) * _truncated(int(x), int(y)))


def _truncated(x: int, y: int) -> int:
    quotient = abs(x) // abs(y)
    return quotient if (x < 0) == (y < 0) else -quotient


def _wrap(value: int, dtype: np.dtype[Any]) -> int:
    limits = np.iinfo(dtype)
    return (value - int(limits.min)) % (1 << limits.bits) + int(limits.min)


def _sign(x: Any) -> Any:
    return x if x == 0 else np.sign(x)


def _choose(condition: Any, accepted: Any, refused: Any) -> Any:
    return accepted if condition else refused


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": _divide,
    "rem": _remainder,
    "neg": np.negative,
    "abs": np.abs,
    "sign": _sign,
    "max": np.maximum,
    "min": np.minimum,
    "floor": np.floor,
    "ceil": np.ceil,
    "round_even": np.rint,
    "sqrt": np.sqrt,
    "exp": np.exp,
    "log": np.log,
    "log1p": np.log1p,
    "expm1": np.expm1,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "tanh": np.tanh,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "atan2": np.arctan2,
    "pow": np.power,
    "is_finite": np.isfinite,
    "eq": np.equal,
    "ne": np.not_equal,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "and": np.bitwise_and,
    "or": np.bitwise_or,
    "xor": np.bitwise_xor,
    "not": np.bitwise_not,
    "select": _choose,
}

"""What an equation does to single rows: the entries along the leading axis of its operands.

The equation of one row is the same primitive on arrays whose leading extent is 1. Only parameters
that name the leading extent differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from jax.extend.core import JaxprEqn

from scenert.lanes.registry import is_elementwise


@dataclass(frozen=True)
class RowForm:
    """An equation as one pass over `extent` rows.

    rows says which operands are read row by row; the others are needed as a whole. parameters are
    those of the equation of one row. An equation that is `carried` results in no rows: it gathers
    up all rows in one array, row after row.
    """

    extent: int
    rows: tuple[bool, ...]
    parameters: dict[str, Any]
    carried: bool = False


_Rule: TypeAlias = Callable[[JaxprEqn], "RowForm | None"]


def row_form(equation: JaxprEqn, rows: int) -> RowForm | None:
    """The equation's form by rows; None where it has none or there are fewer than `rows`."""
    name = equation.primitive.name
    rule = _elementwise if is_elementwise(name) else _RULES.get(name)
    if rule is None or all(_extent(atom) < rows for atom in (*equation.invars, *equation.outvars)):
        return None
    form = rule(equation)
    return form if form is not None and form.extent >= rows else None


def _shape(atom: Any) -> tuple[int, ...]:
    shape: tuple[int, ...] = atom.aval.shape
    return shape


def _extent(atom: Any) -> int:
    """Number of rows; 0 for a scalar."""
    shape = _shape(atom)
    return shape[0] if shape else 0


def _form(equation: JaxprEqn, *rows: bool, **changed: Any) -> RowForm:
    """The form in which the results have rows."""
    return RowForm(_extent(equation.outvars[0]), rows, {**equation.params, **changed})


def _all_rows(equation: JaxprEqn, **changed: Any) -> RowForm | None:
    """The form in which the operands have as many rows as the results."""
    extents = {_extent(atom) for atom in (*equation.invars, *equation.outvars)}
    if len(extents) != 1:
        return None
    return _form(equation, *(True for _ in equation.invars), **changed)


def _one_row(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (1, *shape[1:])


def _elementwise(equation: JaxprEqn) -> RowForm | None:
    shape = _shape(equation.outvars[0])
    rows = (len(_shape(x)) == len(shape) and _extent(x) == shape[0] for x in equation.invars)
    return _form(equation, *rows)


# Moving elements


def _broadcast(equation: JaxprEqn) -> RowForm | None:
    shape, axes = equation.params["shape"], equation.params["broadcast_dimensions"]
    spread = 0 not in axes or _shape(equation.invars[0])[axes.index(0)] == 1
    if not spread and axes[0] != 0:
        return None
    rest = (False for _ in equation.invars[1:])
    return _form(equation, not spread, *rest, shape=_one_row(shape))


def _reshape(equation: JaxprEqn) -> RowForm | None:
    if len(equation.invars) != 1 or equation.params["dimensions"] is not None:
        return None
    return _all_rows(equation, new_sizes=_one_row(equation.params["new_sizes"]))


def _squeeze(equation: JaxprEqn) -> RowForm | None:
    return _all_rows(equation) if 0 not in equation.params["dimensions"] else None


def _rev(equation: JaxprEqn) -> RowForm | None:
    return _all_rows(equation) if 0 not in equation.params["dimensions"] else None


def _transpose(equation: JaxprEqn) -> RowForm | None:
    return _all_rows(equation) if equation.params["permutation"][0] == 0 else None


def _slice(equation: JaxprEqn) -> RowForm | None:
    limits = equation.params["limit_indices"]
    return _all_rows(equation, limit_indices=_one_row(limits))


def _pad(equation: JaxprEqn) -> RowForm | None:
    inside = tuple(equation.params["padding_config"][0]) == (0, 0, 0)
    return _form(equation, True, False) if inside else None


def _along_axis(parameter: str) -> _Rule:
    """The rule of what works along one axis, which must not be the leading one."""

    def rule(equation: JaxprEqn) -> RowForm | None:
        return _all_rows(equation) if equation.params[parameter] != 0 else None

    return rule


def _iota(equation: JaxprEqn) -> RowForm | None:
    if equation.params["dimension"] == 0 or equation.invars:
        return None
    return _form(equation, shape=_one_row(equation.params["shape"]))


# Combining elements


def _reduce(equation: JaxprEqn) -> RowForm | None:
    if 0 not in equation.params["axes"]:
        return _all_rows(equation)
    return RowForm(_extent(equation.invars[0]), (True,), equation.params, carried=True)


def _arg(equation: JaxprEqn) -> RowForm | None:
    return _all_rows(equation) if 0 not in equation.params["axes"] else None


def _dot_general(equation: JaxprEqn) -> RowForm | None:
    """Rows are a batch axis of both operands, or the first free axis of the left one."""
    (left, _), (left_batch, right_batch) = equation.params["dimension_numbers"]
    if left_batch:
        return _all_rows(equation) if left_batch[0] == right_batch[0] == 0 else None
    return _form(equation, True, False) if _shape(equation.invars[0]) and 0 not in left else None


# Places given by tables


def _gather(equation: JaxprEqn) -> RowForm | None:
    """Rows of indices pick rows of the result, or every row is picked from alike."""
    numbers, sizes = equation.params["dimension_numbers"], equation.params["slice_sizes"]
    if 0 not in numbers.offset_dims:
        batched = _batched(numbers.operand_batching_dims, numbers.start_indices_batching_dims)
        return None if batched is None else _form(equation, batched, True)
    whole = sizes[0] == _extent(equation.invars[0]) == _extent(equation.outvars[0])
    if not whole or 0 in numbers.start_index_map:
        return None
    return _form(equation, True, False, slice_sizes=_one_row(sizes))


def _scatter(equation: JaxprEqn) -> RowForm | None:
    """Rows of indices place rows of updates, or every row is placed into alike."""
    numbers = equation.params["dimension_numbers"]
    target, indices, updates = equation.invars
    if 0 not in numbers.update_window_dims:
        batched = _batched(numbers.operand_batching_dims, numbers.scatter_indices_batching_dims)
        if batched is None or len(_shape(indices)) < 2:
            return None
        rows = (batched, True, True)
        return RowForm(_extent(updates), rows, equation.params, carried=not batched)
    fixed = (*numbers.inserted_window_dims, *numbers.scatter_dims_to_operand_dims)
    if 0 in (*fixed, *numbers.operand_batching_dims) or _extent(updates) != _extent(target):
        return None
    return _form(equation, True, False, True)


def _batched(array: tuple[int, ...], indices: tuple[int, ...]) -> bool | None:
    """Whether the array's rows belong to the rows of indices; None if in some other way."""
    if not array:
        return False
    return True if array[0] == indices[0] == 0 else None


_REDUCTIONS = ("sum", "prod", "max", "min", "and", "or", "xor")
_RULES: dict[str, _Rule] = {
    "broadcast_in_dim": _broadcast,
    "reshape": _reshape,
    "squeeze": _squeeze,
    "rev": _rev,
    "transpose": _transpose,
    "slice": _slice,
    "pad": _pad,
    "concatenate": _along_axis("dimension"),
    "split": _along_axis("axis"),
    "stack": _along_axis("axis"),
    "unstack": _along_axis("axis"),
    "cumsum": _along_axis("axis"),
    "cumprod": _along_axis("axis"),
    "cummax": _along_axis("axis"),
    "cummin": _along_axis("axis"),
    "copy": _all_rows,
    "stop_gradient": _all_rows,
    "iota": _iota,
    **{f"reduce_{name}": _reduce for name in _REDUCTIONS},
    "argmax": _arg,
    "argmin": _arg,
    "dot_general": _dot_general,
    "gather": _gather,
    "scatter": _scatter,
    "scatter-add": _scatter,
    "scatter-sub": _scatter,
    "scatter-mul": _scatter,
    "scatter-min": _scatter,
    "scatter-max": _scatter,
}

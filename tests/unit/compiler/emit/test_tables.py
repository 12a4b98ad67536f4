"""The scene's numbers as the `Model` of a program."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scenec.diagnostics import Span
from scenec.emit.expressions import Expressions
from scenec.emit.tables import Entries, Tables, array, matrix, triples
from scenec.emit.writer import Writer
from scenec.ir.scalar import Constant, ParameterElement
from scenec.ir.scene import Parameter
from scenert.ops.tables import alike, table

X = ParameterElement("x")
PARAMETERS = (Parameter("x", (), (0.5,), "m", None, None, Span("test", 1, 1)),)


class Pair(NamedTuple):
    """A record of two tables."""

    first: jax.Array
    second: jax.Array


class records:  # noqa: N801
    """Stands for a module of the runtime."""

    Pair = Pair


def constants(value: Any) -> Entries:
    """Nested tuples of numbers as nested tuples of scalars."""
    return tuple(map(constants, value)) if isinstance(value, tuple) else Constant(float(value))


def written(tables: Tables) -> str:
    writer = Writer()
    tables.write(writer, PARAMETERS)
    return writer.text()


def filled(tables: Tables, x: float = 0.5) -> Any:
    """The model that the written function fills."""
    scope: dict[str, Any] = {
        "NamedTuple": NamedTuple, "Array": jax.Array, "Params": dict, "jnp": jnp,
        "table": table, "alike": alike, "records": records,
    }  # fmt: skip
    exec(written(tables), scope)
    model: Callable[..., Any] = scope[f"{tables.prefix}model"]
    return model({"x": jnp.asarray(x)}, jnp.result_type(float))


@pytest.mark.parametrize(
    "value",
    [
        3,
        (1, 2, 3),
        (1, 1, 1),
        (1, 1, 1, 1),
        ((1, 2), (3, 4)),
        ((1, 2),) * 5,
        (((1, 2, 3), (4, 5, 6)),) * 4,
        tuple(range(60)),
    ],
)
def test_a_table_holds_its_numbers(value: Any) -> None:
    tables = Tables()
    assert tables.array("numbers", constants(value), "some numbers") == "m.numbers"
    np.testing.assert_array_equal(filled(tables).numbers, np.array(value, float))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2, "table(2.0, dtype)"),
        ((1, 1, 1), "table([1.0, 1.0, 1.0], dtype)"),
        ((1, 1, 1, 1), "alike(4, 1.0, dtype)"),
        (((1, 2),) * 4, "alike(4, [1.0, 2.0], dtype)"),
        (
            ((1, 2),) * 3 + ((1, 3),),
            "table([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [1.0, 3.0]], dtype)",
        ),
        ((), "table([], dtype)"),
    ],
)
def test_many_equal_rows_are_written_as_one(value: Any, text: str) -> None:
    assert array(constants(value), Expressions((), ())).flat() == text


def test_parameters_are_filled_in() -> None:
    tables = Tables()
    tables.array("length", X * 2.0, "a length")
    tables.array("lengths", (X * 2.0, X, Constant(1.0)), "lengths")
    model = filled(tables, 0.75)
    assert model.length == 1.5
    np.testing.assert_allclose(model.lengths, [1.5, 0.75, 1.0])


def test_a_record_has_several_tables() -> None:
    tables = Tables()
    fields = {"first": constants((1, 2)), "second": (X, X, X, X)}
    assert tables.record("pair", "records.Pair", fields, "a pair") == "m.pair"
    pair = filled(tables).pair
    assert isinstance(pair, Pair)
    np.testing.assert_array_equal(pair.first, [1, 2])
    np.testing.assert_array_equal(pair.second, [0.5] * 4)


def test_tables_stand_in_the_order_in_which_they_were_asked_for() -> None:
    tables = Tables("other_")
    for name in ("b", "a", "b"):
        tables.array(name, Constant(1.0), f"table {name}")
    model, function = ast.parse(written(tables)).body
    assert isinstance(model, ast.ClassDef)
    assert isinstance(function, ast.FunctionDef)
    assert (model.name, function.name) == ("OtherModel", "other_model")
    assert [field.target.id for field in model.body[1:]] == ["b", "a"]  # type: ignore[attr-defined]
    assert "    b: Array  # table b\n" in written(tables)


def test_two_tables_of_one_name_are_a_fault_of_the_compiler() -> None:
    tables = Tables()
    tables.array("a", Constant(1.0), "one")
    with pytest.raises(AssertionError, match="two tables are called a"):
        tables.array("a", Constant(2.0), "another")


def test_flat_vectors_as_rows() -> None:
    nine = tuple(Constant(float(i)) for i in range(9))
    assert matrix(nine) == triples(nine) == (nine[:3], nine[3:6], nine[6:])
    assert triples(()) == ()

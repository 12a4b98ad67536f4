"""The scene's numbers as tables: the `Model` of a program and the function that fills it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from scenec.emit.brackets import Brackets
from scenec.emit.expressions import Expressions
from scenec.emit.writer import Writer
from scenec.ir.scalar import Scalar, Vector
from scenec.ir.scene import Parameter

Entries: TypeAlias = "Scalar | tuple[Entries, ...]"

_ALIKE = 4  # from so many equal rows on, a table is written as one row


@dataclass(frozen=True)
class _Table:
    name: str
    type: str
    doc: str
    fields: Mapping[str, Entries]


class Tables:
    """Collects the tables that a program reads, and writes its `Model`."""

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self.model = f"{prefix.title().replace('_', '')}Model"
        self._tables: dict[str, _Table] = {}

    def array(self, name: str, entries: Entries, doc: str) -> str:
        """A plain table; returns the expression by which the program reads it."""
        return self._add(_Table(name, "Array", doc, {"": entries}))

    def record(self, name: str, type: str, fields: Mapping[str, Entries], doc: str) -> str:
        """Several tables in a record of `type`; returns the expression that reads the record."""
        return self._add(_Table(name, type, doc, fields))

    def _add(self, table: _Table) -> str:
        """Keep a table, which several parts of the program may ask for."""
        kept = self._tables.setdefault(table.name, table)
        assert kept == table, f"two tables are called {table.name}"
        return f"m.{table.name}"

    def write(self, writer: Writer, parameters: tuple[Parameter, ...]) -> None:
        """The class `Model` and the function `model`."""
        with writer.record(self.model, "The scene's numbers in SI units, parameters filled in."):
            for table in self._tables.values():
                writer.line(f"{table.name}: {table.type}  # {table.doc}")
        signature = f"{self.prefix}model(params: Params, dtype: jnp.dtype) -> {self.model}"
        with writer.function(signature, "Fill the parameters into the scene's numbers."):
            entries = [e for table in self._tables.values() for e in table.fields.values()]
            expressions = write_preamble(writer, parameters, entries)
            items = tuple(_table(table, expressions) for table in self._tables.values())
            writer.statement("return ", Brackets(f"{self.model}(", items, ")"))


def write_preamble(
    writer: Writer, parameters: tuple[Parameter, ...], entries: list[Entries]
) -> Expressions:
    """Write the statements that read the parameters, and return the texts of all `entries`."""
    expressions = Expressions(parameters, (s for e in entries for s in _scalars(e)))
    for line in expressions.preamble():
        writer.line(line)
    return expressions


def array(entries: Entries, expressions: Expressions, name: str = "") -> Brackets:
    """The call that builds the array of `entries`, as a keyword argument where `name` is given."""
    keyword = f"{name}=" if name else ""
    if isinstance(entries, tuple) and len(entries) >= _ALIKE and len(set(entries)) == 1:
        row = _nested(entries[0], expressions)
        return Brackets(f"{keyword}alike(", (str(len(entries)), row, "dtype"), ")")
    return Brackets(f"{keyword}table(", (_nested(entries, expressions), "dtype"), ")")


def matrix(flat: Vector) -> tuple[Vector, ...]:
    """Nine scalars as three rows."""
    return flat[0:3], flat[3:6], flat[6:9]


def triples(flat: Vector) -> tuple[Vector, ...]:
    """A flat list of vectors as rows of three."""
    return tuple(flat[i : i + 3] for i in range(0, len(flat), 3))


def _table(table: _Table, expressions: Expressions) -> Brackets:
    if table.type == "Array":
        return array(table.fields[""], expressions, table.name)
    parts = (array(entries, expressions, field) for field, entries in table.fields.items())
    return Brackets(f"{table.name}={table.type}(", tuple(parts), ")")


def _nested(entries: Entries, expressions: Expressions) -> Brackets | str:
    if isinstance(entries, Scalar):
        return expressions.text(entries)
    return Brackets("[", tuple(_nested(entry, expressions) for entry in entries), "]")


def _scalars(entries: Entries) -> Iterator[Scalar]:
    if isinstance(entries, Scalar):
        yield entries
    else:
        for entry in entries:
            yield from _scalars(entry)

"""Moves arrays between XLA's layout, one robot after another, and vectors of lanes.

Squares of W by W scalars are read, transposed in log2 W exchanges between registers, and written.
Lanes beyond the last robot repeat the last robot, so that no lane ever computes on garbage.
"""

from __future__ import annotations

from collections.abc import Iterator


def pack(bits: int, lanes: int) -> str:
    """`pack(rows, n, count, out)`: n scalars of `count` robots into n vectors."""
    lines = [_head("pack", bits), *_rows(lanes, bits), *_tiles(lanes)]
    vector = f"<{lanes} x i{bits}>"
    names = []
    for lane in range(lanes):
        lines.append(f"  %a{lane} = getelementptr i{bits}, ptr %p{lane}, i64 %j")
        names.append(f"%v{lane}")
        lines.append(
            f"  %v{lane} = call {vector} @{_masked('load', bits, lanes)}"
            f"(ptr %a{lane}, i32 1, <{lanes} x i1> %columns, {vector} zeroinitializer)"
        )
    lines += _exchanges(names, vector, lanes)
    for column, name in enumerate(names):
        lines.append(f"  %k{column} = add i64 %j, {column}")
        lines.append(f"  %o{column} = getelementptr {vector}, ptr %vectors, i64 %k{column}")
        lines.append(f"  store {vector} {name}, ptr %o{column}, align {lanes * bits // 8}")
    return "\n".join([*lines, *_end(lanes)])


def unpack(bits: int, lanes: int) -> str:
    """`unpack(rows, n, count, vectors)`: n vectors to n scalars of `count` robots."""
    lines = [_head("unpack", bits), *_rows(lanes, bits), *_tiles(lanes)]
    vector = f"<{lanes} x i{bits}>"
    names = []
    for column in range(lanes):
        names.append(f"%v{column}")
        lines.append(f"  %k{column} = add i64 %j, {column}")
        lines.append(f"  %o{column} = getelementptr {vector}, ptr %vectors, i64 %k{column}")
        lines.append(f"  %v{column} = load {vector}, ptr %o{column}, align {lanes * bits // 8}")
    lines += _exchanges(names, vector, lanes)
    for lane, name in enumerate(names):
        lines.append(f"  %a{lane} = getelementptr i{bits}, ptr %p{lane}, i64 %j")
        lines.append(f"  %w{lane} = icmp ugt i64 %count, {lane}")
        lines.append(
            f"  %m{lane} = select i1 %w{lane}, "
            f"<{lanes} x i1> %columns, <{lanes} x i1> zeroinitializer"
        )
        lines.append(
            f"  call void @{_masked('store', bits, lanes)}"
            f"({vector} {name}, ptr %a{lane}, i32 1, <{lanes} x i1> %m{lane})"
        )
    return "\n".join([*lines, *_end(lanes)])


def declarations(bits: int, lanes: int) -> Iterator[str]:
    """What the functions of one width call."""
    vector, mask = f"<{lanes} x i{bits}>", f"<{lanes} x i1>"
    yield f"declare {vector} @{_masked('load', bits, lanes)}(ptr, i32, {mask}, {vector})"
    yield f"declare void @{_masked('store', bits, lanes)}({vector}, ptr, i32, {mask})"


def _masked(what: str, bits: int, lanes: int) -> str:
    return f"llvm.masked.{what}.v{lanes}i{bits}.p0"


def _head(name: str, bits: int) -> str:
    parameters = "ptr noalias %rows, i64 %n, i64 %count, ptr noalias %vectors"
    return f"define internal void @{name}{bits}({parameters}) nounwind noinline {{\nentry:"


def _rows(lanes: int, bits: int) -> Iterator[str]:
    """Where each lane's robot starts."""
    yield "  %last = sub i64 %count, 1"
    for lane in range(lanes):
        yield f"  %r{lane} = call i64 @llvm.umin.i64(i64 {lane}, i64 %last)"
        yield f"  %f{lane} = mul i64 %r{lane}, %n"
        yield f"  %p{lane} = getelementptr i{bits}, ptr %rows, i64 %f{lane}"


def _tiles(lanes: int) -> Iterator[str]:
    """The loop over squares, with a mask for the columns that exist."""
    wide = f"<{lanes} x i64>"
    steps = ", ".join(f"i64 {column}" for column in range(lanes))
    yield "  br label %tile"
    yield "tile:"
    yield "  %j = phi i64 [0, %entry], [%next, %tile]"
    yield "  %left = sub i64 %n, %j"
    yield f"  %one = insertelement {wide} poison, i64 %left, i64 0"
    yield f"  %all = shufflevector {wide} %one, {wide} poison, <{lanes} x i32> zeroinitializer"
    yield f"  %columns = icmp ugt {wide} %all, <{steps}>"


def _exchanges(names: list[str], vector: str, lanes: int) -> Iterator[str]:
    """Exchange halves, quarters, ... of the vectors until rows are columns; renames them."""
    step = lanes // 2
    while step:
        for first in (row for row in range(lanes) if not row & step):
            second = first + step
            a, b = names[first], names[second]
            low = [c if not c & step else lanes + c - step for c in range(lanes)]
            high = [c + step if not c & step else lanes + c for c in range(lanes)]
            for row, mask in ((first, low), (second, high)):
                names[row] = f"%x{step}.{row}"
                places = ", ".join(f"i32 {place}" for place in mask)
                yield (
                    f"  {names[row]} = shufflevector {vector} {a}, {vector} {b}, "
                    f"<{lanes} x i32> <{places}>"
                )
        step //= 2


def _end(lanes: int) -> Iterator[str]:
    yield f"  %next = add i64 %j, {lanes}"
    yield "  %more = icmp ult i64 %next, %n"
    yield "  br i1 %more, label %tile, label %done"
    yield "done:"
    yield "  ret void"
    yield "}"

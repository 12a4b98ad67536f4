"""Moves arrays of few scalars per robot between XLA's layout and vectors of lanes.

The scalars of W robots of n scalars each fill n whole vectors. Each vector on either side takes
from all n on the other, one after the other; that is less work than exchanges in squares of W by W,
which would be empty for the most part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def is_narrow(n: int, lanes: int) -> bool:
    """Whether n scalars per robot take fewer exchanges here than in squares."""
    return n * (n - 1) < lanes * (lanes.bit_length() - 1)


def pack_narrow(bits: int, lanes: int, n: int) -> str:
    """`pack_narrow(rows, n, count, out)`: n scalars of `count` robots into n vectors.

    Where there are fewer robots than lanes, `pack` does it.
    """
    vector = f"<{lanes} x i{bits}>"
    lines = [
        _head("pack", bits, n),
        f"  %full = icmp eq i64 %count, {lanes}",
        "  br i1 %full, label %whole, label %part",
        "part:",
        f"  call void @pack{bits}(ptr %rows, i64 %n, i64 %count, ptr %vectors)",
        "  ret void",
        "whole:",
    ]
    for k in range(n):
        lines.append(f"  %a{k} = getelementptr {vector}, ptr %rows, i64 {k}")
        lines.append(f"  %v{k} = load {vector}, ptr %a{k}, align {bits // 8}")
    for column in range(n):
        places = [divmod(lane * n + column, lanes) for lane in range(lanes)]
        lines += _collected(f"c{column}", vector, n, places)
        lines.append(f"  %o{column} = getelementptr {vector}, ptr %vectors, i64 {column}")
        aligned = f"align {lanes * bits // 8}"
        lines.append(f"  store {vector} %c{column}.{n - 1}, ptr %o{column}, {aligned}")
    return "\n".join([*lines, "  ret void", "}"])


def unpack_narrow(bits: int, lanes: int, n: int) -> str:
    """`unpack_narrow(rows, n, count, vectors)`: n vectors to n scalars of `count` robots."""
    vector, wide = f"<{lanes} x i{bits}>", f"<{lanes} x i64>"
    lines = [_head("unpack", bits, n), f"  %total = mul i64 %count, {n}"]
    lines.append(f"  %one = insertelement {wide} poison, i64 %total, i64 0")
    zeros = f"<{lanes} x i32> zeroinitializer"
    lines.append(f"  %all = shufflevector {wide} %one, {wide} poison, {zeros}")
    for column in range(n):
        lines.append(f"  %o{column} = getelementptr {vector}, ptr %vectors, i64 {column}")
        aligned = f"align {lanes * bits // 8}"
        lines.append(f"  %v{column} = load {vector}, ptr %o{column}, {aligned}")
    for k in range(n):
        elements = range(k * lanes, (k + 1) * lanes)
        places = [(element % n, element // n) for element in elements]
        lines += _collected(f"c{k}", vector, n, places)
        steps = ", ".join(f"i64 {element}" for element in elements)
        lines.append(f"  %m{k} = icmp ugt {wide} %all, <{steps}>")
        lines.append(f"  %a{k} = getelementptr {vector}, ptr %rows, i64 {k}")
        stored = f"{vector} %c{k}.{n - 1}, ptr %a{k}, i32 {bits // 8}, <{lanes} x i1> %m{k}"
        lines.append(f"  call void @llvm.masked.store.v{lanes}i{bits}.p0({stored})")
    return "\n".join([*lines, "  ret void", "}"])


def _head(name: str, bits: int, n: int) -> str:
    parameters = "ptr noalias %rows, i64 %n, i64 %count, ptr noalias %vectors"
    return f"define internal void @{name}{bits}.{n}({parameters}) nounwind noinline {{\nentry:"


def _collected(name: str, vector: str, n: int, places: Sequence[tuple[int, int]]) -> Iterator[str]:
    """The vector whose elements stand at (vector, element) `places`; it is called name.(n - 1)."""
    lanes = len(places)
    own = [element if source == 0 else -1 for source, element in places]
    yield _shuffle(f"{name}.0", vector, "%v0", "poison", own)
    for k in range(1, n):
        mixed = [
            lanes + element if source == k else lane
            for lane, (source, element) in enumerate(places)
        ]
        yield _shuffle(f"{name}.{k}", vector, f"%{name}.{k - 1}", f"%v{k}", mixed)


def _shuffle(name: str, vector: str, first: str, second: str, places: Sequence[int]) -> str:
    chosen = ", ".join(f"i32 {place}" if place >= 0 else "i32 poison" for place in places)
    mask = f"<{len(places)} x i32> <{chosen}>"
    return f"  %{name} = shufflevector {vector} {first}, {vector} {second}, {mask}"

"""Nodes to YAML text that reads back to the same nodes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scenec.syntax.nodes import Items, Node, Table, Text, children

_WIDTH = 100
_PLAIN = re.compile(r"-?[\w(.][\w ./*+^()%-]*")


def yaml_text(table: Table) -> str:
    """`table` as YAML; parts that fit a line stand on one."""
    return "".join(_block(table, 0))


def _block(node: Node, indent: int) -> Iterator[str]:
    margin = "  " * indent
    for key, child in children(node):
        head = f"{margin}-" if isinstance(key, int) else f"{margin}{_scalar(key)}:"
        inline = _flow(child)
        if (indent and len(head) + len(inline) < _WIDTH) or isinstance(child, Text) or not child:
            yield f"{head} {inline}\n"
        else:
            yield f"{head}\n"
            yield from _block(child, indent + 1)


def _flow(node: Node) -> str:
    if isinstance(node, Text):
        return _scalar(node)
    if isinstance(node, Items):
        return f"[{', '.join(_flow(item) for item in node)}]"
    return "{" + ", ".join(f"{_scalar(key)}: {_flow(value)}" for key, value in node.items()) + "}"


def _scalar(text: str) -> str:
    """Plain where that reads back as the same text, in double quotes otherwise."""
    if _PLAIN.fullmatch(text) and text == text.strip() and not text.startswith(("--", "..")):
        return str(text)
    escaped = "".join(_escape(letter) for letter in text)
    return f'"{escaped}"'


def _escape(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    return letter if letter.isprintable() else f"\\U{ord(letter):08x}"

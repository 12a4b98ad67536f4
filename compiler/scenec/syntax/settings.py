"""Settings: values given beside the file that stand in for what it says."""

from __future__ import annotations

import itertools

from scenec.diagnostics import Reporter, Span
from scenec.syntax.nodes import Items, Node, Table, Text
from scenec.syntax.reader import UnreadableError, read_nodes


def apply_setting(root: Table, place: str, text: str, reporter: Reporter) -> dict[str, str]:
    """Puts `text` at `place` (keys and item numbers joined by dots) and returns the source that
    diagnostics show for it. Tables on the way are made where they are missing."""
    file = f"--set {place}"
    source = {file: text}
    start = Span(file, 1, 1, max(1, len(text)))
    try:
        value = read_nodes(text, file, reporter)
    except UnreadableError:
        return source
    parts = [Text(part, start) for part in place.split(".")]
    node: Node | None = root
    for part, following in itertools.pairwise(parts):
        node = _descend(node, part, following)
    last = parts[-1]
    if isinstance(node, Table) and last:
        node[last] = value
    elif isinstance(node, Items) and last.isdecimal() and int(last) < len(node):
        node[int(last)] = value
    else:
        hint = "name a place as in `options.coordinates` or `use.0.x`"
        reporter.error("E0115", f"`{place}` is no place of the file", start, hint)
    return source


def _descend(node: Node | None, part: Text, following: Text) -> Node | None:
    if isinstance(node, Table) and part:
        if part not in node and not following.isdecimal():
            node[part] = Table(part.span)
        return node.get(part)
    if isinstance(node, Items) and part.isdecimal() and int(part) < len(node):
        return node[int(part)]  # type: ignore[no-any-return]
    return None

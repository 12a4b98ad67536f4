"""A scene file and the files it includes, as one tree of nodes with the texts they came from."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath

from scenec.diagnostics import CompileError, Diagnostic, Reporter, Span
from scenec.syntax.nodes import Items, Node, Table, Text
from scenec.syntax.reader import UnreadableError, read_nodes, read_text
from scenec.syntax.settings import apply_setting
from scenec.syntax.yaml_text import yaml_text

_OWN_KEYS = ("scenec", "name", "include")  # an included file keeps these to itself
_MAX_FILES = 100


@dataclass(frozen=True)
class Document:
    """A scene as it is written, includes merged.

    `sources` maps every file to its text, `included` an included file to the place that includes
    it. `faults` are those that did not keep the tree from being read: the last stage of the front
    end reports them together with its own.
    """

    file: str
    root: Table
    sources: dict[str, str]
    included: dict[str, Span]
    faults: tuple[Diagnostic, ...]

    def text(self) -> str:
        """The merged scene as one YAML text."""
        return yaml_text(self.root)


def parse(path: str | os.PathLike[str], settings: Sequence[tuple[str, str]] = ()) -> Document:
    """Reads the scene at `path` and what it includes, and applies `settings`: pairs of a place such
    as "constants.n" and the text that shall stand there.

    Raises CompileError where there is no tree to go on with.
    """
    reader = _Files(Path(path), Reporter())
    try:
        root = reader.read_main(Path(path))
    except UnreadableError:
        raise CompileError(reader.reporter.diagnostics) from None
    for place, text in settings:
        reader.sources.update(apply_setting(root, place, text, reader.reporter))
    reporter = reader.reporter
    return Document(os.fspath(path), root, reader.sources, reporter.included, reporter.diagnostics)


@dataclass
class _Files:
    """Reads files and merges what they include; `main` is the path of the main file."""

    main: Path
    reporter: Reporter
    sources: dict[str, str] = field(default_factory=dict)
    open: list[Path] = field(default_factory=list)
    done: set[Path] = field(default_factory=set)

    def read_main(self, path: Path) -> Table:
        """The merged tree of the main file."""
        return self._read(path, os.fspath(path), Span(os.fspath(path), 1, 1))

    def _read(self, path: Path, file: str, origin: Span) -> Table:
        text = read_text(path, file, origin, self.reporter)
        self.sources[file] = text
        root = read_nodes(text, file, self.reporter)
        if not isinstance(root, Table):
            hint = "begin with `scenec: 1`"
            self.reporter.error("E0203", "a scene is a table of sections", root.span, hint)
            raise UnreadableError
        self.open.append(path.resolve())
        self._include_all(root, path, file)
        self.open.pop()
        return root

    def _include_all(self, root: Table, path: Path, file: str) -> None:
        listed = root.pop("include", None)
        if listed is None:
            return
        entries = listed if isinstance(listed, Items) else [listed]
        for entry in entries:
            if isinstance(entry, Text):
                self._include(root, entry, path, file)
            else:
                self.reporter.error("E0113", "an include is the path of a file", entry.span)

    def _include(self, root: Table, entry: Text, path: Path, file: str) -> None:
        target = self._target(entry, path)
        if target is None:
            return
        resolved = target.resolve()
        if resolved in self.open:
            self.reporter.error("E0114", f"`{entry}` includes itself in a circle", entry.span)
        elif resolved not in self.done:
            self.done.add(resolved)
            name = os.path.normpath(os.path.join(os.path.dirname(file), entry))
            self.reporter.included[name] = entry.span
            try:
                included = self._read(target, name, entry.span)
            except UnreadableError:
                return
            self._merge(root, included)

    def _target(self, entry: Text, path: Path) -> Path | None:
        """The file that `entry` means, or None after a report where that is not allowed."""
        hint = "give a path relative to this file, within the main file's folder"
        if PurePosixPath(entry).is_absolute() or PureWindowsPath(entry).anchor or "\0" in entry:
            self.reporter.error("E0113", f"`{entry}` is not a relative path", entry.span, hint)
            return None
        target = path.parent / entry
        try:
            inside = target.resolve().is_relative_to(self.main.resolve().parent)
        except (OSError, RuntimeError):
            inside = False
        if not inside:
            message = f"`{entry}` leaves the folder of the scene"
            self.reporter.error("E0113", message, entry.span, hint)
            return None
        if len(self.done) >= _MAX_FILES:
            message = f"more than {_MAX_FILES} files are included"
            self.reporter.error("E0113", message, entry.span)
            return None
        return target

    def _merge(self, into: Table, included: Table) -> None:
        for key, value in included.items():
            if key in _OWN_KEYS:
                continue
            if key not in into:
                into[key] = value
            else:
                self._merge_value(into, into[key], key, value)

    def _merge_value(self, into: Table, own: Node, key: str, value: Node) -> None:
        if isinstance(own, Items) and isinstance(value, Items):
            own.extend(value)
        elif isinstance(own, Table) and isinstance(value, Table):
            self._merge_tables(own, value)
        elif isinstance(own, Text) and own == "":
            into[key] = value
        elif not (isinstance(value, Text) and value == ""):
            self._twice(key, value, own.span)

    def _merge_tables(self, own: Table, value: Table) -> None:
        for key, inner in value.items():
            if key not in own:
                own[key] = inner
            elif isinstance(own[key], Table) and isinstance(inner, Table) and key == "planes":
                self._merge_tables(own[key], inner)
            else:
                self._twice(key, inner, own.key(key).span)

    def _twice(self, key: str, value: Node, first: Span) -> None:
        span = key.span if isinstance(key, Text) else value.span
        message = f"`{key}` is already given at {first}"
        self.reporter.error("E0107", message, span, "keep one of them or rename one")

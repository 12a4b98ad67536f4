"""Lines of Python, indented."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from scenec.emit.brackets import WIDTH, Brackets, assignment, lines, parse, within


class Writer:
    """Collects the lines of a program."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.depth = 0

    def line(self, text: str = "") -> None:
        """A statement, broken at its brackets where it is too long; or several lines."""
        pad = "    " * self.depth
        if "\n" in text or len(pad + text) <= WIDTH:
            self.lines.extend(pad + part if part else "" for part in text.split("\n"))
        else:
            self.lines.extend(_broken(pad + text))

    def statement(self, opening: str, call: Brackets) -> None:
        """A statement that is one call, over as many lines as it takes."""
        opened = Brackets(opening + call.opening, call.items, call.closing)
        self.lines.extend(lines(opened, 4 * self.depth))

    def note(self, text: str) -> None:
        """A comment with an empty line before it, unless it opens a block."""
        if self.lines and self.lines[-1] and not self.lines[-1].endswith(('"""', ":")):
            self.line()
        self.line(f"# {text}")

    @contextmanager
    def function(self, signature: str, doc: str) -> Iterator[None]:
        """A function with its docstring."""
        self.line()
        self.line()
        self.line(f"def {signature}:")
        self.depth += 1
        self.line(f'"""{doc}"""')
        yield
        self.depth -= 1

    @contextmanager
    def record(self, name: str, doc: str) -> Iterator[None]:
        """A NamedTuple with its docstring."""
        self.line()
        self.line()
        self.line(f"class {name}(NamedTuple):")
        self.depth += 1
        self.line(f'"""{doc}"""')
        self.line()
        yield
        self.depth -= 1

    def text(self) -> str:
        """The program."""
        return "\n".join(self.lines) + "\n"


def _broken(line: str) -> list[str]:
    """A line that is too long as several; a comment on it stands on the first of them."""
    code, mark, comment = line.partition("  #")
    text, indent = code.strip(), len(code) - len(code.lstrip())
    if text.endswith(","):
        broken = within(parse(text[:-1]), indent, ",")
    else:
        broken = lines(parse(text), indent)
        if any(len(part) > WIDTH for part in broken):
            broken = lines(assignment(text), indent)
    return [broken[0] + mark + comment, *broken[1:]]


def index(values: tuple[int, ...]) -> str:
    """A tuple of integers as Python text; ranges and repetitions are written as such."""
    count = len(values)
    if count > 6 and values == tuple(range(values[0], values[0] + count)):
        return f"tuple(range({values[0]}, {values[0] + count}))"
    if count > 6 and len(set(values)) == 1:
        return f"({values[0]},) * {count}"
    return repr(values)


def pick(expression: str, places: tuple[int, ...], count: int) -> str:
    """The entries `places` of an array of `count`, which is the array itself where they are all."""
    if places == tuple(range(count)):
        return expression
    return f"tree.pick({expression}, {index(places)})"


def listing(names: tuple[str, ...] | list[str], most: int = 6) -> str:
    """Names for a comment, shortened in the middle where there are many."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[: most - 2])}, ... {names[-1]} ({len(names)})"

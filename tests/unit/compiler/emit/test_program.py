"""Emitted programs as programs: valid, tidy, and the same every time."""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from scenec.driver import compile_file
from scenec.emit.brackets import WIDTH
from scenec.ir.identifier import parameter_identifier

TESTS = Path(__file__).parents[3]
SCENES = sorted([*TESTS.glob("machines/*.yaml"), *TESTS.parent.glob("scenes/*.yaml")])


@cache
def emitted(path: Path, coordinates: str, free: str = "") -> str:
    settings = (("options.coordinates", coordinates),)
    artifact = compile_file(path, settings=settings, free=[free] if free else ()).artifact
    assert artifact is not None
    return artifact.program


def untidy(program: str) -> Iterator[str]:
    """What a reviewer would strike out."""
    tree = ast.parse(program)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    imported = [
        (alias.asname or alias.name)
        for node in tree.body
        if isinstance(node, ast.ImportFrom | ast.Import)
        and getattr(node, "module", "") != "__future__"
        for alias in node.names
    ]
    read = names(tree, ast.Load)
    yield from (f"{name} is imported and not used" for name in imported if name not in read)
    module = {*imported, *(node.name for node in functions), *(node.name for node in classes)}
    yield from (f"{name} is defined twice" for name, n in Counter(module).items() if n > 1)
    for node in classes:
        fields = Counter(f.target.id for f in node.body if isinstance(f, ast.AnnAssign))  # type: ignore[union-attr]
        yield from (f"{node.name}.{name} is defined twice" for name, n in fields.items() if n > 1)
    for node in functions:
        arguments = {argument.arg for argument in node.args.args}
        local = names(node, ast.Store) - {"_"}
        yield from (f"{node.name}: {x} is not used" for x in sorted(local - names(node, ast.Load)))
        hidden = local & (module | arguments | set(dir(builtins)))
        yield from (f"{node.name}: {name} hides another" for name in sorted(hidden))


def names(tree: ast.AST, context: type[ast.expr_context]) -> set[str]:
    found = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    return {node.id for node in found if isinstance(node.ctx, context)}


every_scene = pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
both_coordinates = pytest.mark.parametrize("coordinates", ["reduced", "maximal"])
free_or_not = pytest.mark.parametrize("free", ["", "all"], ids=["authored", "free"])


@every_scene
@both_coordinates
@free_or_not
def test_a_program_is_tidy(path: Path, coordinates: str, free: str) -> None:
    program = emitted(path, coordinates, free)
    compile(program, "step.py", "exec")
    assert list(untidy(program)) == []


@every_scene
@both_coordinates
@free_or_not
def test_lines_can_be_read(path: Path, coordinates: str, free: str) -> None:
    for line in emitted(path, coordinates, free).splitlines():
        assert len(line.split("  #")[0]) <= WIDTH or '"' in line
        assert line == line.rstrip()


@every_scene
@both_coordinates
def test_everything_is_documented(path: Path, coordinates: str) -> None:
    tree = ast.parse(emitted(path, coordinates))
    things = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    for thing in (tree, *things):
        assert ast.get_docstring(thing)


@every_scene
@both_coordinates
def test_names_of_the_programs_own_are_kept_from_authors(path: Path, coordinates: str) -> None:
    """Of each name that is not made of an author's, a parameter of that name gets another one."""
    layout = compile_file(path, settings=[("options.coordinates", coordinates)]).layout
    assert layout is not None
    layouts = [layout, layout.authored] if layout.authored else [layout]
    things = [t for x in layouts for t in (*x.segments, *x.closures, *x.contacts)]
    made = tuple(f"{thing.name}_" for thing in things)
    tree = ast.parse(emitted(path, coordinates))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    own = names(tree, ast.Store) | {arg.arg for node in functions for arg in node.args.args}
    own -= {ast.unparse(node.target) for node in ast.walk(tree) if isinstance(node, ast.AnnAssign)}
    own |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    own |= {
        alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    identifiers = {parameter_identifier(p.name, ()) for p in layout.parameters}
    for name in sorted(own - {"_"} - identifiers - {thing.name for thing in things}):
        assert name.startswith(made) or parameter_identifier(name, ()) != name


@every_scene
def test_a_program_offers_the_functions_of_a_simulator(path: Path) -> None:
    tree = ast.parse(emitted(path, "reduced"))
    functions = {
        node.name: [argument.arg for argument in node.args.args]
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }
    expected = {
        "init": ["params"],
        "step": ["params", "state", "control"],
        "sense": ["params", "state", "control"],
        "poses": ["params", "state"],
        "twists": ["params", "state"],
        "energy": ["params", "state"],
        "clearances": ["params", "state"],
        "contact_forces": ["params", "state", "control"],
        "geometry": ["params"],
    }
    assert {name: functions.get(name) for name in expected} == expected


@every_scene
@both_coordinates
def test_a_program_is_the_same_every_time(path: Path, coordinates: str) -> None:
    again = emitted.__wrapped__(path, coordinates, "all")
    assert again == emitted(path, coordinates, "all")

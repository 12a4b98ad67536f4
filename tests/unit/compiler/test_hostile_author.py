"""Whatever stands in a file, the compiler answers with diagnostics, and soon."""

from __future__ import annotations

import string
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from scenec.diagnostics import CODES, CompileError, render_text
from scenec.passes.lint import lint
from scenec.passes.resolve import resolve
from scenec.syntax.document import parse
from scenec.syntax.validate import validate

SCENES = sorted((Path(__file__).parents[3] / "scenes").glob("*.yaml"))
QUICK = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def codes(folder: Path, data: bytes | str, *free: str) -> list[str]:
    """The codes of what the compiler says; anything but a CompileError is the compiler's fault."""
    path = folder / "scene.yaml"
    path.write_bytes(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data)
    try:
        diagnostics = lint(resolve(validate(parse(path)), free))
    except CompileError as fault:
        diagnostics = list(fault.diagnostics)
    render_text(diagnostics, {})
    assert all(d.code in CODES for d in diagnostics)
    return [d.code for d in diagnostics]


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(CompileError, match=r"E0101 .*there is no such file"):
        parse(tmp_path / "scene.yaml")


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(CompileError, match=r"E0101 .*it is a folder"):
        parse(tmp_path)


def test_a_path_with_a_zero_byte() -> None:
    with pytest.raises(CompileError, match="E0101"):
        parse("scene\0.yaml")


def test_ten_megabytes(tmp_path: Path) -> None:
    assert codes(tmp_path, "# " + "x" * 10_000_000) == ["E0102"]


def test_two_megabytes_of_values_are_refused_quickly(tmp_path: Path) -> None:
    assert codes(tmp_path, "scenec: 1\nconstants: {x: [" + "1," * 900_000 + "1]}") == ["E0112"]


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    assert codes(tmp_path, b"scenec: 1\nname: \xff\xfe\n") == ["E0103"]


def test_the_place_of_a_bad_byte(tmp_path: Path) -> None:
    path = tmp_path / "scene.yaml"
    path.write_bytes(b"scenec: 1\nname: \xff\n")
    with pytest.raises(CompileError) as fault:
        parse(path)
    (diagnostic,) = fault.value.diagnostics
    assert (diagnostic.span.line, diagnostic.span.column) == (2, 7)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    assert codes(tmp_path, b"\xef\xbb\xbfscenec: 1\n") == []


def test_windows_line_ends_are_no_fault(tmp_path: Path) -> None:
    assert codes(tmp_path, b"scenec: 1\r\nname: x\r\n") == []


def test_a_link_that_leaves_the_folder(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("constants: {x: 1}")
    folder = tmp_path / "scene"
    folder.mkdir()
    (folder / "inside.yaml").symlink_to(outside)
    assert codes(folder, "scenec: 1\ninclude: [inside.yaml]") == ["E0113"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0",
        "\x07",
        "- 1\n- 2",
        "just words",
        "scenec: 1\nbodies: {? [a, b] : 1}",
        "scenec: [1]",
        "scenec: 1\nscenec: 1",
        "scenec: 1\nbodies: {'': {mass: 1}}",
        "scenec: 1\nbodies: {a: {mass: {}, inertia: {}, spheres: {}, velocity: [], rotation: 1}}",
        "scenec: 1\nbodies: {a: {mass: [], inertia: [[], []], position: [[1]]}}",
        "scenec: 1\njoints: {a: {type: {}, parent: [], child: {}}}",
        "scenec: 1\nuse: [{template: [], name: {}, for: []}, {}, 1, []]",
        "scenec: 1\ntemplates: {a: {args: [{}, [], 1x, x, x]}}\nuse: [{template: a, name: '{'}]",
        "scenec: 1\ntemplates: {a: {args: [x]}}\nuse: [{template: a, name: b, x: {y: 1}}]",
        "scenec: 1\npairs: [{between: a}, {between: [a]}, {between: [a, [b]]}, 3]",
        "scenec: 1\ninclude: 3\nworld: 3\noptions: []",
        "scenec: 1\ninclude: {a: b}",
        "scenec: 1\nname: []",
        "scenec: 1\nname: '../../x'",
        "scenec: 1\noptions: {solver: {iterations: 1e300}}",
        "scenec: 1\noptions: {solver: {iterations: 1e18}}",
        "scenec: 1\nconstants: {a: 2 ^ 1e9, b: 1e300 ^ 2, c: 2 ^ (1/0), d: 0 * exp(1e9)}",
        "scenec: 1\nconstants: {a: 1" + "+1" * 900 + "}",
        "scenec: 1\nconstants: {a: " + "9" * 1900 + "}",
        "scenec: 1\nconstants: {a: 1 m^" + "9" * 1900 + "}",
        "scenec: 1\nconstants: {a: x" + "[0]" * 500 + "}",
        "<<: &a {scenec: 1}",
        "scenec: 1\nbodies: {<<: {a: {mass: 1}}}",
        "scenec: !!int 1",
        "%YAML 9.9\n---\nscenec: 1",
        "scenec: 1\nconstants: {a: 'b', b: \"a\\u0000\"}",
        "scenec: 1\nconstants: {a: |\n  1 +\n  2}",
    ],
)
def test_strange_files_get_diagnostics(text: str, tmp_path: Path) -> None:
    assert codes(tmp_path, text, "all")


def test_brackets_around_brackets_are_no_fault(tmp_path: Path) -> None:
    assert codes(tmp_path, "scenec: 1\nconstants: {a: " + "(" * 900 + "1" + ")" * 900 + "}") == []


def test_a_long_chain_of_constants_in_reverse(tmp_path: Path) -> None:
    names = [f"a{i}" for i in range(3000)]
    chain = "\n".join(f"  {a}: {b} + 1" for a, b in pairwise(names))
    found = codes(tmp_path, f"scenec: 1\nconstants:\n{chain}\n  {names[-1]}: 1\n")
    assert set(found) == {"E0411"}


def test_a_long_chain_of_instances_in_reverse(tmp_path: Path) -> None:
    uses = "\n".join(f"  - {{template: t, name: i{n}, x: i{n + 1}.y}}" for n in range(500))
    text = "scenec: 1\ntemplates: {t: {args: [x], constants: {y: x + 1}}}\nuse:\n" + uses
    found = codes(tmp_path, text + "\n  - {template: t, name: i500, x: 1}")
    assert set(found) == {"E0411"}


def test_templates_that_multiply(tmp_path: Path) -> None:
    inner = ["t0: {}"] + [
        f"t{n}: {{use: [{{template: t{n - 1}, for: i in 0..99, name: a}}]}}" for n in range(1, 9)
    ]
    text = f"scenec: 1\ntemplates: {{{', '.join(inner)}}}\nuse: [{{template: t8, name: top}}]"
    assert codes(tmp_path, text) == ["E0311"]


def test_every_scene_that_ships_compiles_without_a_warning() -> None:
    for scene in SCENES:
        assert lint(resolve(validate(parse(scene)))) == []


@QUICK
@given(st.binary(max_size=200))
def test_random_bytes(tmp_path: Path, data: bytes) -> None:
    codes(tmp_path, data)


YAMLISH = st.text(
    alphabet=string.ascii_lowercase[:6] + "0123{}[]:,-&*!'\"|># \n\t.%@", max_size=120
)


@QUICK
@given(YAMLISH)
@example("a: &a [*a]")
def test_random_yaml(tmp_path: Path, text: str) -> None:
    codes(tmp_path, "scenec: 1\n" + text)


@QUICK
@given(st.text(alphabet="0123456789.+-*/^()[], abmskgxyz_%", max_size=40))
def test_random_expressions(tmp_path: Path, text: str) -> None:
    quoted = text.replace("\\", "").replace('"', "")
    codes(tmp_path, f'scenec: 1\nparams: {{x: 2, y: [1, 2, 3]}}\nconstants: {{z: "{quoted}"}}')


WORDS = st.sampled_from(
    ["0", "1e400", "nan", "-1", "[]", "{}", "[1, 2, 3]", "world", "", "3 kg", "x.y", "hinge", "*a"]
)


@QUICK
@given(st.sampled_from(SCENES), st.data())
def test_mutated_scenes(tmp_path: Path, scene: Path, data: st.DataObject) -> None:
    lines = scene.read_text("utf-8").splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        number = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["drop", "repeat", "indent", "value", "letter"])):
            case "drop":
                lines[number] = ""
            case "repeat":
                lines.insert(number, lines[number])
            case "indent":
                lines[number] = " " * data.draw(st.integers(0, 8)) + lines[number].lstrip()
            case "value":
                lines[number] = lines[number].split(":")[0] + ": " + data.draw(WORDS)
            case _:
                at = data.draw(st.integers(0, len(lines[number])))
                letter = data.draw(st.sampled_from(string.printable))
                lines[number] = lines[number][:at] + letter + lines[number][at + 1 :]
    codes(tmp_path, "\n".join(lines), *data.draw(st.sampled_from([(), ("all",)])))

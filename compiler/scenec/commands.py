"""What each command of the command line does: from its options to its exit status."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from scenec.diagnostics import CODES, CompileError, did_you_mean, explain, to_json
from scenec.driver import Compilation, Stage, compile_file, show
from scenec.emit.artifact import Artifact
from scenec.inspection import as_text, counts, print_table
from scenec.reporting import report
from scenec.syntax.reference import json_schema
from scenert.abi import Manifest, unpack

if TYPE_CHECKING:
    from scenec.gradcheck.remedies import Remedy
    from scenert import Simulator
    from scenert.checking import Report


class UsageError(Exception):
    """The command cannot do what it was asked; the message says why."""


def build(options: Namespace) -> int:
    """Compile a scene to a file, which lands in the current folder unless `--out` says where."""
    scene = Path(options.file)
    compilation = _compile(options)
    artifact = _artifact(compilation)
    if options.native:
        artifact = _with_native_code(artifact, options.file)
    out = Path(options.out or scene.with_suffix(".sim").name)
    if out.exists() and out.samefile(scene):
        raise UsageError(f"{out} is the scene itself; name another file with -o")
    try:
        artifact.write(out)
    except OSError as fault:
        raise UsageError(f"cannot write {out}: {fault.strerror}") from fault
    report(compilation.warnings, options.settings)
    print(f"{out}: {_summary(artifact.manifest)}")
    return 0


def check(options: Namespace) -> int:
    """Report the faults of a scene and write nothing."""
    try:
        diagnostics = tuple(_compile(options).warnings)
    except CompileError as fault:
        diagnostics = tuple(fault.diagnostics)
    if options.format == "json":
        print(json.dumps(to_json(diagnostics), indent=1))
    else:
        report(diagnostics, options.settings)
    return int(any(diagnostic.severity == "error" for diagnostic in diagnostics))


def inspect(options: Namespace) -> int:
    """Count what is in a scene or a compiled scene."""
    rows = counts(_manifest(options))
    if sys.stdout.isatty():
        print_table(rows)
    else:
        print(as_text(rows))
    return 0


def dump(options: Namespace) -> int:
    """Show a scene as it is after a stage of the compiler."""
    stage = Stage(options.to)
    print(show(_compile(options, to=stage), stage).rstrip("\n"))
    return 0


def explain_code(options: Namespace) -> int:
    """Show the page on the code of a diagnostic."""
    try:
        print(explain(options.code).rstrip("\n"))
    except KeyError:
        hint = did_you_mean(options.code.upper(), CODES, "codes look like E0201")
        raise UsageError(f"there is no diagnostic {options.code}; {hint}") from None
    return 0


def schema(_: Namespace) -> int:
    """Print the JSON Schema of the language."""
    print(json.dumps(json_schema(), indent=2))
    return 0


def demo(options: Namespace) -> int:
    """Improve the gait of the shipped quadruped."""
    for library in ("equinox", "optax", "orbax", "scipy", "tensorboardX", "PIL"):
        _require(library, "demo", "the demo")
    from scenec.demo import run

    out = Path(options.out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise UsageError(f"cannot make the folder {out}: {fault.strerror}") from fault
    try:
        run(out, options.seconds)
    except ValueError as fault:
        raise UsageError(str(fault)) from fault
    return 0


def gradcheck(options: Namespace) -> int:
    """Compare the gradients of a scene with differences and secants of its motion."""
    from scenec.gradcheck import check, print_report

    if options.plot:
        _require("matplotlib", "plot", "a plot")
    try:
        sim = _simulator(options)
        found = check(sim, options.horizon, options.param)
    except ValueError as fault:
        raise UsageError(str(fault)) from fault
    found, tried = _tried(options, sim, found)
    if options.format == "json":
        data = {**found.to_json(), "remedies": [remedy.to_json() for remedy in tried]}
        print(json.dumps(data, indent=1))
    else:
        print_report(found, tried)
    if options.plot:
        _plot(found, Path(options.plot))
    return int(not found.agrees)


def _tried(options: Namespace, sim: Simulator, found: Report) -> tuple[Report, list[Remedy]]:
    """What other options make of gradients that are silent or wrong, or of a motion that jumps; a
    compiled scene has none."""
    from scenec.gradcheck import advised, check, feel, look_closer, remedies
    from scenert.checking import Verdict

    if _is_compiled(options):
        return found, []
    changed, horizon = partial(_changed, options), options.horizon
    if any(finding.verdict == Verdict.JUMPS for finding in found.findings):
        found = look_closer(found, sim, changed({"options.timestep": f"{sim.dt / 2!r} s"}))
    found = advised(found, changed, lambda sim, names: feel(sim, horizon, names))
    return found, list(remedies(found, changed, lambda sim, only: check(sim, horizon, only)))


def _plot(found: Report, plot: Path) -> None:
    from scenec.gradcheck import draw_report

    try:
        draw_report(found, plot)
    except (OSError, ValueError) as fault:
        raise UsageError(f"cannot draw {plot}: {fault}") from fault


def view(options: Namespace) -> int:
    """Write a page, picture or film of a recorded trajectory, or of a scene left to itself."""
    from scenec.viewing import look, write
    from scenert import TrajectoryError
    from scenert.viewer import FORMATS

    out = Path(options.out or f"{Path(options.file).stem}.html")
    if out.suffix.lower() not in FORMATS:
        raise UsageError(f"cannot write {out}: name a file that ends in {', '.join(FORMATS)}")
    if out.suffix.lower() != ".html":
        library = "av" if out.suffix.lower() == ".mp4" else "PIL"
        _require(library, "view", f"a {out.suffix} file")
    try:
        written = write(
            look(_simulator(options), options.trajectory, options.seconds), out, options.at
        )
    except TrajectoryError as fault:
        raise UsageError(str(fault)) from fault
    except OSError as fault:
        raise UsageError(f"cannot write {out}: {fault.strerror or fault}") from fault
    print(f"Look at {written}")
    return 0


def _require(module: str, extra: str, what: str) -> None:
    if find_spec(module) is None:
        raise UsageError(
            f"{what} needs {module}: pip install 'scenec[{extra}]' "
            f"(in a checkout: pip install -e '.[{extra}]')"
        )


def _simulator(options: Namespace) -> Simulator:
    """The simulator of a compiled scene, or of a scene that is compiled for the purpose."""
    from scenert import load_artifact

    if _is_compiled(options):
        if options.free or options.settings:
            raise UsageError(f"{options.file} is compiled: --free and --set are for scenes")
        return load_artifact(_read(options), options.file)
    compilation = _compile(options)
    report(compilation.warnings, options.settings)
    return load_artifact(_artifact(compilation).to_bytes(), options.file)


def _changed(options: Namespace, more: Mapping[str, str]) -> Simulator:
    """The simulator of a scene with more settings."""
    from scenert import load_artifact

    settings = [*options.settings, *more.items()]
    compilation = compile_file(options.file, free=options.free, settings=settings)
    return load_artifact(_artifact(compilation).to_bytes(), options.file)


def _compile(options: Namespace, to: Stage = Stage.EMIT) -> Compilation:
    return compile_file(options.file, free=options.free, settings=options.settings, to=to)


def _artifact(compilation: Compilation) -> Artifact:
    assert compilation.artifact is not None  # the last stage has run
    return compilation.artifact


def _with_native_code(artifact: Artifact, origin: str) -> Artifact:
    """The artifact with machine code for this computer, which takes seconds to make."""
    from scenert import load_artifact
    from scenert.native import generate

    return replace(artifact, native=generate(load_artifact(artifact.to_bytes(), origin)))


def _manifest(options: Namespace) -> Manifest:
    """The manifest of a compiled scene, or of a scene that is compiled for the purpose."""
    if _is_compiled(options):
        return unpack(_read(options)).manifest
    return _artifact(_compile(options)).manifest


def _read(options: Namespace) -> bytes:
    try:
        return Path(options.file).read_bytes()
    except OSError as fault:
        raise UsageError(f"cannot read {options.file}: {fault.strerror}") from fault


def _is_compiled(options: Namespace) -> bool:
    return _read(options).startswith(b"PK") or str(options.file).endswith(".sim")


def _summary(manifest: Manifest) -> str:
    wanted = ("bodies", "velocity states", "constraint rows")
    return ", ".join(f"{name} {value}" for name, value in counts(manifest) if name in wanted)

"""The command line. Exit status 0: good, 1: the scene is at fault, 2: wrong usage, 3: our fault."""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from scenec import __version__, commands
from scenec.diagnostics import CompileError
from scenec.driver import Stage
from scenec.reporting import report
from scenert.abi import ArtifactError

if TYPE_CHECKING:
    from argparse import _SubParsersAction

Command = Callable[[Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _note
            return _run(options)
    except BrokenPipeError:
        # The reader of our output has left, as `head` does; nobody is there to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _complain("interrupted", 130)
    except Exception as fault:
        return _confess(fault)


def _run(options: Namespace) -> int:
    try:
        status: int = options.command(options)
        sys.stdout.flush()
    except CompileError as fault:
        report(fault.diagnostics, options.settings)
        return 1
    except ArtifactError as fault:
        return _complain(f"{options.file}: {fault}", 1)
    except commands.UsageError as fault:
        return _complain(str(fault), 2)
    return status


def _note(message: Warning | str, *_: object, **__: object) -> None:
    """Show a warning to somebody who does not care where in our code it arose."""
    print(f"scenec: note: {message}", file=sys.stderr)


def _complain(message: str, status: int) -> int:
    print(f"scenec: {message}", file=sys.stderr)
    return status


def _confess(fault: Exception) -> int:
    """Say that this is our fault, not the scene's, and how to report it."""
    if os.environ.get("SCENEC_TRACEBACK") == "1":
        traceback.print_exception(fault)
    return _complain(
        f"internal error: {type(fault).__name__}: {fault}\n"
        "This is a fault of scenec, not of your scene. Please report it together with the scene\n"
        "and with what the same command says when SCENEC_TRACEBACK=1 is set.",
        3,
    )


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="scenec", description="Compile scene files to differentiable simulators."
    )
    parser.add_argument("--version", action="version", version=f"scenec {__version__}")
    parser.set_defaults(settings=(), free=(), file="")
    group = parser.add_subparsers(required=True, metavar="COMMAND")

    build = _scene_command(group, "build", commands.build, "compile a scene to a .sim file")
    build.add_argument("-o", "--out", metavar="OUT.sim", help="default: FILE's name, here")
    build.add_argument(
        "--native",
        action="store_true",
        help="add machine code for this computer's processor, so that the first step starts sooner",
    )

    check = _scene_command(group, "check", commands.check, "report the faults of a scene")
    check.add_argument("--format", choices=("text", "json"), default="text")

    _scene_command(group, "inspect", commands.inspect, "count what is in a scene or .sim file")

    dump = _scene_command(group, "dump", commands.dump, "show a scene after a compiler stage")
    dump.add_argument("--to", choices=[stage.value for stage in Stage], required=True)

    gradcheck = _scene_command(
        group,
        "gradcheck",
        commands.gradcheck,
        "compare gradients with differences and secants of the motion",
    )
    gradcheck.add_argument(
        "--horizon", type=_seconds, default=0.5, metavar="SECONDS", help="of motion (default: 0.5)"
    )
    gradcheck.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="NAME",
        help="check this input only, such as radius or ball.position; may be repeated",
    )
    gradcheck.add_argument("--format", choices=("text", "json"), default="text")
    gradcheck.add_argument("--plot", metavar="FILE.png", help="draw a picture, too")

    view = _scene_command(
        group, "view", commands.view, "make a page, picture or film of a motion of a scene"
    )
    view.add_argument(
        "--trajectory", metavar="FILE.npz", help="what to show; default: the scene left to itself"
    )
    view.add_argument(
        "--seconds", type=_seconds, default=5.0, help="of the scene left to itself (default: 5)"
    )
    view.add_argument(
        "--at", type=_moment, metavar="SECONDS", help="moment of a picture; default: the middle"
    )
    view.add_argument(
        "-o", "--out", metavar="OUT", help=".html, .png, .gif or .mp4; default: FILE's name, .html"
    )

    explain = _command(group, "explain", commands.explain_code, "explain a diagnostic's code")
    explain.add_argument("code", metavar="CODE", help="such as E0201")

    _command(group, "schema", commands.schema, "print the JSON Schema of the language")

    demo = _command(group, "demo", commands.demo, "improve the gait of the shipped quadruped")
    demo.add_argument("--out", metavar="FOLDER", default="demo", help="default: demo")
    demo.add_argument(
        "--seconds", type=_seconds, default=60.0, help="of training at most (default: 60)"
    )
    return parser


def _command(
    group: _SubParsersAction[ArgumentParser], name: str, command: Command, summary: str
) -> ArgumentParser:
    parser = group.add_parser(name, help=summary, description=f"{summary.capitalize()}.")
    parser.set_defaults(command=command)
    return parser


def _scene_command(
    group: _SubParsersAction[ArgumentParser], name: str, command: Command, summary: str
) -> ArgumentParser:
    """A command on a scene, with the options that change what is compiled."""
    parser = _command(group, name, command, summary)
    parser.add_argument("file", metavar="FILE")
    parser.add_argument(
        "--free",
        action="append",
        default=[],
        metavar="PATH",
        help="make a number of the scene a parameter, such as bodies.torso.mass; all: all of them",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="settings",
        type=_setting,
        metavar="PATH=VALUE",
        help="replace a value of the scene, such as options.coordinates=maximal",
    )
    return parser


def _setting(text: str) -> tuple[str, str]:
    """`PATH=VALUE` as a pair."""
    place, equals, value = text.partition("=")
    if not (place and equals):
        raise ArgumentTypeError(f"{text!r} is not PATH=VALUE")
    return place.strip(), value.strip()


def _seconds(text: str) -> float:
    seconds = _moment(text)
    if not seconds > 0:
        raise ArgumentTypeError(f"{text!r} is no length of time in seconds")
    return seconds


def _moment(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = float("nan")
    if not 0 <= seconds < float("inf"):
        raise ArgumentTypeError(f"{text!r} is no time in seconds")
    return seconds

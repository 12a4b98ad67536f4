"""Gradients held against differences and secants, on programs whose faults are known."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

import scenert
from scenert.abi import pack, unpack
from scenert.checking import Report, forked

FORCE = '-params["stiffness"] * state.q[:3]'


@pytest.fixture
def checked(artifact: bytes):
    """The report on the spring with another force."""

    def check(force: str, *only: str, horizon: float = 0.1) -> Report:
        contents = unpack(artifact)
        program = contents.program.replace(
            "import jax.numpy", "from jax import lax\nimport jax.numpy"
        )
        assert FORCE in program
        data = pack(contents.manifest, program.replace(FORCE, force), contents.scene)
        return scenert.gradcheck(scenert.load_artifact(data, "spring.sim"), horizon, only=only)

    return check


def verdicts(report: Report) -> dict[str, str]:
    return {finding.name: finding.verdict.value for finding in report.findings}


def test_the_derivatives_of_a_spring_are_right(checked):
    report = checked(FORCE, "stiffness", "mass", "stretch", "ball.linear", "push")
    assert report.agrees
    assert set(verdicts(report).values()) == {"agrees"}
    assert len(report.findings) == 3 + 3 + 3
    assert report.jacobian.shape == (len(report.outputs), 3 + 15 + 15 + 3)


@pytest.mark.parametrize(
    ("force", "parameter", "verdict"),
    [
        ('-lax.stop_gradient(params["stiffness"]) * state.q[:3]', "stiffness", "differs"),
        ("-50.0 * state.q[:3]", "stiffness", "no path"),
        ('-params["stiffness"] * jnp.round(20.0 * state.q[:3])', "stretch", "jumps"),
        ('-jnp.abs(params["stiffness"] - 50.0) * state.q[:3]', "stiffness", "kink"),
        ('-jnp.maximum(params["stiffness"] - 60.0, 0.0) * state.q[:3]', "stiffness", "flat"),
        ('-0.0 * jnp.sin(params["stiffness"]) * state.q[:3]', "stiffness", "inert"),
        ('-jnp.sqrt(params["stiffness"] - 50.0) * state.q[:3]', "stiffness", "not finite"),
    ],
)
def test_faults_have_their_names(checked, force: str, parameter: str, verdict: str):
    (finding,) = checked(force, parameter).findings
    assert finding.verdict.value == verdict
    assert finding.reason


def test_what_is_flat_here_tells_where_it_has_an_effect(checked):
    (finding,) = checked(
        '-jnp.maximum(params["stiffness"] - 60.0, 0.0) * state.q[:3]', "stiffness"
    ).findings
    assert finding.exact == 0
    assert finding.reason == "has no effect before it is displaced by +15 N/m"


def test_a_jump_is_found_when_it_happens(checked):
    """From 0.3 m the ball is let go; between 0.275 and 0.225 m the force is that at 0.25 m."""
    (finding,) = checked(
        '-params["stiffness"] * jnp.round(20.0 * state.q[:3]) / 20.0', "stretch", horizon=0.2
    ).findings
    position = 0.3 - 0.5 * 50 / 2 * 0.3 * np.arange(0, 0.2, 0.01) ** 2
    expected = 0.01 * np.argmax(position < 0.275)
    assert finding.time == pytest.approx(expected, abs=0.021)


@pytest.mark.parametrize(
    ("bend", "verdict"),
    [
        pytest.param("jnp.tanh(1e5 * x)", "agrees", id="a steep rise"),
        pytest.param("jnp.sign(x)", "jumps", id="a jump"),
        pytest.param("jnp.maximum(x - 0.1, 0.0) * jnp.sin(1e7 * x)", "rough", id="a thicket"),
    ],
)
def test_what_only_looks_like_a_jump_is_told_from_one(checked, bend: str, verdict: str):
    """Between two of the points at which the derivative is looked at first."""
    stiffness = f"(lambda k: k + (lambda x: {bend})(k - 50.123))"
    (finding,) = checked(f'-{stiffness}(params["stiffness"]) * state.q[:3]', "stiffness").findings
    assert finding.verdict.value == verdict
    assert (finding.jump is not None) == (verdict == "jumps")
    if finding.jump is not None:
        before, after = finding.jump
        assert before <= 0.123 <= after <= before + 1e-6


def test_a_report_is_plain_data(checked):
    report = checked('-jnp.sqrt(params["stiffness"] - 50.0) * state.q[:3]', "stiffness")
    data = json.loads(json.dumps(report.to_json(), allow_nan=False))
    assert data["agrees"] is False
    assert data["counts"] == {"not finite": 1}
    assert data["findings"][0]["name"] == "stiffness"


def test_progress_is_told(sim: scenert.Simulator):
    told: list[str] = []
    scenert.gradcheck(sim, 0.05, only=["mass"], progress=lambda what, *_: told.append(what))
    assert list(dict.fromkeys(told)) == ["differentiating", "running", "judging", "explaining"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"horizon": 0.001}, "a horizon of 0.001 s is no time: a step lasts 0.01 s"),
        ({"horizon": float("nan")}, "a horizon of nan s"),
        ({"control": [1.0]}, "control has shape (1,), expected (3,)"),
        ({"only": ["stifness"]}, "no input 'stifness'; did you mean 'stiffness'?"),
    ],
)
def test_impossible_questions_are_refused(sim: scenert.Simulator, arguments, message: str):
    with pytest.raises(ValueError, match=re.escape(message)):
        scenert.gradcheck(sim, **arguments)


def test_jumps_that_shorter_steps_have_too_are_those_of_the_motion(checked, artifact: bytes):
    """The force jumps with the coordinate; a program in which it jumps by half is not the same."""

    def program(steps: float):
        contents = unpack(artifact)
        force = f'-params["stiffness"] * jnp.round({steps} * state.q[:3]) / {steps}'
        data = pack(contents.manifest, contents.program.replace(FORCE, force), contents.scene)
        return scenert.load_artifact(data, "spring.sim")

    sim = program(20.0)
    report = scenert.gradcheck(sim, 0.1, only=["stretch"])
    assert "jumps" in verdicts(report).values()
    same, other = (forked(report, sim, finer) for finer in (sim, program(40.0)))
    assert same.agrees
    assert "forks" in verdicts(same).values()
    assert verdicts(other) == verdicts(report)

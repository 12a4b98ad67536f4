"""Options that may mend gradients are tried on what is wrong, and on nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from scenec.diagnostics import CompileError
from scenec.gradcheck.remedies import remedies
from scenert.checking import Finding, Report, Verdict


def report(options: dict[str, str], **verdicts: Verdict) -> Report:
    numbers = (1.0, 1.0, 1.0, 1.0, 1.0)
    findings = tuple(
        Finding("state", name, "m", verdict, "height", *numbers, scales=())
        for name, verdict in verdicts.items()
    )
    return Report("scene", 0.5, 50, options, ("height",), findings, np.zeros((1, 1)))


def unwanted(*_: object) -> Report:
    pytest.fail("this was not to be asked for")


def test_what_was_wrong_is_checked_with_the_option():
    asked = []

    def check(setting, only):
        asked.append((setting, only))
        return report({}, b=Verdict.JUMPS)

    wrong = report({"impacts": "stepped"}, a=Verdict.JUMPS, b=Verdict.DIFFERS, c=Verdict.AGREES)
    (remedy,) = remedies(wrong, lambda setting: setting, check)
    assert asked == [({"options.impacts": "continuous"}, ["a", "b"])]
    assert str(remedy) == "with options.impacts: continuous, 1 of 2 are right"
    assert remedy.to_json() == {"setting": "options.impacts: continuous", "right": 1, "wrong": 2}


@pytest.mark.parametrize(
    "fine",
    [
        report({"impacts": "stepped"}, a=Verdict.AGREES),
        report({"impacts": "continuous", "gradient": "exact"}, a=Verdict.JUMPS),
        report({}, a=Verdict.JUMPS),
    ],
    ids=["nothing is wrong", "the scene has the options", "it knows none of them"],
)
def test_nothing_is_tried_where_nothing_can_help(fine: Report):
    assert list(remedies(fine, unwanted, unwanted)) == []


def test_options_that_do_not_go_with_the_scene_are_passed_over():
    def compiled(_):
        raise CompileError(())

    wrong = report({"impacts": "stepped"}, a=Verdict.JUMPS)
    assert list(remedies(wrong, compiled, unwanted)) == []

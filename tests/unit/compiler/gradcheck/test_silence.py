"""Smoothed gradients are advised for what is silent, where a trial shows that they are felt."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from scenec.diagnostics import CompileError
from scenec.gradcheck.silence import advised
from scenert.checking import Finding, Report, Verdict

NARROW = "use `options.gradient: smoothed` to feel contacts from afar"
WIDE = "use `options.gradient: smoothed` and `options.smoothing: 10 cm` to feel contacts from afar"


def report(gradient: str = "exact", **verdicts: Verdict) -> Report:
    numbers = (0.0, 0.0, 0.0, 0.0, 1.0)
    findings = tuple(
        Finding("state", name, "m", verdict, "height", *numbers, scales=())
        for name, verdict in verdicts.items()
    )
    return Report("scene", 0.5, 50, {"gradient": gradient}, ("height",), findings, np.zeros((1, 1)))


def scene(contacts: int = 1):
    """What compiles a scene with that many contacts: its settings stand for the simulator."""

    def compiled(settings):
        return SimpleNamespace(manifest=SimpleNamespace(contacts=[0] * contacts), settings=settings)

    return compiled


def felt(**nearest: str):
    """What feels an input from the given smoothing on."""

    def found(sim, names):
        width = sim.settings.get("options.smoothing", "")
        return {name for name in names if nearest.get(name, "never") in ("", width)}

    return found


def unwanted(*_: object):
    pytest.fail("this was not to be asked for")


def test_the_narrowest_smoothing_that_is_felt_is_advised():
    silent = report(near=Verdict.FLAT, far=Verdict.INERT, gone=Verdict.INERT, fine=Verdict.AGREES)
    found = advised(silent, scene(), felt(near="", far="10 cm", fine=""))
    assert [finding.advice for finding in found.findings] == [NARROW, WIDE, "", ""]


@pytest.mark.parametrize(
    ("of", "contacts"),
    [
        (report(a=Verdict.INERT), 0),
        (report(a=Verdict.JUMPS, b=Verdict.NO_PATH), 1),
        (report("smoothed", a=Verdict.INERT), 1),
    ],
    ids=["no contacts", "nothing silent that contacts could mend", "smoothed already"],
)
def test_nothing_is_tried_where_nothing_can_help(of: Report, contacts: int):
    assert advised(of, scene(contacts), unwanted) is of


def test_scenes_that_cannot_be_smoothed_get_no_advice():
    def compiled(_):
        raise CompileError(())

    silent = report(a=Verdict.INERT)
    assert advised(silent, compiled, unwanted) is silent

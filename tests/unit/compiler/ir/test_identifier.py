"""Names that programs give to what the author named."""

from __future__ import annotations

import keyword
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenec.ir.identifier import link_identifier, parameter_identifier

NAMES = st.from_regex(r"[A-Za-z_][\w.-]*", fullmatch=True)
MAKERS = [link_identifier, parameter_identifier]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("torso", "torso"),
        ("fl.upper", "fl_upper"),
        ("Torso", "torso"),
        ("left-arm", "left_arm"),
        ("a²", "a_"),
        ("arm_ß", "arm__"),
        ("_hidden", "link__hidden"),
        ("lambda", "lambda_link"),
        ("range", "range_link"),
        ("tree", "tree_link"),
        ("State", "state_link"),
        ("torso_mass", "torso_mass_link"),
        ("hinge_rows_2", "hinge_rows_2_link"),
        ("a_on_b", "a_on_b_link"),
        ("mass", "mass"),
    ],
)
def test_a_link(name: str, expected: str) -> None:
    assert link_identifier(name, ()) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("thigh", "thigh"),
        ("Thigh", "Thigh"),
        ("bodies.ball.velocity.linear", "bodies_ball_velocity_linear"),
        ("lambda", "lambda_parameter"),
        ("joints", "joints_parameter"),
        ("State", "State_parameter"),
        ("s0", "s0_parameter"),
        ("torso_q", "torso_q_parameter"),
        ("pole_mass", "pole_mass"),
    ],
)
def test_a_parameter(name: str, expected: str) -> None:
    assert parameter_identifier(name, ()) == expected


def test_a_taken_name_is_numbered() -> None:
    assert link_identifier("arm", {"arm"}) == "arm_2"
    assert link_identifier("arm", {"arm", "arm_2"}) == "arm_3"
    assert parameter_identifier("tree", {"tree_parameter"}) == "tree_parameter_2"


@pytest.mark.parametrize("make", MAKERS)
@given(names=st.lists(NAMES, max_size=8))
def test_every_name_becomes_an_identifier_of_its_own(
    make: Callable[[str, set[str]], str], names: list[str]
) -> None:
    taken: set[str] = set()
    for name in names:
        identifier = make(name, taken)
        assert identifier.isascii()
        assert identifier.isidentifier()
        assert not keyword.iskeyword(identifier)
        assert identifier not in taken
        taken.add(identifier)


@given(name=NAMES)
def test_a_link_can_be_the_field_of_a_record(name: str) -> None:
    assert link_identifier(name, ())[0] != "_"

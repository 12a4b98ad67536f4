"""Every code has a page, and the page's examples are what it says they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from scenec.diagnostics import CODES, Diagnostic, explain

PAGES = Path(__file__).parents[3] / "compiler" / "scenec" / "explain"
_ERRORS = tuple(code for code in CODES if code.startswith("E"))
EXAMPLE = re.compile(r"(Wrong|Right):\n\n```(\w+)\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("code", CODES)
def test_a_page_begins_with_its_code_and_shows_a_wrong_and_a_right_example(code: str) -> None:
    page = explain(code)
    assert page.startswith(f"# {code}: {CODES[code]}\n")
    assert [kind for kind, _, _ in EXAMPLE.findall(page)] == ["Wrong", "Right"]


@pytest.mark.parametrize("code", CODES)
def test_the_wrong_example_has_the_fault_and_the_right_one_has_none(
    code: str, diagnosed: Callable[[str], tuple[Diagnostic, ...]]
) -> None:
    for kind, language, text in EXAMPLE.findall(explain(code)):
        if language != "yaml":
            continue
        found = [d.code for d in diagnosed(text) if d.code in (code, *_ERRORS)]
        assert found == ([code] if kind == "Wrong" else [])


def test_there_is_no_page_without_a_code() -> None:
    assert {page.stem for page in PAGES.glob("*.md")} == set(CODES)


def test_codes_are_found_in_any_case() -> None:
    assert explain("e0201") == explain("E0201")


def test_an_unknown_code_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        explain("E9999")


def test_every_code_is_shown_in_a_test() -> None:
    tests = Path(__file__).parents[2]
    texts = [*tests.rglob("*.md"), *tests.rglob("test_*.py")]
    shown = set(re.findall(r"[EW]\d{4}", "".join(t.read_text("utf-8") for t in texts)))
    assert set(CODES) <= shown

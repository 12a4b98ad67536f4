"""Writes docs/scene-language.md from the schema; run it after changing the language."""

from pathlib import Path

from scenec.syntax.reference import markdown

PAGE = Path(__file__).parent.parent / "docs" / "scene-language.md"

if __name__ == "__main__":
    PAGE.write_text(markdown(), "utf-8")
    print(f"wrote {PAGE}")

"""Faults as values: a code, a place, one sentence, a hint. Rendering comes last."""

from scenec.diagnostics.codes import CODES, explain
from scenec.diagnostics.diagnostic import CompileError, Diagnostic, Note, Reporter, Span
from scenec.diagnostics.render import render_text, to_json
from scenec.diagnostics.suggest import closest, did_you_mean

__all__ = [
    "CODES",
    "CompileError",
    "Diagnostic",
    "Note",
    "Reporter",
    "Span",
    "closest",
    "did_you_mean",
    "explain",
    "render_text",
    "to_json",
]

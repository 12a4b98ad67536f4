"""Published gradients through contact: the exact ones, ours, and those of other engines.

    python -m tools.scoreboard [PROBLEM...] [--json FILE] [--peer ENGINE=PYTHON]... [--page]

Every problem is differentiated at several points, the published one first. The exact gradients are
computed here, too. Engines run in processes of their own with the interpreters that `--peer` names;
those that are not named are left out. With `--json`, what is in the file already is not run again,
so that an interrupted run goes on where it was; `--page` writes docs/gradients.md and its figure.
"""

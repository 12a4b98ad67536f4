"""Random scenes, states and controls: are values and gradients finite, right, and alike in lanes?

    python -m tools.fuzz [--scenes N] [--samples M] [--seed S] [--portable N] [--json FILE]

Every scene is a random mechanism with random contacts, limits and drives, and is run from M random
states with random parameters and controls: by default 100 scenes of 100 samples each, ten thousand
in all. A line for each scene tells its seed; `--seed S --scenes 1` repeats that one. With `--json`,
scenes that are in the file already are not run again. The exit status is 1 where anything fails.
"""

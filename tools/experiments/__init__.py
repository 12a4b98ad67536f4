"""Published experiments on differentiable simulators, each as one command.

python -m tools.experiments NAME... [--smoke] [--out FOLDER]

Each writes its figures (JSON), a plot (PNG) and, where something moves, a trajectory that
`scenec view` plays. Training goes on where an earlier run ended. With `--smoke` everything is cut
short, to see that it works.
"""

"""What steps, gradients, compiling and memory cost, next to other engines in the same run.

    python -m tools.bench [NAME...] [--quick] [--json FILE] [--peer-python PYTHON]
    python -m tools.bench.report FILE > docs/performance.md

Benchmarks: quadruped, chain, balls, startup, memory; without a name, all of them. Engines that are
not installed are left out with a message; `--peer-python` names an interpreter that has them.
"""

"""Solvers of constraint rows, and the laws that rows obey."""

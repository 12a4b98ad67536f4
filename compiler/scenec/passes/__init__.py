"""Passes from one representation to the next, one a file."""

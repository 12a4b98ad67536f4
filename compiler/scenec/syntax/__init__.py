"""Syntax: from the text of a scene file to its schema's models, every value still as written."""

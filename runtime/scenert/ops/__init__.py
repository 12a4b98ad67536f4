"""The physics that compiled scenes call, one topic a module."""

"""Looking at motions: `view` makes a page, a notebook's output, pictures and films of them."""

from scenert.viewer.face import FORMATS, View, view

__all__ = ["FORMATS", "View", "view"]

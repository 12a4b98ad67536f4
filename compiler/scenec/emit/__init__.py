"""Back end: the flat layout as a program, a manifest and an archive."""

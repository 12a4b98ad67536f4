"""The version of the compiler; the build reads it from here."""

VERSION = "0.1.0"

"""The intermediate representations, one a file, with their printer and their verifier."""

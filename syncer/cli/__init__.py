"""The command line: parses, calls one use case, prints, exits. Nothing else does."""

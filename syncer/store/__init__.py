"""The SQLite file: what came in verbatim, what was decided, and what the runner said by hand."""

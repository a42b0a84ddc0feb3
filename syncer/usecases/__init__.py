"""The program's jobs: each takes adapters and values, does one thing, and returns what happened. Nothing prints.

Whatever takes a connection may raise what `syncer.store.sqlite_errors` makes of SQLite's errors; docstrings name only
what is beyond these.
"""

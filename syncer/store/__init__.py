"""The SQLite file: what came in verbatim, what was decided, and what the runner said by hand.

`open_database` gives a plain connection; each small class here takes one and reads or writes its own tables. Every
write is atomic alone, and several become one inside ``with transaction(connection):``. Whatever reads or writes may
raise what `syncer.store.sqlite_errors` makes of SQLite's errors; docstrings name only what is beyond these.
"""

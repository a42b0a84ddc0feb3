"""The map of the source: the rooms in words, every module with its own first sentence."""

from __future__ import annotations

import ast
from pathlib import Path

HEAD = """# The source, as built

Data comes in at `sources`, rests in `store`, is decided on in pure rooms (`sync`, `correlate`, `workouts`), and
leaves as a workout (`delivery`) or as a report (`report`). Effects stand at the edges; the middle is plain
functions over frozen values. Who may import whom, top to bottom; names on one line may not import each other:

```
__main__
cli              parses, calls one use case, prints, exits; the one error boundary, the one place that prints
bootstrap        builds the real things: settings, database, templates, clients
settings         TOML + environment → frozen Settings
usecases         the program's jobs: take adapters and values, return what happened
sources | store | delivery | report | nightly | demo
clients          the only importers of garminconnect, stravalib and requests
whole_file       writes a file whole or not at all, for every room that touches the disk
typed_path       paths as people type them
sync | correlate | workouts          pure; the ports that they need are Protocols
domain           the words of the field as frozen dataclasses
errors
```

Import-linter's contracts in `pyproject.toml` hold it, and that inside a room imports go one way; `scripts/test` runs
them. `usecases` is a room that the first plan did not have: deciding needs `sync`, `correlate` and `workouts`
together, which may not know each other.

## The way of a run

A file or a JSON page → `sources` makes one `Recording` (instant and offset, SI units, every text kept) and
keeps the payload → `store.recordings` keeps what each origin said, `store.versions` merges it field by field → the same
transaction marks the activities as stale → `usecases.refreshing` has them derived: `sync.match` finds which
recordings are one activity and why, `sync.merge` makes one `Activity`, `correlate.notes` reads its texts →
`store.activities` writes only what changed → `usecases.planning` and `usecases.reporting` put plain lists
through `correlate` → one `WeeklyReport` → `report` renders. The payload stays in the store, so that a better
parser needs no download.

Live, the JSON comes from `clients.garmin` and `clients.strava`, which share one policy of trying again
(`clients.patient`) and turn every failure into one of our errors. `sync.engine` stores each page and each detail in a
transaction of its own and queues what a limit leaves over; `store.sync_state` holds the cursor from which the next run
goes on, `store.runs` the log of what each run did.

## The way of a band walk

`templates/lateral-band-walk.toml` → `workouts.template` → `Workout` at the level that `workouts.progression`
replays from history → `workouts.fit` bytes, decoded again with fitparse and compared step by step
(`workouts.verify`), and `workouts.connect` JSON from the same object → `usecases.pushing` records the intent →
`delivery.usb` writes it under a temporary name, syncs, renames, reads back. When the watch's activity comes in,
its `training_file` names that very file, and `correlate.adherence` knows which planned session it was.

To Garmin Connect: `delivery.connect_library` decides, on what was read there, which workout is ours, and
`delivery.connect_calendar` what the calendar lacks; `usecases.pushing_connect_workout` records the intent
(`store.pushes`), uploads and reads back, and `usecases.pushing_connect_calendar` then schedules the days. An intent
without an outcome is settled by looking, never by sending twice.

## Modules

Made from the modules' own first sentences by `python -m scripts.reference`; a test holds it against them.
"""


def source_code_page(package: Path) -> str:
    """The map as markdown."""
    lines = [HEAD]
    rooms = ["", *sorted(path.name for path in package.iterdir() if (path / "__init__.py").is_file())]
    for room in rooms:
        folder = package / room
        files = sorted(folder.glob("*.py")) if not room else sorted(folder.rglob("*.py"))
        rows = [(file.relative_to(package).as_posix(), _sentence(file)) for file in files if file.name != "__init__.py"]
        intro = _sentence(folder / "__init__.py")
        lines += [f"### `syncer/{room}`".rstrip("/").replace("/`", "`"), "", intro, ""]
        lines += ["| | |", "|---|---|", *(f"| `{name}` | {sentence} |" for name, sentence in rows), ""]
    return "\n".join(lines).rstrip() + "\n"


def _sentence(file: Path) -> str:
    """The first paragraph's first line of a module's docstring."""
    found = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return " ".join(found.split("\n\n")[0].split()).replace("|", "\\|")

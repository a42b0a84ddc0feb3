"""The commands that write, each with the home in which it is run."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests import export_builder, fit_builder
from tests.export_builder import StravaActivity, garmin_row, strava_export, write_folder, write_zip
from tests.faults.forks import Ended, Forks, Trial

NOW = datetime(2026, 3, 30, 8, tzinfo=UTC)
ENVIRONMENT = {
    "SYNCER_NOW": NOW.isoformat(),
    "SYNCER_TIMEZONE": "Europe/Berlin",
    "NO_COLOR": "1",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PATH": "/usr/bin:/bin",
}


@dataclass(frozen=True)
class Command:
    """A command line; ``@`` in its words is the folder in which everything lies.

    Attributes:
        again: exit codes of a second run that finds everything done.
    """

    words: tuple[str, ...]
    again: tuple[int, ...] = (0,)

    @property
    def name(self) -> str:
        return " ".join(word for word in self.words if "@" not in word)


COMMANDS = tuple(
    Command(tuple(words.split()), again)
    for words, again in (
        ("import @/new/export.zip @/new/garmin.zip @/new/fits", (0,)),
        ("plan set --days tue,thu --from 2026-03-16", (0,)),
        ("plan pause 2026-03-09 2026-03-15 --reason travel", (0,)),
        ("plan resume 2026-03-25", (0,)),
        ("plan excuse 2026-03-18 --reason ill", (0,)),
        ("pain set s103 4 --side left", (0,)),
        ("pain clear s101", (0,)),
        ("activities link s104 s105", (0, 2)),  # "they are one already"
        ("activities unlink g9001", (0, 2)),
        ("push --to @/watch", (0,)),
        ("report --week 2026-W13 -o @/out/report.md", (0,)),
        ("report -o @/out/report.json", (0,)),
        ("workout build lateral-band-walk -o @/out/walk.fit", (0,)),
        ("db backup", (0,)),
        ("db backup @/out/copy.db", (0,)),
        ("db restore", (0,)),
        ("db export -o @/out/everything.jsonl", (0,)),
        ("db forget strava --yes", (0,)),
        ("db forget all --yes", (0,)),
    )
)


def trial(command: Command, folder: Path, **faults: object) -> Trial:
    """A run of ``command`` in ``folder``."""
    words = [word.replace("@", str(folder)) for word in command.words]
    environment = {**ENVIRONMENT, "SYNCER_HOME": str(folder / "home"), "HOME": str(folder / "user")}
    return Trial(words, environment, **faults)  # type: ignore[arg-type]


def prepare(forks: Forks, folder: Path) -> None:
    """A runner's home in use: a plan, imported activities of two platforms, pain, a push, a backup, and new exports."""
    (folder / "home").mkdir(parents=True)
    (folder / "out").mkdir()
    (folder / "watch" / "GARMIN" / "NewFiles").mkdir(parents=True)
    (folder / "new").mkdir()
    (folder / "old").mkdir()
    write_zip(folder / "old" / "export.zip", strava_export(_runs(12)))
    _write_garmin(folder / "old" / "garmin.zip", range(3))
    write_zip(folder / "new" / "export.zip", strava_export(_runs(30)))
    _write_garmin(folder / "new" / "garmin.zip", range(8))
    fits = {f"{number}.fit": fit_builder.band_walk(_day(number) + timedelta(hours=11)) for number in range(6)}
    write_folder(folder / "new" / "fits", fits)
    for words in (
        "plan set --days mon,wed,fri --from 2026-03-02",
        "plan pause 2026-03-23 2026-03-29 --reason rest",
        "import @/old/export.zip @/old/garmin.zip",
        "pain set s101 3",
        "push --to @/watch --workout no-band",
        "db backup",
    ):
        done = forks.run(trial(Command(tuple(words.split())), folder))
        assert done.code == 0, done


def fresh(prepared: Path, folder: Path) -> Path:
    """``folder`` as ``prepared`` was."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(prepared, folder)
    return folder


def ran(forks: Forks, command: Command, folder: Path, **faults: object) -> Ended:
    """Run it; whatever happens, no traceback and no "unexpected" is shown."""
    done = forks.run(trial(command, folder, **faults))
    assert "Traceback" not in done.err, done.err
    assert "should not have" not in done.err, done.err
    return done


def _day(number: int) -> datetime:
    return datetime(2026, 3, 1, 6, tzinfo=UTC) + timedelta(days=number)


def _runs(count: int) -> list[StravaActivity]:
    return [
        StravaActivity(
            str(100 + number),
            _day(number) if number != 5 else _day(4) + timedelta(minutes=45),
            description=("", "#kneepain0", "knee 3/10 left")[number % 3],
            file=fit_builder.run(_day(number), serial=500 + number) if number % 2 else None,
        )
        for number in range(count)
    ]


def _write_garmin(path: Path, numbers: range) -> None:
    """Garmin's account of the same runs, seconds apart."""
    rows = [garmin_row(9000 + number, _day(number) + timedelta(seconds=5)) for number in numbers]
    write_zip(path, export_builder.garmin_export(rows))

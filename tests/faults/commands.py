"""The commands that write, each with the home in which it is run."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from syncer.usecases.importing import POOL_FROM
from tests import export_builder, fit_builder
from tests.export_builder import StravaActivity, garmin_row, strava_export, write_folder, write_zip
from tests.fakes.schedulers import FakeSystems
from tests.faults.forks import HUNG, Ended, Forks, Trial
from tests.faults.services import EMAIL, PASSWORD, Services
from tests.faults.state import leftovers, raw, state

NOW = datetime(2026, 3, 30, 8, tzinfo=UTC)
ENVIRONMENT = {
    "SYNCER_NOW": NOW.isoformat(),
    "SYNCER_TIMEZONE": "Europe/Berlin",
    "NO_COLOR": "1",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
}
WALK = "f1cf47ed5089886d6"  # one of the files, done four days before the session that it is said to be
SYSTEMS = ("systemd", "launchd", "task-scheduler", "cron")


@dataclass(frozen=True)
class Command:
    """A command line; ``@`` in its words is the folder in which everything lies, ``%`` what no run may change.

    Attributes:
        again: exit codes of a second run that finds everything done.
        before: command lines that are run first, undisturbed.
        differs: what a run that failed and was told of may leave otherwise than one that never failed.
        typed: what the runner types, where it asks.
    """

    words: tuple[str, ...]
    again: tuple[int, ...] = (0,)
    before: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    typed: str = ""

    @property
    def name(self) -> str:
        return " ".join(word.removeprefix("%/") for word in self.words if "@" not in word)


def command(
    words: str,
    *,
    again: tuple[int, ...] = (0,),
    before: tuple[str, ...] = (),
    differs: tuple[str, ...] = (),
    typed: str = "",
) -> Command:
    return Command(tuple(words.split()), again, before, differs, typed)


COMMANDS = (
    command("init --yes --days tue,sat --units imperial --to @/watch"),
    command(
        "init --yes --days mon --units metric --timezone Europe/Rome --to connect",
        before=("init --yes --days tue,sat --units imperial --to @/watch",),
    ),
    command("demo @/out/demo"),
    command("auth garmin", typed=f"{EMAIL}\n{PASSWORD}\n"),
    command("auth strava"),
    command("import @/new/export.zip @/new/garmin.zip @/new/fits"),
    command("import %/many-fits"),  # in several transactions, read by several processes
    command("sync --since 2026-02-01"),
    command("sync strava --full"),
    command("plan set --days tue,thu --from 2026-03-16"),
    command("plan set --days tue --workout hip-circuit --from 2026-03-16 --add"),
    command("plan pause 2026-03-09 2026-03-15 --reason travel"),
    command("plan resume 2026-03-25"),
    command("plan excuse 2026-03-18 --reason ill"),
    command("plan excuse 2026-03-18 --clear", before=("plan excuse 2026-03-18 --reason ill",)),
    command("pain set s103 4 --side left"),
    command("pain clear s101"),
    command("activities link s104 s105", again=(0, 2)),  # "they are one already"
    command("activities unlink g9001", again=(0, 2)),
    command(f"activities link 2026-03-09-lateral-band-walk {WALK}", before=("import @/new/fits",)),
    command(
        "activities unlink 2026-03-09-lateral-band-walk",
        before=("import @/new/fits", f"activities link 2026-03-09-lateral-band-walk {WALK}"),
        again=(0, 2),
    ),
    command("push --to @/watch", differs=("database: pushes",)),  # a push that did not arrive is told there
    command("push --to connect"),
    command("push --to connect --level 6", before=("push --to connect", "plan set --days tue --from 2026-03-30")),
    command("report --week 2026-W13 -o @/out/report.md"),
    command("report -o @/out/report.html"),
    command("report -o @/out/report.json"),
    command("report --for physio --from 2026-W10 -o @/out/physio.html"),
    command("workout build lateral-band-walk -o @/out/walk.fit"),
    command("workout build lateral-band-walk --format connect-json -o @/out/walk.json"),
    command("nightly", before=("plan set --days mon,wed --from 2026-03-02",)),
    *(command(f"schedule install --system {one} --at 04:15") for one in SYSTEMS),
    *(
        command(f"schedule install --system {one} --at 05:45", before=(f"schedule install --system {one} --at 04:15",))
        for one in SYSTEMS
    ),
    *(command(f"schedule remove --system {one}", before=(f"schedule install --system {one}",)) for one in SYSTEMS),
    command("db backup"),
    command("db backup @/out/copy.db"),
    command("db restore"),
    command("db restore @/old/copy.db"),
    command("db export -o @/out/everything.jsonl"),
    command("db forget strava --yes"),
    command("db forget garmin --yes"),
    command("db forget all --yes"),
    command("auth logout strava"),
    command("auth logout"),
)


class World:
    """A runner's home in use, both services, and the process that runs the program in copies of that home."""

    def __init__(self, forks: Forks, services: Services, folder: Path) -> None:
        self._forks, self._services, self._folder = forks, services, folder
        self._made: dict[tuple[str, ...], tuple[Path, dict[str, Any]]] = {}
        self._undisturbed: dict[Command, tuple[Ended, dict[str, Any]]] = {}
        self._written: dict[Command, dict[str, int]] = {}
        self.disk = folder / "disk"
        self.disk.mkdir()
        self._shared = folder / "shared"
        walks = {f"{number}.fit": fit_builder.band_walk(_day(number)) for number in range(POOL_FROM + 20)}
        write_folder(self._shared / "many-fits", walks)
        self.prepared = self._prepared(())[0]

    def fresh(self, command: Command | None = None, folder: Path | None = None) -> Path:
        """The home and the services as they were, made ready for ``command``; the home is always at the same place."""
        folder = folder or self.disk / "home-in-use"
        prepared, kept = self._prepared(command.before if command else ())
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(prepared, folder, symlinks=True)
        for link in [way for way in folder.rglob("*") if way.is_symlink()]:
            leads_to = folder / link.readlink().relative_to(prepared)
            link.unlink()
            link.symlink_to(leads_to)
        self._services.go_back(kept)
        return folder

    def undisturbed(self, command: Command) -> tuple[Ended, dict[str, Any]]:
        """A run of ``command`` that nothing comes in the way of, and the state that it leaves."""
        if command not in self._undisturbed:
            folder = self.fresh(command)
            before = raw(folder)
            ended = self.ran(command, folder)
            assert ended.code == 0, ended
            assert leftovers(folder) == []
            written = [name for name, content in raw(folder).items() if before.get(name) != content]
            self._written[command] = {name: (folder / name).stat().st_size for name in written}
            self._undisturbed[command] = ended, self.state(folder)
        return self._undisturbed[command]

    def written(self, command: Command) -> dict[str, int]:
        """The files that an undisturbed run makes or changes, with their bytes then."""
        self.undisturbed(command)
        return self._written[command]

    def ran(self, command: Command, folder: Path, **faults: Any) -> Ended:
        """Run it; whatever happens, no traceback and no "unexpected" is shown, and nothing that it started goes on."""
        words = [word.replace("@", str(folder)).replace("%", str(self._shared)) for word in command.words]
        environment = {
            **ENVIRONMENT,
            **self._services.environment,
            "SYNCER_HOME": str(folder / "home"),
            "HOME": str(folder / "user"),
            "TMPDIR": str(folder / "tmp"),
            "PATH": f"{folder / 'bin'}:/usr/bin:/bin",
            "BROWSER": str(folder / "bin" / "browser"),
        }
        done = self._forks.run(Trial(words, environment, typed=command.typed, **faults))
        assert "Traceback" not in done.err, done.err
        assert "should not have" not in done.err, done.err
        assert not done.outlived, done
        assert done.code != HUNG, done
        return done

    def state(self, folder: Path) -> dict[str, Any]:
        """Everything that may differ after a run."""
        return {
            **state(folder),
            "services": {**self.services(), "signed in": self._services.signed_in(folder / "home")},
        }

    def services(self) -> dict[str, Any]:
        """What lies at both services."""
        return self._services.kept()

    def _prepared(self, before: tuple[str, ...]) -> tuple[Path, dict[str, Any]]:
        if before not in self._made:
            folder = self._folder / f"before-{len(self._made)}" / "home-in-use"
            if before:
                self.fresh(folder=folder)
            else:
                _furnish(folder)
                self._services.sign_in(folder / "home")
            for words in before or FIRST:
                done = self.ran(Command(tuple(words.split())), folder)
                assert done.code == 0, done
            self._made[before] = folder, self._services.kept()
        return self._made[before]


# goes where it is sent, as a browser does; the one who sent it may be gone by then
BROWSER = f"""#!{sys.executable} -I
import contextlib, sys, urllib.request
with contextlib.suppress(OSError):
    urllib.request.urlopen(sys.argv[1], timeout=10).read()
"""

FIRST = (
    "plan set --days mon,wed,fri --from 2026-03-02",
    "plan pause 2026-03-23 2026-03-29 --reason rest",
    "import @/old/export.zip @/old/garmin.zip",
    "pain set s101 3",
    "push --to @/watch --workout no-band",
    "db backup",
    "db backup @/old/copy.db",
)


def _furnish(folder: Path) -> None:
    """What lies around a runner's home: old and new exports, a watch, the system's own programs."""
    for name in ("home", "user", "tmp", "out", "watch/GARMIN/NewFiles", "new", "old"):
        (folder / name).mkdir(parents=True)
    FakeSystems(folder / "bin")
    browser = folder / "bin" / "browser"
    browser.write_text(BROWSER)
    browser.chmod(0o755)
    write_zip(folder / "old" / "export.zip", strava_export(_runs(12)))
    _write_garmin(folder / "old" / "garmin.zip", range(3))
    write_zip(folder / "new" / "export.zip", strava_export(_runs(30)))
    _write_garmin(folder / "new" / "garmin.zip", range(8))
    fits = {f"{number}.fit": fit_builder.band_walk(_day(number) + timedelta(hours=11)) for number in range(6)}
    write_folder(folder / "new" / "fits", fits)


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

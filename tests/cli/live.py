"""A runner who is signed in to both services, which live on this machine; the clock stands where the test wants it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from syncer.cli.app import main
from tests.cli.runner import Ran, syncer
from tests.fakes import garmin as garmin_fake
from tests.fakes import strava as strava_fake
from tests.fakes.garmin import FakeGarmin
from tests.fakes.loopback import Loopback, running
from tests.fakes.strava import FakeStrava

BERLIN = ZoneInfo("Europe/Berlin")
# written by each run about itself; everything else is the runner's
LOG_TABLES = ("runs", "run_sources")


@dataclass
class Live:
    """The runner's home, the services, and the time."""

    home: Path
    garmin: FakeGarmin
    strava: FakeStrava
    garmin_server: Loopback
    strava_server: Loopback
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    now: datetime = datetime(2026, 11, 16, 6, 30, tzinfo=BERLIN)
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What the program is started with."""
        return {
            "SYNCER_HOME": str(self.home),
            "SYNCER_NOW": self.now.isoformat(),
            "SYNCER_TIMEZONE": "Europe/Berlin",
            "SYNCER_SYNC_BACKOFF_S": "0.01",
            **garmin_fake.environment(self.garmin_server),
            **strava_fake.environment(self.strava_server, self.strava.oauth),
            **self.settings,
        }

    def sign_in(self, *providers: str, lifetime_s: float = 20_000.0) -> None:
        """Put fresh tokens where a sign-in would have put them."""
        folder = self.home / "tokens"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in providers:
            source = self.garmin.tokens if name == "garmin" else self.strava.oauth
            (folder / f"{name}.json").write_text(json.dumps(source.sign_in(lifetime_s)), encoding="utf-8")
            (folder / f"{name}.json").chmod(0o600)

    def later(self, **time: float) -> None:
        """The clock goes on."""
        self.now += timedelta(**time)

    def day(self, days_ago: int = 0, hour: int = 7, minute: int = 0) -> datetime:
        """An instant so many days ago, in the runner's wall clock."""
        day = (self.now - timedelta(days=days_ago)).date()
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BERLIN)

    def run(self, *words: str | Path) -> Ran:
        """The program in this process: quick, and all but the process itself is real."""
        for name, value in self.environment.items():
            self.monkeypatch.setenv(name, value)
        self.capsys.readouterr()
        handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            code = main(["--json", *map(str, words)])
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
        said = self.capsys.readouterr()
        assert "Traceback" not in said.err
        return Ran(int(code), said.out, said.err)

    def sync(self, *words: str) -> dict[str, dict[str, Any]]:
        """``syncer sync``: the contract's answer by provider."""
        return self.providers(self.run("sync", *words))

    def providers(self, ran: Ran) -> dict[str, dict[str, Any]]:
        """By name, what a run says of each provider."""
        return {one["provider"]: one for one in ran.data["providers"]}

    def spawn(self, *words: str | Path, env: Mapping[str, str] | None = None, timeout: float = 120) -> Ran:
        """The program as a process, as people start it."""
        return syncer(*words, home=self.home, env={**self.environment, **(env or {})}, timeout=timeout)

    def start(self, *words: str | Path) -> subprocess.Popen[str]:
        """The program as a process that goes on while the test does something to it."""
        return subprocess.Popen(
            [sys.executable, "-m", "syncer", *map(str, words)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **self.environment},
        )

    def rows(self, sql: str, *values: object) -> list[Any]:
        """A look into the database."""
        with contextlib.closing(sqlite3.connect(self.home / "syncer.db")) as connection:
            return connection.execute(sql, values).fetchall()

    def dump(self) -> dict[str, list[Any]]:
        """Every table's rows but those of the run log; the file is sound and refers to nothing missing."""
        names = [name for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert self.rows("PRAGMA integrity_check") == [("ok",)]
        assert self.rows("PRAGMA foreign_key_check") == []
        return {
            name: sorted(self.rows(f"SELECT * FROM {name}"), key=repr)
            for name in names
            if name not in LOG_TABLES and not name.startswith("sqlite_")
        }

    def content(self) -> dict[str, list[Any]]:
        """The dump without the instants at which things came in: what two ways to the same state have in common."""
        found = self.dump()
        for name, rows in found.items():
            columns = [row[1] for row in self.rows(f"PRAGMA table_info({name})")]
            keep = [at for at, column in enumerate(columns) if column not in ("told_us", "stored_us")]
            found[name] = sorted(([row[at] for at in keep] for row in rows), key=repr)
        return found

    def activities(self) -> list[dict[str, Any]]:
        """What the program says was done."""
        return self.run("activities", "list").data["activities"]

    def notes(self, short_id: str) -> dict[str, str]:
        """The texts of a recording."""
        provider = {"g": "garmin", "s": "strava"}[short_id[0]]
        ((text,),) = self.rows(
            "SELECT notes_json FROM recordings WHERE provider = ? AND external_id = ?", provider, short_id[1:]
        )
        return dict(json.loads(text))

    def look_for_secrets(self, *outputs: Ran) -> None:
        """No token, no client secret anywhere but in the token files."""
        secrets = [*self.garmin.tokens.secrets(), *self.strava.oauth.secrets()]
        places: dict[str, bytes] = {
            str(path): path.read_bytes()
            for path in self.home.rglob("*")
            if path.is_file() and path.parent != self.home / "tokens"
        }
        places |= {f"output {number}": (ran.out + ran.err).encode() for number, ran in enumerate(outputs)}
        for server in (self.garmin_server, self.strava_server):
            places |= {str(request): str(request.query).encode() for request in server.log}
        for name, content in places.items():
            for secret in secrets:
                assert secret.encode() not in content, f"{name} holds {secret[:20]}"
            assert not re.search(rb"secret-(access|refresh|code|ticket)", content), name


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Live]:
    """A runner who is signed in to both services and has done nothing yet."""
    garmin, strava = FakeGarmin(), FakeStrava()
    with running(garmin) as garmin_server, running(strava) as strava_server:
        runner = Live(tmp_path / "home", garmin, strava, garmin_server, strava_server, monkeypatch, capsys)
        strava.oauth.clock = lambda: runner.now.timestamp()
        runner.sign_in("garmin", "strava")
        yield runner

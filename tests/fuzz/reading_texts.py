"""What reads texts from outside: notes, templates, histories, settings, tokens, redirects, other programs' output."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from syncer.errors import SyncerError
from tests.fuzz.target import REPO, START, Target

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def _notes(data: bytes) -> None:
    from syncer.correlate.notes import read
    from syncer.report.safe_text import clean, harmless_json, one_line

    text = _with_surrogates(data)
    tag = read(text)
    for shown in (clean(text), one_line(text), *(one_line(item.text) for item in (tag.evidence if tag else ()))):
        assert not STEERING.search(shown), shown
    assert tag is None or tag.score is None or 0 <= tag.score <= 10, tag
    for as_json in (harmless_json(json.dumps(text, ensure_ascii=plain)) for plain in (True, False)):
        assert json.loads(as_json) == text
        assert not STEERING.search(as_json)


def _with_surrogates(data: bytes) -> str:
    """The text with halves of surrogate pairs, as JSON can escape them; two that fit are a letter."""
    try:
        return data.decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def _notes_seeds() -> list[bytes]:
    texts = (
        "#kneepain 3/10 left",
        "knee felt fine, 0/10",
        "Knie links 4 von 10\nspäter besser",
        "<b>genou</b> &nbsp;2/10",
        "dolor de rodilla derecha 5 de 10, nada al final",
        "no pain in the left knee; right one 2-3/10, hip 6/10, RPE 7/10, 12/10/2026 12 km",
    )
    return [text.encode() for text in texts]


class _Tags(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, " ".join(sorted(name for name, _ in attrs))))


def _page(data: bytes) -> None:
    """Names, notes and file names in a report: the page has the elements that it has with plain ones."""
    from syncer.report.html import render_html
    from syncer.report.markdown import render_markdown
    from syncer.report.terminal import render_terminal

    text = "x" + data.decode("utf-8", "surrogateescape")[:2000]  # a run without a name is shown otherwise
    made = _report_with(text)
    page = render_html(made, "metric")
    assert _Tags(page).found == _plain_tags()
    for shown in (page, render_markdown(made, "metric"), render_terminal(made, "metric", 80)):
        assert not STEERING.search(shown)


@cache
def _plain_tags() -> list[tuple[str, str]]:
    from syncer.report.html import render_html

    return _Tags(render_html(_report_with("plain"), "metric")).found


def _report_with(text: str) -> Any:
    from syncer.correlate.view import LeftOut
    from syncer.domain.pain import PainEvidence

    made = _report()
    items = tuple(
        replace(
            item,
            name=text,
            pain=item.pain and replace(item.pain, evidence=(PainEvidence("strava", "description", text),)),
        )
        for item in made.runs.items
    )
    return replace(
        made,
        runs=replace(made.runs, items=items),
        workouts=tuple(replace(one, name=text) for one in made.workouts[:1]),
        left_out=(LeftOut("fit", "bad-crc", 1, (text,)),),
    )


@cache
def _report() -> Any:
    from tests.reports import simulated

    return simulated(8, 5)


def _page_seeds() -> list[bytes]:
    return [b"<script>alert(1)</script>", b"'\" onload=x &amp; {{ 1 }}", "Läufe – ruhig\u202e".encode()]


def _template(data: bytes) -> None:
    from syncer.usecases.templates import read_template
    from syncer.workouts.connect import marker, to_json
    from syncer.workouts.fit import encode
    from syncer.workouts.verify import verify

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "fuzz.toml"
        file.write_bytes(data)
        with suppress(SyncerError):
            made = read_template(file)
            for level in made.levels:
                workout = made.build(level)
                verify(workout, encode(workout, labels="sides").data, "sides")
                to_json(workout, marker=marker(workout))


def _template_seeds() -> list[bytes]:
    return [file.read_bytes() for file in sorted((REPO / "templates").glob("*.toml"))]


def _history(data: bytes) -> None:
    from syncer.sources.history_lines import read_history

    for number, line in enumerate(data.splitlines(), 1):
        with suppress(SyncerError):
            read_history(line, number)


def _history_seeds() -> list[bytes]:
    sessions = [{"date": f"2026-01-{day:02}", "status": "done" if day % 3 else "skipped"} for day in range(1, 28)]
    runs = [{"date": f"2026-01-{day:02}", "distance_m": 8000, "pain": day % 4 or None} for day in range(2, 28, 2)]
    return [json.dumps({"id": "r1", "sessions": sessions, "runs": runs}).encode()]


def _config(data: bytes) -> None:
    """Read, and changed as `syncer init` changes it."""
    from syncer.settings import load_settings
    from syncer.settings.writing import write_settings

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "config.toml"
        file.write_bytes(data)
        with suppress(SyncerError):
            load_settings(file, {})
            write_settings(file, {"timezone": "Europe/Berlin", "strava.client_id": "12"})
            assert load_settings(file, {}).timezone == "Europe/Berlin"


def _config_seeds() -> list[bytes]:
    from syncer.settings.load import sample

    return [
        sample({"timezone": "Europe/Berlin"}).encode(),
        b'timezone = "UTC"\n[plan]\ndays_early = 1\n[sync]\ntimeout_s = 3\n',
        b'strava.client_id = "1" # mine\nstrava.client_secret = { env = "X" }\r\n\r\n[report]\r\nunits = "metric"\r\n',
    ]


def _environment(data: bytes) -> None:
    """Every setting from a variable of this text, one at a time."""
    from syncer.settings import load_settings
    from syncer.settings.options import OPTIONS

    text = data.decode("utf-8", "surrogateescape").replace("\0", "")
    for option in OPTIONS:
        with suppress(SyncerError):
            load_settings(Path("/nowhere/config.toml"), {option.environment_name: text, "TZ": text})


def _environment_seeds() -> list[bytes]:
    return [b"Europe/Berlin", b"1", b"3.5", b"true", b"https://example.org:443/x?y", b"03:30", b"json://127.0.0.1/x"]


def _tokens(data: bytes) -> None:
    """A token file: looked at, read, and used."""
    from syncer.clients.garmin import GarminAddresses, GarminClient
    from syncer.clients.patience import Patience
    from syncer.clients.strava import StravaApp, StravaClient
    from syncer.clients.token_facts import token_facts
    from syncer.clients.tokens import read_tokens

    nobody = "http://127.0.0.1:9"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tokens.json"
        file.write_bytes(data)
        for provider in ("garmin", "strava"):
            token_facts(file, provider)
            with suppress(SyncerError):
                read_tokens(file, provider)
        with suppress(SyncerError):
            GarminClient(GarminAddresses(nobody, nobody, nobody), file, Patience(1.0, 0.0)).profile()
        with suppress(SyncerError):
            StravaClient(StravaApp("1", "s", nobody, nobody), file, Patience(1.0, 0.0)).athlete()


def _tokens_seeds() -> list[bytes]:
    from tests.fakes.garmin_tokens import CLIENT_ID, jwt

    facts = {"account": "A Runner", "signed_in_at": "2026-03-01T06:00:00+00:00"}
    garmin = {"di_token": jwt(4_000_000_000), "di_refresh_token": "r", "di_client_id": CLIENT_ID}
    strava = {"access_token": "a", "refresh_token": "r", "expires_at": 4_000_000_000}
    return [json.dumps(one | facts).encode() for one in (garmin, strava)]


def _marks(data: bytes) -> None:
    """What runs leave for later ones: who holds the lock, a demo's mark, a pause."""
    from syncer.store.locking import last_holder
    from syncer.usecases.demo_place import MARK, settle
    from syncer.usecases.garmin_cool_down import cool_down_file, heed_cool_down

    with tempfile.TemporaryDirectory() as top:
        folder = Path(top)
        (folder / "lock.holder").write_bytes(data)
        holder = last_holder(folder / "lock")
        assert holder is None or f"{holder.since:%Y-%m-%d %H:%M}"
        cool_down_file(folder).write_bytes(data)
        with suppress(SyncerError):
            heed_cool_down(folder, START)
        demo = folder / "demo"
        demo.mkdir()
        (demo / MARK).write_bytes(data)
        with suppress(SyncerError):
            settle(demo, (), START)


def _marks_seeds() -> list[bytes]:
    from syncer.usecases.demo_place import SCHEMA

    at = START.isoformat()
    made = ({"pid": 7, "command": "syncer sync", "since": at}, {"refusals": 2, "until": at})
    more = ({"schema": SCHEMA, "made_at": at}, {"what": ["garmin x"], "at": at})
    return [json.dumps(one).encode() for one in (*made, *more)]


def _headers(data: bytes) -> None:
    """Lines of headers that say when to come back, and how much is left."""
    from syncer.clients.http import asked_to_wait
    from syncer.clients.strava_limits import Usage, limited

    now = datetime(2026, 3, 1, 6, tzinfo=UTC)
    lines = data.decode("latin-1").splitlines()
    headers = {name.strip(): text for name, _, text in (line.partition(":") for line in lines)}
    wait = asked_to_wait(headers, now)
    assert wait is None or timedelta(0) <= wait <= timedelta(days=1)
    usage = Usage()
    usage.note(headers)
    assert usage.left is None or usage.left >= 0
    limited(usage, now, headers)


def _headers_seeds() -> list[bytes]:
    limits = b"X-RateLimit-Limit: 200,2000\nX-RateLimit-Usage: 12,2000\nX-ReadRateLimit-Limit: 100,1000\n"
    return [
        limits + b"X-ReadRateLimit-Usage: 12,340\nRetry-After: 120",
        b"Retry-After: Sun, 01 Mar 2026 07:00:00 GMT",
        b"Retry-After: Sun, 01 Mar 2026 07:00:00 -0000",
    ]


def _schedule(data: bytes) -> None:
    """What cron, systemd, launchd and Windows print, and what stands in their files."""
    from syncer.nightly.cron import Cron
    from syncer.nightly.job import Job
    from syncer.nightly.launchd import Launchd
    from syncer.nightly.programs import Answer
    from syncer.nightly.systemd import SERVICE, TIMER, Systemd
    from syncer.nightly.task_scheduler import TaskScheduler

    class Saying:
        def run(self, words: Sequence[str], stdin: str | None = None) -> Answer:
            del stdin
            return Answer(len(data) % 2, data.decode("utf-8", "surrogateescape"), data.decode("utf-8", "replace"))

    job = Job(("/usr/bin/syncer", "nightly"), 3, 30)
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top)
        systemd = Systemd(folder, folder / "stamps", "anna", Saying())
        launchd = Launchd(folder, 501, START, Saying())
        for name in (SERVICE, TIMER, *(Path(one.name).name for one in launchd.texts(job))):
            (folder / name).write_bytes(data)
        systems = (systemd, launchd, Cron(START, Saying()), TaskScheduler("anna", START, folder, Saying()))
        for one in systems:
            for ask in (one.remove, lambda one=one: one.install(job), lambda one=one: one.standing(job), one.notes):
                with suppress(SyncerError):
                    ask()


def _schedule_seeds() -> list[bytes]:
    from syncer.nightly.cron import block
    from syncer.nightly.job import Job
    from syncer.nightly.systemd import service
    from syncer.nightly.task_scheduler import task

    job = Job(("/usr/bin/syncer", "nightly"), 3, 30)
    others = "MAILTO=anna\n# mine\n0 5 * * 1 backup %d\n"
    return [
        (others + block(job, START) + "@daily x\n").encode(),
        service(job).encode(),
        b"ActiveState=active\nUnitFileState=enabled\nNextElapseUSecRealtime=Mon 2026-11-23 03:30:00 CET\n",
        task(job, "anna", START).encode("utf-16"),
    ]


def _mtp(data: bytes) -> None:
    """What ``gio`` complains of."""
    from syncer.delivery.mtp import _complaint

    assert len(str(_complaint(data.decode("utf-8", "replace")).strerror)) <= 200


TARGETS = {
    "notes": Target(_notes_seeds, _notes),
    "page": Target(_page_seeds, _page, shares="notes"),
    "template": Target(_template_seeds, _template),
    "history": Target(_history_seeds, _history),
    "config": Target(_config_seeds, _config),
    "environment": Target(_environment_seeds, _environment),
    "tokens": Target(_tokens_seeds, _tokens),
    "marks": Target(_marks_seeds, _marks),
    "headers": Target(_headers_seeds, _headers),
    "schedule": Target(_schedule_seeds, _schedule),
    "gio": Target(lambda: [b"gio: file:///x: No space left on device\n", b""], _mtp),
}

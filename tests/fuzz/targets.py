"""What reads things from outside, with inputs to begin with. A `SyncerError` is an answer; anything else is not."""

from __future__ import annotations

import json
import struct
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from syncer.errors import SyncerError
from syncer.workouts.fit_encoding import crc16
from tests import export_builder, fit_builder
from tests.export_builder import StravaActivity, garmin_row, strava_export
from tests.fakes import garmin_activities, strava

REPO = Path(__file__).resolve().parents[2]
START = datetime(2026, 3, 1, 6, tzinfo=UTC)


@dataclass(frozen=True)
class Target:
    """``read`` takes bytes; it raises nothing but `SyncerError`."""

    seeds: Callable[[], list[bytes]]
    read: Callable[[bytes], object]


def _fit(data: bytes) -> None:
    from syncer.sources.fit_file import open_fit_bytes, read_fit

    for whole in (data, *_mended(data)):
        with suppress(SyncerError):
            read_fit(open_fit_bytes(whole, "fuzz.fit"), "fuzz.fit")


def _mended(data: bytes) -> list[bytes]:
    """With the header's length and both sums as the rest wants them, or they alone would answer for every change."""
    if len(data) < 32:
        return []
    head = bytearray(data[:14])
    head[0], head[8:12] = 14, b".FIT"
    head[4:8] = struct.pack("<I", len(data) - 16)
    head[12:14] = struct.pack("<H", crc16(bytes(head[:12])))
    return [fit_builder.with_right_crc(bytes(head) + data[14:])]


def _fit_seeds() -> list[bytes]:
    made = [fit_builder.run(START), fit_builder.band_walk(START)]
    real = REPO.parent / "shared" / "data" / "fit"
    found = (
        sorted((file for file in real.rglob("*.fit")), key=lambda file: file.stat().st_size)[:6]
        if real.is_dir()
        else []
    )
    return made + [file.read_bytes() for file in found]


def _archive(data: bytes) -> None:
    from syncer.sources.detect import detect
    from syncer.sources.scan import read, scan

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.zip"
        path.write_bytes(data)
        with suppress(SyncerError):
            for found in scan(detect(path)):
                if hasattr(found, "fingerprint"):
                    with suppress(SyncerError):
                        read(found)
        assert [one.name for one in Path(folder).iterdir()] == ["export.zip"]


def _archive_seeds() -> list[bytes]:
    runs = [StravaActivity(str(number), START, file=fit_builder.run(START, serial=number)) for number in range(1, 3)]
    connect = export_builder.garmin_export([garmin_row(1, START)], [{"u_1.fit": fit_builder.run(START)}])
    deflated = [True, False]
    return [export_builder.zipped(one, deflate=way) for one in (strava_export(runs), connect) for way in deflated]


def _table(data: bytes) -> None:
    _archive(export_builder.zipped({"activities.csv": data}))


def _table_seeds() -> list[bytes]:
    runs = [StravaActivity("1", START, description="#kneepain3")]
    return [export_builder.strava_table(runs, language).encode() for language in ("en", "de")]


def _notes(data: bytes) -> None:
    from syncer.correlate.notes import read
    from syncer.report.safe_text import clean, one_line

    text = data.decode("utf-8", "replace")
    tag = read(text)
    for shown in (clean(text), one_line(text), *(one_line(item.text) for item in (tag.evidence if tag else ()))):
        assert not any(ord(sign) < 32 and sign not in "\n\t" for sign in shown)
        assert "\x7f" not in shown


def _notes_seeds() -> list[bytes]:
    texts = (
        "#kneepain 3/10 left",
        "knee felt fine, 0/10",
        "Knie links 4 von 10\nspäter besser",
        "<b>genou</b> &nbsp;2/10",
    )
    return [text.encode() for text in texts]


def _template(data: bytes) -> None:
    from syncer.workouts.fit import encode
    from syncer.workouts.template import parse

    with suppress(SyncerError):
        made = parse(data.decode("utf-8", "replace"), "fuzz.toml")
        for level in made.levels:
            encode(made.build(level), labels="sides")


def _template_seeds() -> list[bytes]:
    return [file.read_bytes() for file in sorted((REPO / "templates").glob("*.toml"))]


def _garmin(data: bytes) -> None:
    from syncer.sources import garmin
    from syncer.sources.payload import mapping

    with suppress(ValueError):  # no JSON at all is for the client
        told = mapping(json.loads(data.decode("utf-8", "replace")))
        with suppress(SyncerError):
            known = garmin.listed(mapping(told.get("summary")))
            garmin.detailed(known, mapping(told.get("detail")), mapping(told.get("sets")))


def _garmin_seeds() -> list[bytes]:
    made = garmin_activities.many(3, START)
    return [
        json.dumps({"summary": one.item(), "detail": one.detail(), "sets": one.exercise_sets()}).encode()
        for one in made
    ]


def _strava(data: bytes) -> None:
    from syncer.sources import strava as source
    from syncer.sources.payload import mapping

    with suppress(ValueError):
        told = mapping(json.loads(data.decode("utf-8", "replace")))
        with suppress(SyncerError):
            source.detailed(source.listed(mapping(told.get("summary"))), mapping(told.get("detail")))


def _strava_seeds() -> list[bytes]:
    made = strava.many(3, START, description="#kneepain3")
    return [json.dumps({"summary": one.summary(), "detail": one.detail()}).encode() for one in made]


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
    from syncer.settings import load_settings

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "config.toml"
        file.write_bytes(data)
        with suppress(SyncerError):
            load_settings(file, {})


def _config_seeds() -> list[bytes]:
    from syncer.settings.load import sample

    return [
        sample({"timezone": "Europe/Berlin"}).encode(),
        b'timezone = "UTC"\n[plan]\ndays_early = 1\n[sync]\ntimeout_s = 3\n',
    ]


TARGETS = {
    "fit": Target(_fit_seeds, _fit),
    "archive": Target(_archive_seeds, _archive),
    "table": Target(_table_seeds, _table),
    "notes": Target(_notes_seeds, _notes),
    "template": Target(_template_seeds, _template),
    "garmin-json": Target(_garmin_seeds, _garmin),
    "strava-json": Target(_strava_seeds, _strava),
    "history": Target(_history_seeds, _history),
    "config": Target(_config_seeds, _config),
}

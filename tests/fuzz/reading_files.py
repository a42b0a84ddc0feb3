"""What reads files from outside: FIT files, archives, folders, tables, and what a watch says of itself."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import struct
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from syncer.errors import SyncerError
from syncer.sync.ports import ImportItem, Skipped
from syncer.workouts.fit_encoding import crc16
from tests import export_builder, fit_builder
from tests.export_builder import StravaActivity, garmin_row, strava_export
from tests.fuzz.target import START, Target, real_files


def _fit(data: bytes) -> None:
    from syncer.sources.fit_file import content_keys, open_fit_bytes, read_fit

    for whole in (data, *_mended(data)):
        with suppress(SyncerError):
            opened = open_fit_bytes(whole, "fuzz.fit")
            found = read_fit(opened, "fuzz.fit")
            # what is stored says the same when it is read again
            assert read_fit(found.sieved, "fuzz.fit", content_keys(opened)) == found


def _sieve(data: bytes) -> None:
    from syncer.sources.fit_layout import RECORD
    from syncer.sources.fit_sieve import KEPT, is_hollow, segments, sieve

    for whole in (data, *_mended(data)):
        with suppress(SyncerError):
            assert segments(whole, "fuzz.fit")
            is_hollow(whole, "fuzz.fit")
            for keep in (KEPT, KEPT | {RECORD}, frozenset[int]()):
                sieved = sieve(whole, keep)
                assert sieve(sieved, keep) == sieved


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
    return [fit_builder.run(START), fit_builder.band_walk(START)]


def _real_fit() -> list[bytes]:
    return real_files("*.fit", 6)


def _original(data: bytes) -> None:
    from syncer.domain.activity import Provider, Recording, RecordingKey, Sport
    from syncer.sources.garmin_original import read_original

    known = Recording(RecordingKey(Provider.GARMIN, "1"), Sport.STRENGTH, "strength_training", START)
    with suppress(SyncerError):
        found = read_original(data, known)
        assert all(one.key == known.key for one in found.recordings)


def _original_seeds() -> list[bytes]:
    walk = fit_builder.band_walk(START)
    return [
        export_builder.zipped({"1_ACTIVITY.fit": walk}),
        export_builder.zipped({"readme.txt": b"no", "1_ACTIVITY.fit.gz": gzip.compress(walk, mtime=0)}, deflate=False),
        export_builder.zipped({"1.tcx": TCX}),
        walk,
    ]


def _real_original() -> list[bytes]:
    return [export_builder.zipped({"1_ACTIVITY.fit": one}, deflate=False) for one in real_files("*.fit", 4)]


def _archive(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.zip"
        path.write_bytes(data)
        _import(path)
        assert [one.name for one in Path(folder).iterdir()] == ["export.zip"]


def _import(path: Path) -> None:
    """As `syncer import` reads a path; nothing may be a fault of the program."""
    from syncer.sources.detect import detect
    from syncer.sources.scan import read, scan

    with suppress(SyncerError):
        for found in scan(detect(path)):
            skipped: tuple[Skipped, ...] = (found,) if isinstance(found, Skipped) else ()
            if isinstance(found, ImportItem):
                skipped = read(found).skipped
            faults = [one.message for one in skipped if one.reason == "internal-error"]
            assert not faults, faults
            assert all(one.example.isprintable() for one in skipped)


def _archive_seeds() -> list[bytes]:
    runs = [StravaActivity(str(number), START, file=fit_builder.run(START, serial=number)) for number in range(1, 3)]
    connect = export_builder.garmin_export([garmin_row(1, START)], [{"u_1.fit": fit_builder.run(START)}])
    deflated = [True, False]
    return [export_builder.zipped(one, deflate=way) for one in (strava_export(runs), connect) for way in deflated]


def _real_archive() -> list[bytes]:
    tables = real_files("activities.csv", 1)
    fits = {f"{number}.fit": one for number, one in enumerate(real_files("*.fit", 3))}
    return [export_builder.zipped({"activities.csv": one}) for one in tables] + (
        [export_builder.zipped(fits)] if fits else []
    )


def _table(data: bytes) -> None:
    _archive(export_builder.zipped({"activities.csv": data}))


def _table_seeds() -> list[bytes]:
    runs = [StravaActivity("1", START, description="#kneepain3")]
    return [export_builder.strava_table(runs, language).encode() for language in ("en", "de")]


def _real_table() -> list[bytes]:
    return real_files("*.csv", 1)


_NAMED = re.compile(rb"^== (.{1,120}) ==\n", re.MULTILINE)


def _loose(data: bytes) -> None:
    """One file under the name in its first line, and the folder that it lies in."""
    named = _files(data)[:1]
    with tempfile.TemporaryDirectory() as folder:
        for name, content in named:
            path = Path(folder) / name.rpartition("/")[2]
            with suppress(OSError, ValueError):
                path.write_bytes(content)
                _import(path)
                _import(path.parent)


def _folder(data: bytes) -> None:
    """Many files, each below its name."""
    with tempfile.TemporaryDirectory() as top:
        _import(put_files(data, Path(top) / "files"))


def put_files(data: bytes, folder: Path) -> Path:
    """The new folder, with the files of ``data`` that this system can have in it."""
    folder.mkdir()
    for name, content in _files(data)[:50]:
        parts = [part for part in name.split("/") if part not in ("", ".", "..")][:6]
        with suppress(OSError, ValueError):
            path = folder.joinpath(*parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return folder


def _files(data: bytes) -> list[tuple[str, bytes]]:
    """What stands behind each line ``== name ==``."""
    _, *found = _NAMED.split(data)
    names = [name.decode("utf-8", "surrogateescape") for name in found[::2]]
    return list(zip(names, found[1::2], strict=True))


def as_files(**files: bytes) -> bytes:
    """What `_files` takes apart; the keyword is a name with ``__`` for a dot."""
    return named_files({name.replace("__", "."): content for name, content in files.items()})


def named_files(files: dict[str, bytes]) -> bytes:
    """The same with any names."""
    return b"".join(b"== %s ==\n%s" % (name.encode("utf-8", "surrogateescape"), files[name]) for name in files)


GPX = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
    b'<trkpt lat="52.5" lon="13.4"><ele>34</ele><time>2026-03-01T06:00:00Z</time></trkpt></trkseg></trk></gpx>\n'
)
TCX = (
    b'          <?xml version="1.0"?><TrainingCenterDatabase><Activities><Activity Sport="Running"><Id>'
    b'2026-03-01T06:00:00.000Z</Id><Lap StartTime="2026-03-01T06:00:00.000Z"><TotalTimeSeconds>1800.0'
    b"</TotalTimeSeconds></Lap></Activity></Activities></TrainingCenterDatabase>\n"
)
SUMMARY = "DI_CONNECT/DI-Connect-Fitness/u_0_summarizedActivities.json"


def _loose_seeds() -> list[bytes]:
    run = fit_builder.run(START)
    summary = json.dumps([{"summarizedActivitiesExport": [garmin_row(1, START), garmin_row(2, START)]}]).encode()
    return [
        as_files(run__fit=run),
        as_files(run__fit__gz=gzip.compress(run, mtime=0)),
        as_files(run__fit__gz=gzip.compress(gzip.compress(run, mtime=0), mtime=0)),
        as_files(x=gzip.compress(run, mtime=0)),
        as_files(activities__csv=_table_seeds()[0]),
        as_files(x_summarizedActivities__json=summary),
        as_files(run__gpx=GPX),
        as_files(run__tcx=TCX),
        as_files(run__tcx__gz=gzip.compress(TCX, mtime=0)),
        as_files(run__zip=_original_seeds()[0]),
    ]


def _real_loose() -> list[bytes]:
    fits = real_files("*.fit", 4)
    packed = [as_files(run__fit__gz=gzip.compress(one, mtime=0)) for one in fits]
    return [as_files(run__fit=one) for one in fits] + packed + [as_files(activities__csv=one) for one in _real_table()]


def _folder_seeds() -> list[bytes]:
    runs = [
        StravaActivity("1", START, file=fit_builder.run(START), description="#kneepain3"),
        StravaActivity("2", START + timedelta(days=1), filename="activities/2.gpx.gz", file=GPX),
        StravaActivity("3", START + timedelta(days=2), filename="activities/3.tcx", file=TCX),
    ]
    connect = export_builder.garmin_export([garmin_row(1, START)], [{"u_1.fit": fit_builder.run(START)}])
    files = {
        "a.fit": fit_builder.run(START),
        "b/a.fit": fit_builder.band_walk(START),
        "b/c.fit.gz": gzip.compress(fit_builder.run(START, serial=7), mtime=0),
        "d.zip": _original_seeds()[0],
        "x.gpx": GPX,
        "y.tcx": TCX,
        "z.txt": b"no",
    }
    return [named_files(strava_export(runs)), named_files(connect), named_files(files)]


def _real_folder() -> list[bytes]:
    fits = {f"{number}.fit": one for number, one in enumerate(real_files("*.fit", 5))}
    return [named_files(fits | {"activities.csv": one}) for one in _real_table()]


def _track(data: bytes) -> None:
    from syncer.sources.tracks import track_format, track_start

    track_format(data)
    found = track_start(data)
    assert found is None or found.tzinfo is not None


SHEET = b"""<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<Device xmlns="http://www.garmin.com/xmlschemas/GarminDevice/v2"><Model><PartNumber>006-B4257-00</PartNumber>
<SoftwareVersion>2070</SoftwareVersion><Description>Forerunner 265</Description></Model><Id>3460891529</Id>
<MassStorageMode><DataType><Name>FIT_TYPE_4</Name><File><Location><Path>GARMIN/Activity</Path></Location>
<TransferDirection>OutputFromUnit</TransferDirection></File></DataType><DataType><Name>FIT_TYPE_5</Name><File>
<Location><Path>GARMIN/Workouts</Path></Location><TransferDirection>OutputFromUnit</TransferDirection></File><File>
<Location><Path>GARMIN/NewFiles</Path></Location><TransferDirection>InputToUnit</TransferDirection></File></DataType>
</MassStorageMode></Device>
"""


def _device(data: bytes) -> None:
    """The watch's sheet, as a file on a drive, and the place for workouts that it names."""
    from syncer.delivery.device_xml import parse_sheet
    from syncer.delivery.usb import target_at

    sheet = parse_sheet(data)
    assert sheet is None or (len(sheet.model) <= 60 and len(sheet.id) <= 20)
    with tempfile.TemporaryDirectory() as root:
        garmin = Path(root) / "GARMIN"
        (garmin / "NewFiles").mkdir(parents=True)
        (garmin / "GarminDevice.xml").write_bytes(data)
        with suppress(SyncerError):
            assert target_at(Path(root)).folder.resolve().is_relative_to(garmin.resolve())


def _device_seeds() -> list[bytes]:
    return [SHEET, SHEET.replace(b"InputToUnit", b"InputOutput"), b"\xef\xbb\xbf" + SHEET.replace(b"/", b"\\")]


def _backup(data: bytes) -> None:
    """A database from elsewhere, put in the place of ours, opened, and read."""
    from syncer.store.activities import Activities
    from syncer.store.copies import restore
    from syncer.store.database import open_database
    from syncer.store.examination import examine
    from syncer.store.schema import shipped_migrations

    with tempfile.TemporaryDirectory() as folder:
        copy, path, backups = Path(folder) / "copy.db", Path(folder) / "syncer.db", Path(folder) / "backups"
        copy.write_bytes(data)
        examine(copy, backups)
        with suppress(SyncerError):
            restore(path, copy, newest=len(shipped_migrations()))
            with contextlib.closing(open_database(path, backups=backups)) as connection:
                Activities(connection).list()


def _backup_seeds() -> list[bytes]:
    from syncer.store.copies import backup
    from syncer.store.database import open_database

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "syncer.db"
        with contextlib.closing(open_database(path, backups=Path(folder) / "backups")) as connection:
            return [backup(connection, Path(folder) / "copy.db").read_bytes()]


TARGETS = {
    "fit": Target(_fit_seeds, _fit, _real_fit),
    "sieve": Target(_fit_seeds, _sieve, _real_fit, shares="fit"),
    "original": Target(_original_seeds, _original, _real_original, shares="archive"),
    "archive": Target(_archive_seeds, _archive, _real_archive),
    "table": Target(_table_seeds, _table, _real_table),
    "loose": Target(_loose_seeds, _loose, _real_loose),
    "folder": Target(_folder_seeds, _folder, _real_folder),
    "track": Target(lambda: [GPX, TCX], _track),
    "device": Target(_device_seeds, _device),
    "backup": Target(_backup_seeds, _backup),
}

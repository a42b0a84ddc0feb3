"""``python -m tests.fuzz.corpus_shapes``: writes the saved inputs that are made, not found: ``corpus/TARGET/shape-*``.

Odd shapes that changing bytes seldom reaches. A test compares what is made with what is saved.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.fuzz import shapes_answers, shapes_fit, shapes_texts, shapes_zip
from tests.fuzz.reading_files import GPX, SHEET, SUMMARY, TCX, as_files, named_files
from tests.fuzz.watched import CORPUS

BEGIN = "shape-"


def shapes() -> dict[str, dict[str, bytes]]:
    """By target and name."""
    fits, zips, gzips = shapes_fit.fit_shapes(), shapes_zip.zip_shapes(), shapes_zip.gzip_shapes()
    tables, texts, notes = shapes_texts.table_shapes(), shapes_texts.json_texts(), shapes_texts.notes_shapes()
    few = shapes_texts.fewer(texts) | {"deep-lists": texts["deep-lists"]}
    return {
        "fit": fits | {f"gzip-{name}": one for name, one in gzips.items()},
        "archive": zips,
        "table": tables,
        "loose": _loose(gzips),
        "folder": _folders(fits),
        "track": _tracks(),
        "device": _sheets(),
        "notes": notes,
        "template": shapes_texts.template_shapes(),
        "config": shapes_texts.config_shapes(),
        "history": few | shapes_answers.history_shapes(),
        "tokens": few | shapes_answers.token_shapes(),
        "marks": few | shapes_answers.mark_shapes(),
        "refusals": few | shapes_answers.refusal_shapes(),
        "redirect": shapes_answers.redirect_shapes(),
        "headers": shapes_answers.header_shapes(),
        "environment": shapes_answers.variable_shapes(),
        "schedule": shapes_answers.schedule_shapes(),
        **shapes_answers.service_shapes(texts, few),
    }


def _loose(gzips: Mapping[str, bytes]) -> dict[str, bytes]:
    """One file under a name that promises something else."""
    packed = {f"gzip-{name}": as_files(run__fit__gz=one) for name, one in gzips.items()}
    summary = b'[{"summarizedActivitiesExport":[%s]}]'
    rows = {
        "rows-without-end": summary[:-3] % (b'{"activityId":1},' * 99),
        "rows-of-nothing": summary % b'null,1,"x",[],{},{"activityId":null}',
        "deep-row": summary % (b"[" * 1200),
        "other-keys": b'{"a":"\\"summarizedActivitiesExport\\":[","summarizedActivitiesExport" : [{"activityId":7}]}',
        "keys-twice": summary % b'{"activityId":7,"activityId":8,"beginTimestamp":1e12,"startTimeLocal":NaN}',
        "huge-numbers": summary % b'{"activityId":7,"beginTimestamp":1e400,"duration":-1e300,"distance":1e308}',
        "number-too-long": summary % (b'{"activityId":%s}' % shapes_texts.LONG.encode()),
    }
    return packed | {
        **{f"summary-{name}": as_files(x_summarizedActivities__json=one) for name, one in rows.items()},
        "table-as-fit": as_files(run__fit=shapes_texts.table_shapes()["bom"]),
        "zip-as-csv": as_files(activities__csv=shapes_zip.zip_shapes()["strava"]),
        "zip-as-gz": as_files(run__fit__gz=shapes_zip.zip_shapes()["plain"]),
        "gz-as-zip": as_files(run__zip=gzips["plain"]),
        "name-that-steers": named_files({"a\x1b[2J\u202e.fit": shapes_zip.RUN}),
        "name-that-is-no-text": named_files({"a\udcff.fit": shapes_zip.RUN, "b": b""}),
        "empty-zip": as_files(run__zip=b"PK\x05\x06" + b"\0" * 18),
    }


def _folders(fits: Mapping[str, bytes]) -> dict[str, bytes]:
    """Many files."""
    run = shapes_zip.RUN
    tables = shapes_texts.table_shapes()
    table = tables["bom"]
    return {
        "odd-dates": named_files({"activities.csv": tables["dates-of-no-zone"]}),
        "odd-numbers": named_files({"activities.csv": tables["odd-numbers"]}),
        "odd-fits": named_files(
            {f"{name}.fit": fits[name] for name in ("invalid-everywhere", "highest-everywhere", "strings-that-steer")}
        ),
        "same-file-often": named_files({f"{number}.fit": run for number in range(4)}),
        "same-name-other-case": named_files({"a.fit": run, "A.FIT": run + b"\0", "a.Fit": b""}),
        "two-exports": named_files({"activities.csv": table, "b/activities.csv": table, SUMMARY: b"[]"}),
        "files-that-are-missing": named_files({"activities.csv": table.replace(b"5.00,", b"5.00,../../etc/passwd")}),
        "steering-names": named_files({"\x1b[2J.fit": run, "\u202etif.fit": b"x", "\udcff.zip": b"PK\x03\x04"}),
        "zips": named_files({f"{name}.zip": one for name, one in list(shapes_zip.zip_shapes().items())[:8]}),
        "export-in-a-zip": named_files({"x.zip": shapes_zip.zip_shapes()["strava"], "y.fit": run}),
        "tracks": named_files({"a.gpx": GPX, "a.tcx": TCX, "b.gz": shapes_zip.gzipped(GPX), "c.fit": TCX}),
        "leftovers": named_files({"__MACOSX/a.fit": run, "._a.fit": run, "Thumbs.db": b"", "a.fit": b""}),
    }


def _tracks() -> dict[str, bytes]:
    return {
        "no-zone": GPX.replace(b"00Z", b"00"),
        "zones": TCX.replace(b"000Z", b"000+23:59"),
        "times-that-are-none": GPX.replace(b"2026-03-01", b"2026-02-30"),
        "year-1": GPX.replace(b"2026-03-01T06:00:00Z", b"0001-01-01T00:00:00+23:59"),
        "year-9999": TCX.replace(b"2026-03-01T06:00:00.000Z", b"9999-12-31T23:59:59-23:59"),
        "points-without-time": b"<gpx>" + b"<trkpt>" * 250,
        "laps-without-time": b"<TrainingCenterDatabase>" + b"<Lap " * 250,
        "entities": b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><gpx>&b;</gpx>',
        "prefixes": GPX.replace(b"<gpx", b"<ns:gpx"),
        "utf-16": GPX.decode().encode("utf-16"),
        "blanks": b" \n" * 60 + GPX,
        "empty": b"",
    }


def _sheets() -> dict[str, bytes]:
    return {
        "doctype": SHEET.replace(b"<Device ", b'<!DOCTYPE x [<!ENTITY a "aa">]><Device '),
        "billion-laughs": b'<!DOCTYPE x [<!ENTITY a "a"><!ENTITY b "&a;&a;">]><Device>&b;</Device>',
        "external": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Device><Id>&a;</Id></Device>',
        "utf-16": SHEET.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        "other-encoding": SHEET.replace(b"UTF-8", b"x-user-defined"),
        "deep": b"<a>" * 300 + b"</a>" * 300,
        "paths-that-climb": SHEET.replace(b"GARMIN/NewFiles", b"../../../../tmp"),
        "path-of-a-drive": SHEET.replace(b"GARMIN/NewFiles", b"C:\\Windows"),
        "path-of-blanks": SHEET.replace(b"GARMIN/NewFiles", b"  /  \n/ "),
        "long-path": SHEET.replace(b"GARMIN/NewFiles", b"x/" * 400),
        "long-name-in-path": SHEET.replace(b"GARMIN/NewFiles", b"x" * 900),
        "two-places": SHEET.replace(b"GARMIN/Workouts", b"GARMIN/Other").replace(b"OutputFrom", b"InputTo"),
        "steering-model": SHEET.replace(b"Forerunner", "\x85\u202e\u2028".encode()),
        "long-id": SHEET.replace(b"3460891529", b"9" * 900),
        "id-of-other-digits": SHEET.replace(b"3460891529", "\u0663\u0664".encode()),
        "references": SHEET.replace(b"Forerunner", b"&#0;&#x1b;&#xD800;&#x202e;"),
        "empty": b"",
    }


def main() -> None:
    """Write them, and take away those that are no longer made."""
    for old in CORPUS.glob(f"*/{BEGIN}*"):
        old.unlink()
    for target, made in shapes().items():
        (CORPUS / target).mkdir(parents=True, exist_ok=True)
        for name, content in made.items():
            (CORPUS / target / f"{BEGIN}{name}").write_bytes(content)


if __name__ == "__main__":
    main()

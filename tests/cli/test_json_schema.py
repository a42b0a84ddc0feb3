"""What each command prints under ``--json`` is in docs/reference/syncer-1.schema.json, all of it and as it says."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.examples.reader import NOW, demo
from scripts.reference.json_schema import COMMANDS, FILE, json_schema
from syncer.cli.app import main

SCHEMA = json.loads(FILE.read_text(encoding="utf-8"))
REPO = FILE.parents[2]
RUNNER = {
    "id": "r1",
    "sessions": [{"date": "2026-01-05", "status": "skipped"}],
    "runs": [{"date": "2026-01-06", "distance_m": 8000, "pain": 3}],
}
LINES = """
workout list
workout show lateral-band-walk
workout show hip-circuit --level heavy
workout check hips.toml
workout check missing.toml
workout build lateral-band-walk -o walk.fit
workout build no-band --format connect-json -o walk.json
plan show --from 2026-05-01 --to 2026-12-31
plan set --days mon,wed,fri
plan set --days tue --workout hip-circuit --level light --add
plan pause 2026-12-01 2026-12-08 --reason travel
plan pause 2026-12-20 2026-12-24
plan resume 2026-12-04
plan excuse 2026-11-13-lateral-band-walk --reason no-time
plan excuse 2026-11-13-lateral-band-walk --clear
push --to watch --dry-run
push --to watch
push --to watch
push --to nowhere
auth status
sync
import exports/strava.zip
import exports/garmin.zip --dry-run
import missing.zip
activities list
activities show g90442450058
activities show g90442360051
activities show g90442090030
activities show nothing
activities unlink s90428460857
activities link s90428460857 g90442270044
activities link 2026-11-13-lateral-band-walk g90442540065
activities unlink 2026-11-13-lateral-band-walk
pain check '#kneepain3 left'
pain check 'a fine run'
pain check 'no knee pain'
pain list --all
pain set g90442450058 2.5 --side right
pain set g90442450058 yes
pain clear g90442450058
report
report --week 2026-W46
report --week 2024-W10
report --week 2026-W46 --format markdown -o week.md
report --for physio
report --for physio --format json
evidence
evidence --as-of 2025-12-01
evidence --history runners.jsonl
nightly
schedule --print --system cron
schedule install --print --system systemd
doctor
db path
db backup
db restore
db export -o all.jsonl
auth logout
schedule status
init --yes --timezone Europe/Berlin
init --yes --days none
db forget strava --yes
demo another
nonsense
report --nonsense
""".strip().splitlines()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year's log, with a file for each thing that a command reads."""
    folder = demo(tmp_path_factory.mktemp("schema") / "demo")
    (folder / "runners.jsonl").write_text(f"{json.dumps(RUNNER)}\n{{broken\n", encoding="utf-8")
    shutil.copy(REPO / "templates" / "hip-circuit.toml", folder / "hips.toml")
    return folder


@pytest.fixture(autouse=True)
def there(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """In the folder of that log, on the demo's day."""
    monkeypatch.chdir(home)
    for name, value in (("SYNCER_HOME", str(home)), ("SYNCER_NOW", NOW), ("HOME", str(home))):
        monkeypatch.setenv(name, value)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize("line", LINES)
def test_what_a_command_prints_is_in_the_schema(line: str) -> None:
    words = [word.strip("'") for word in re.findall(r"'[^']*'|\S+", line)]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
        code = main(["--json", *words])
    envelope = json.loads(printed.getvalue())
    assert envelope["exit_code"] == code
    assert list(faults(envelope, SCHEMA, "$")) == []
    if envelope["status"] != "error" and envelope["command"] in COMMANDS:
        assert list(undescribed(envelope["data"], COMMANDS[envelope["command"]], "$.data")) == []


def test_every_shape_is_held_against_a_command() -> None:
    named = {line.split(" -")[0] for line in LINES}
    assert {name for name in COMMANDS if not any(line.startswith(name) for line in named)} == {"schedule remove"}


def test_the_file_is_the_one_that_the_source_says() -> None:
    assert FILE.read_text(encoding="utf-8") == json_schema(), "run: python -m scripts.reference.json_schema"


@pytest.mark.parametrize(
    "change",
    [
        {"exit_code": 4},
        {"status": "fine"},
        {"data": {"sessions": [{"id": "x"}]}},
        {"data": {}},
        {"errors": [{"code": "x"}]},
        {"errors": None},
    ],
)
def test_the_schema_refuses_what_is_wrong(change: dict[str, Any]) -> None:
    good = {"schema": "syncer/1", "command": "plan show", "status": "success", "exit_code": 0}
    good |= {"data": {"sessions": []}, "errors": []}
    assert list(faults(good, SCHEMA, "$")) == []
    assert list(faults(good | change, SCHEMA, "$")) != []


KINDS: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "integer": int,
    "number": (int, float),
}


def faults(value: Any, schema: dict[str, Any], path: str) -> Iterator[str]:
    """What JSON Schema's validation says against ``value``, for the words that our schema uses."""
    if "$ref" in schema:
        yield from faults(value, target(schema), path)
    if "type" in schema and not any(is_a(value, kind) for kind in as_list(schema["type"])):
        yield f"{path}: {value!r} is no {schema['type']}"
        return
    if ("const" in schema and value != schema["const"]) or ("enum" in schema and value not in schema["enum"]):
        yield f"{path}: {value!r} is not allowed"
    if "anyOf" in schema and all(list(faults(value, each, path)) for each in schema["anyOf"]):
        yield f"{path}: {value!r} is none of {[next(faults(value, each, path)) for each in schema['anyOf']]}"
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield f"{path}: {value!r} does not match"
    if isinstance(value, (int, float)) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{path}: {value} is out of range"
    for each in schema.get("allOf", ()):
        if not list(faults(value, each["if"], path)):
            yield from faults(value, each["then"], path)
    if isinstance(value, dict):
        yield from (f"{path}: no {key}" for key in schema.get("required", ()) if key not in value)
        for key, below in schema.get("properties", {}).items():
            if key in value:
                yield from faults(value[key], below, f"{path}.{key}")
    if isinstance(value, list) and "items" in schema:
        for at, item in enumerate(value):
            yield from faults(item, schema["items"], f"{path}[{at}]")


def undescribed(value: Any, schema: dict[str, Any], path: str) -> Iterator[str]:
    """Keys that the program prints and the schema does not know."""
    if "$ref" in schema:
        yield from undescribed(value, target(schema), path)
    elif "anyOf" in schema:
        fitting = [each for each in schema["anyOf"] if not list(faults(value, each, path))]
        yield from undescribed(value, fitting[0], path)
    elif isinstance(value, dict) and "properties" in schema:
        yield from (f"{path}.{key}" for key in value if key not in schema["properties"])
        for key in value.keys() & schema["properties"].keys():
            yield from undescribed(value[key], schema["properties"][key], f"{path}.{key}")
    elif isinstance(value, list) and "items" in schema:
        for item in value:
            yield from undescribed(item, schema["items"], f"{path}[]")


def target(schema: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to."""
    return SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")]


def is_a(value: Any, kind: str) -> bool:
    """Whether a value is of JSON Schema's type; true and false are no numbers."""
    return isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def as_list(value: Any) -> list[Any]:
    """A list as it is, anything else as the one item of a list."""
    return value if isinstance(value, list) else [value]

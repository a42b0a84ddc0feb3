"""Reading a run's FIT file through the sieve, against fitparse and fitdecode alone and a scan of its definitions.

All in one process and one run: CPU time, not wall time, so that a busy machine changes the figures but hardly their
ratios. Without files it measures a generated run of 700 KB, laid out as a recent watch writes it.
"""

from __future__ import annotations

import argparse
import io
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import fitdecode
import fitparse
from fastcrc import crc16

from scripts.benchmarks._measure import Bar, cpu_ms, peak_mb, show
from syncer.sources.fit_file import open_fit_bytes, read_fit
from syncer.sources.fit_sieve import sieve
from syncer.workouts.fit_encoding import BaseType, Message, Value
from tests import fit_builder

type Own = tuple[int, int, bytes]  # a developer field

B = BaseType
_WORTH_IT = 400_000  # bytes
START = datetime(2026, 1, 6, 6, 0, tzinfo=UTC)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench fit", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="FIT files (default: a generated run)")
    parser.add_argument("--json", action="store_true", help="one JSON object a file")
    options = parser.parse_args(arguments)
    runs = [(path.name, open_fit_bytes(path.read_bytes(), path.name)) for path in options.files]
    broken = [measure(label, data, as_json=options.json) for label, data in runs or [("generated run", long_run())]]
    return max(broken)


def measure(label: str, data: bytes, *, as_json: bool) -> int:
    read_ms = cpu_ms(lambda: read_fit(data, label), 15)
    sieve_ms = cpu_ms(lambda: sieve(data, label=label), 15)
    scan_ms = cpu_ms(lambda: scan(data), 15)
    alone_ms = cpu_ms(lambda: fitparse_alone(data), 3)
    fitdecode_ms = cpu_ms(lambda: fitdecode_alone(data), 3)
    memory_mb = peak_mb(lambda: read_fit(data, label))
    found = read_fit(data, label)
    figures = {
        "fitparse alone": f"{alone_ms:.1f} ms",
        "fitdecode alone": f"{fitdecode_ms:.1f} ms",
        "read through the sieve": f"{read_ms:.2f} ms",
        "the sieve alone": f"{sieve_ms:.2f} ms",
        "scan of definitions": f"{scan_ms:.2f} ms",
        "sieved size": f"{len(found.sieved) / 1024:.1f} KB of {len(data) / 1024:.0f} KB",
    }
    bars = [
        Bar("cheaper than fitparse alone", alone_ms / read_ms, 100, at_least=True, unit="times"),
        Bar("cheaper than fitdecode alone", fitdecode_ms / read_ms, 100, at_least=True, unit="times"),
        Bar("extra memory", memory_mb, 30, at_least=False, unit="MB"),
        Bar("reading ÷ the scan", read_ms / scan_ms, 2.5, at_least=False, unit="times"),
    ]
    if len(data) < _WORTH_IT:  # the promise is for runs; with little to leave out there is little to win
        bars = []
    title = f"{label}: {len(data) / 1024:.0f} KB, {scan(data):,} messages, {len(found.recordings)} recording(s)"
    return show(title, figures, bars, as_json=as_json)


def fitparse_alone(data: bytes) -> None:
    for _ in fitparse.FitFile(data).get_messages():
        pass


def fitdecode_alone(data: bytes) -> None:
    with fitdecode.FitReader(io.BytesIO(data)) as reader:
        for _ in reader:
            pass


def scan(data: bytes) -> int:
    """The least that any reader has to do: check the sum, walk the definitions, step over each message."""
    if crc16.arc(data):
        raise ValueError("the checksum does not match")
    position, end = data[0], data[0] + int.from_bytes(data[4:8], "little")
    sizes = [0] * 16
    messages = 0
    while position < end:
        header = data[position]
        if header & 0x80:
            position += sizes[header >> 5 & 3]
        elif header & 0x40:
            after = position + 6 + 3 * data[position + 5]
            size = 1 + sum(data[position + 7 : after : 3])
            if header & 0x20:
                first = after + 1
                after = first + 3 * data[after]
                size += sum(data[first + 1 : after : 3])
            sizes[header & 15] = size
            position = after
            continue
        else:
            position += sizes[header & 15]
        messages += 1
    return messages


def long_run(size: int = 700_000) -> bytes:
    """A run as a recent watch writes it: summary first, a record and undocumented messages each second."""
    chance = random.Random(7)
    stream = fit_builder.Stream().add(fit_builder.file_id(created=START))
    stream.add(Message(207, fit_builder.message(207, (3, B.UINT8, 0)).fields))
    for number, name in ((0, "Form power"), (1, "Leg spring"), (2, "Air power")):
        described = [(0, B.UINT8, 0), (1, B.UINT8, number), (2, B.UINT8, 0x84), (3, B.STRING, name)]
        stream.add(fit_builder.message(206, *described))
    leg = fit_builder.Leg(START, 5400, distance_m=16_000, feel=50, rpe=40, laps=16)
    own = [(0, number, b"\x10\x01") for number in range(3)]
    stream.add(_filled(fit_builder.session(leg), 110, chance), local=1, developer=own)
    for index in range(leg.laps):
        stream.add(_filled(fit_builder.lap(leg, index), 80, chance), local=2, developer=own)
    stream.add(fit_builder.activity_message(leg.end, START + timedelta(hours=1)), local=3)
    for second in range(10**6):
        if len(stream.records) >= size:
            break
        _one_second(stream, second, chance, own)
    return stream.file()


def _one_second(stream: fit_builder.Stream, second: int, chance: random.Random, own: Sequence[Own]) -> None:
    moment = START + timedelta(seconds=second)
    stream.add(_filled(fit_builder.record(moment, 2.9 * second), 26, chance), local=4, developer=own)
    stream.add(_filled(fit_builder.message(233, (2, B.UINT8, 7)), 5, chance), local=5)
    if second % 2 == 0:
        stream.add(fit_builder.message(78, (0, B.UINT16, tuple(chance.randrange(400, 900) for _ in range(5)))), local=6)
    if second % 60 == 0:
        stream.add(_filled(fit_builder.message(104, (253, B.UINT32, 0x43BF5900 + second)), 6, chance), local=7)


def _filled(message: Message, fields: int, chance: random.Random) -> Message:
    """The message with undocumented fields added, up to that number."""
    more: list[tuple[int, BaseType, Value]] = []
    for number in range(120, 120 + fields - len(message.fields)):
        kind = (B.UINT8, B.UINT16, B.UINT16, B.UINT32)[number % 4]
        more.append((number, kind, chance.randrange(1, 200)))
    return Message(message.global_number, message.fields + fit_builder.message(0, *more).fields)

"""Changes inputs: bytes anywhere, and values inside JSON."""

from __future__ import annotations

import copy
import json
import random
from contextlib import suppress
from typing import Any

ODD_BYTES = (
    b"\x00",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\x1b[2J",
    b"<script>",
    b"\r\n",
    b"../",
    b"\xed\xa0\x80",
    b'"',
)
ODD_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 2**31, 2**63, 10**30, 1e308, -0.0, "", "NaN", "\x1b]0;x\x07", "\ud800", "9" * 400, "2026-02-30",
    "0000-00-00T00:00:00Z", "9999-12-31T23:59:59Z", [], {}, [[[]]], {"": {}}, [None], "<script>", "x" * 5000,
    float("nan"),
)  # fmt: skip


def mutated(seed: bytes, others: tuple[bytes, ...], chance: random.Random) -> bytes:
    """``seed`` with one to eight changes; JSON more often keeps its form."""
    if seed[:1] in b"{[" and chance.random() < 0.7:
        # what is nested too deeply for it is changed as bytes
        with suppress(ValueError, RecursionError):
            value = json.loads(seed)
            if value:
                return json.dumps(_value_changed(value, chance)).encode()
    data = bytearray(seed)
    for _ in range(chance.randint(1, 8)):
        _change(data, others, chance)
    return bytes(data)


def _change(data: bytearray, others: tuple[bytes, ...], chance: random.Random) -> None:
    at = chance.randrange(len(data) + 1)
    end = min(len(data), at + chance.choice((1, 2, 4, 16, 256)))
    kind = chance.randrange(7)
    if kind == 0 and data:
        data[at % len(data)] ^= 1 << chance.randrange(8)
    elif kind == 1 and data:
        data[at % len(data)] = chance.randrange(256)
    elif kind == 2:
        del data[at:end]
    elif kind == 3:
        data[at:at] = data[at:end] * chance.choice((1, 2, 20))
    elif kind == 4:
        data[at:at] = chance.choice(ODD_BYTES)
    elif kind == 5:
        other = chance.choice(others)
        cut = chance.randrange(len(other) + 1)
        data[at:end] = other[cut : cut + chance.choice((1, 8, 64, 1024))]
    else:
        del data[at:]


def _value_changed(value: Any, chance: random.Random) -> Any:
    changed = copy.deepcopy(value)
    for _ in range(chance.randint(1, 4)):
        inner: Any = changed
        while True:
            if not isinstance(inner, dict | list) or not inner:
                break
            key = chance.choice(list(inner)) if isinstance(inner, dict) else chance.randrange(len(inner))
            if isinstance(inner[key], dict | list) and inner[key] and chance.random() < 0.8:
                inner = inner[key]
                continue
            if isinstance(inner, dict) and chance.random() < 0.2:
                del inner[key]
            else:
                inner[key] = copy.deepcopy(chance.choice(ODD_VALUES))
            break
    return changed

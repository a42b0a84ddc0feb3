"""Tables, JSON, TOML, notes and other texts of odd shapes."""

from __future__ import annotations

import json
from typing import Any

HEADER = "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Filename"
ROW = '7,"Mar 1, 2026, 6:00:00 AM",Run,Run,#kneepain3,1800,5.00,'
DEEP = 1500
LONG = "9" * 4400
DATES = (
    "2026-03-01 06:00:00", "2026-03-01T06:00:00", "2026-03-01T06:00:00Z", "01.03.2026, 06:00:00",
    "1 mars 2026 à 06:00:00", "Mar 1, 2026, 6:00:00\u202fAM",
    "Feb 30, 2026, 6:00:00 AM", "Mar 1, 0000, 6:00:00 AM", "Mar 1, 2026, 25:00:00 AM",
    "2026-03-29 02:30:00", "", "0", "1772344800", "9999-12-31 23:59:59", "Mar 1, 99999999999, 6:00:00 AM",
)  # fmt: skip


def table_shapes() -> dict[str, bytes]:
    """Strava's table, by name."""
    whole = f"{HEADER}\n{ROW}\n"
    wide = [f"{HEADER}," + ",".join(f"c{n}" for n in range(200)), ROW + ",x" * 200]
    dates = [HEADER, *(f'{number},"{date}",Run,Run,,1800,5.00,' for number, date in enumerate(DATES, 1))]
    odd = [
        HEADER,
        *(
            f'{number},"Mar 1, 2026, 6:00:00 AM",Run,Run,,{value},{value},{value}'
            for number, value in enumerate(
                (
                    "-1",
                    "1e400",
                    "nan",
                    "inf",
                    "0x10",
                    "1,5",
                    "\u0661\u0662",
                    "9" * 400,
                    "1_000",
                    " 7 ",
                    "../../x",
                    "/dev/zero",
                ),
                1,
            )
        ),
    ]
    return {
        "dates-of-no-zone": "\n".join(dates).encode(),
        "odd-numbers": "\n".join(odd).encode(),
        "bom": b"\xef\xbb\xbf" + whole.encode(),
        "utf-16": whole.encode("utf-16"),
        "utf-32": whole.encode("utf-32"),
        "latin-1": whole.replace("Run,#", "L\xe4ufe,#").encode("latin-1"),
        "nul": whole.replace("Run,#", "R\0n,#").encode(),
        "200-columns": "\n".join(wide).encode(),
        "quote-never-closed": f'{HEADER}\n7,"Mar 1, 2026\n{ROW}\n{ROW}\n'.encode(),
        "quotes-inside": f'{HEADER}\n7,"a""b","c\\"d",e"f,"",,"\n{ROW}\n'.encode(),
        "backslash-at-the-end": (whole + "\\").encode(),
        "only-quotes": f"{HEADER}\n{'"' * 999}\n".encode(),
        "carriage-returns": whole.replace("\n", "\r").encode(),
        "separators-of-lines": f"{HEADER}\u2028{ROW}\x85{ROW}\x0b{ROW}\x1c\n".encode(),
        "semicolons": whole.replace(",", ";").encode(),
        "tabs": whole.replace(",", "\t").encode(),
        "header-only": HEADER.encode(),
        "header-twice": f"{HEADER}\n{HEADER}\n{ROW}\n".encode(),
        "same-column-often": f"{HEADER},{HEADER},{HEADER}\n{ROW},{ROW},{ROW}\n".encode(),
        "short-and-long-rows": f"{HEADER}\n7\n{ROW},,,,,,,,\n,\n".encode(),
        "formulas": f"{HEADER}\n{ROW.replace('Run,Run', '=cmd()|x,+1')}\n".encode(),
        "ids-again": f"{HEADER}\n{ROW}\n{ROW}\n{ROW.replace('Run', 'Walk')}\n".encode(),
        "long-cell": f"{HEADER}\n{ROW.replace('#kneepain3', '#kneepain' * 400)}\n".encode(),
        "empty": b"",
    }  # fmt: skip


def json_texts() -> dict[str, bytes]:
    """JSON as no service should write it, by name."""
    return {
        "deep-lists": b"[" * DEEP + b"]" * DEEP,
        "deep-objects": b'{"":' * DEEP + b"1" + b"}" * DEEP,
        "deep-without-end": b'{"a":[' * 700,
        "nan": b'{"distance": NaN, "duration": Infinity, "pain": -Infinity}',
        "keys-twice": b'{"id": 1, "id": 2, "id": {"id": 3}}',
        "huge-numbers": b'{"id": 1e999, "activityId": %s, "duration": -1E-999, "distance": 1%s}'
        % (b"9" * 400, b"0" * 400),
        "number-too-long": b'{"id": %s}' % LONG.encode(),
        "lone-surrogates": rb'{"name": "\ud800", "description": "\udfff\ud800x", "\udc00": 1}',
        "nul": b'{"name": "a\\u0000b", "id": "7\\u0000"}',
        "utf-16": '{"id": 7}'.encode("utf-16"),
        "bom": b'\xef\xbb\xbf{"id": 7}',
        "not-utf-8": b'{"name": "\xff\xfe\xed\xa0\x80"}',
        "a-number": b"7",
        "null": b"null",
        "a-text": b'"x"',
        "half": b'{"id": 7, "name": "Mor',
        "empty": b"",
    }


def with_odd_values(whole: dict[str, Any]) -> dict[str, bytes]:
    """An object whose parts, and one whose every value, are of another kind, by name."""
    kinds: dict[str, Any] = {
        "texts": "x", "numbers": 7, "lists": [[]], "objects": {"x": {}}, "nulls": None, "huge": 10**99, "true": True,
    }  # fmt: skip
    flat = {f"parts-{name}": dict.fromkeys(whole, kind) for name, kind in kinds.items()}
    deep = {f"values-{name}": _all_values(whole, kinds[name]) for name in ("texts", "lists")}
    return {name: json.dumps(one, separators=(",", ":")).encode() for name, one in (flat | deep).items()}


def _all_values(value: Any, kind: Any) -> Any:
    if isinstance(value, dict):
        return {key: _all_values(one, kind) for key, one in value.items()}
    if isinstance(value, list):
        return [_all_values(one, kind) for one in value] + [kind]
    return kind


def fewer(texts: dict[str, bytes], most: int = 1000) -> dict[str, bytes]:
    """Those of at most so many bytes."""
    return {name: text for name, text in texts.items() if len(text) <= most}


def notes_shapes() -> dict[str, bytes]:
    """Notes, by name."""
    texts = {
        "right-to-left": "\u202eknee pain 3/10\u202c \u2067ركبة 4/10\u2069 \u200f#kneepain\u200e3",
        "combining": "k\u0301n\u0302e\u0303e\u0304 p\u0308ain 3/10 " + "e" + "\u0301" * 500,
        "entities": "&lt;b&gt;knee&lt;/b&gt; &amp;amp; 3&#47;10 &#x33;/10 &nbsp;&NotEqualTilde; &#1114112; &#xD800;",
        "markup": "<b><i>knee</b> pain</i> 3/10 <script>alert('knee 4/10')</script> <!-- knee 5/10 --> <![CDATA[7]]>",
        "markup-without-end": "<" * 500 + "knee" + "<a href='" * 100,
        "long-digits": f"knee {LONG}/10, knee 3/{LONG[:400]}, #kneepain{LONG[:400]}, knee 0.{LONG[:400]}/10",
        "digits-of-others": "knee \u0663/\u0661\u0660, knee \uff13/\uff11\uff10, \u2462/10, \u00b3/10, \u0f33/10",
        "many-scores": "knee 3/10 " * 150,
        "many-negations": "no not never without no not never without " * 40 + "knee pain",
        "many-hashtags": "#" * 300 + "kneepain3" + "#kneepain" * 150,
        "ranges": "knee 2-4/10 4-2/10 2–3–4/10 -3/10 11/10 3/0 0/0 10/10/10 3/10/2026",
        "fractions": "knee ½/10 pain ⅓ of 10 ⅘/10 1⁄2/10",
        "one-word": "kneepainknieschmerzen" * 80,
        "no-words": "\u200b\u200c\u200d\ufeff\u2060" * 100 + "\U000e0041" * 50,
        "case-that-grows": "KNEEẞ İSTANBUL ŉ ǰ ΐ KNIESCHMERZEN " * 20,
        "emoji": "👨‍👩‍👧‍👦🦵🏽 knee 3/10 🇩🇪" * 20,
        "blanks": "knee" + "\u3000\u2003\t\x0b\x0c\x1c\x85\u2028" * 60 + "3/10",
        "controls": "".join(map(chr, range(32))) + "knee 3/10" + "".join(map(chr, range(127, 160))),
        "planes": "".join(chr(plane << 16 | 0xFFFE) for plane in range(17)) + " knee 3/10",
        "punctuation": "knee.,;:!?-–—…'\"()[]{}/\\|" * 40 + "3/10",
        "four-languages": "Knie 3 von 10, genou 4 sur 10, rodilla 5 de 10, knee 6 out of 10; kein, pas, sin, no",
    }
    return {name: text.encode("utf-8", "surrogatepass") for name, text in texts.items()} | {
        "surrogates": "knee \ud800 3/10 \udfff".encode("utf-8", "surrogatepass"),
        "not-utf-8": b"knee \xff\xfe\xc3 3/10",
    }


TEMPLATE = """name = "Fuzz"
description = "Bands."
default_level = "1"

[[levels]]
name = "1"
band = "none"
sets = 2
reps = 8

[[steps]]
repeat = "level"

[[steps.steps]]
exercise = "side-step"
side = "each"
reps = "level"
notes = "{side} {reps}"

[[steps.steps]]
rest = 45
"""


def template_shapes() -> dict[str, bytes]:
    """Templates, by name."""
    text = TEMPLATE
    inner = "[[steps.steps]]\nrepeat = 2\n"
    return {
        "plain": text.encode(),
        "deep-repeats": "".join(f"[[{'.'.join(['steps'] * deep)}]]\nrepeat = 2\n" for deep in range(1, 30)).encode(),
        "deep-lists": f"steps = {'[' * DEEP}{']' * DEEP}\n".encode(),
        "deep-tables": ("x." * 900 + "y = 1\n").encode(),
        "repeats-of-repeats": (text + "[[steps]]\nrepeat = 99\n" + inner * 20).encode(),
        "every-number-huge": _numbers(text, "9223372036854775808"),
        "every-number-too-long": _numbers(text, LONG, most=1),
        "every-number-negative": _numbers(text, "-1"),
        "every-number-zero": _numbers(text, "0"),
        "every-number-nan": _numbers(text, "nan"),
        "every-number-infinite": _numbers(text, "inf"),
        "every-number-a-date": _numbers(text, "2026-03-01T06:00:00Z"),
        "every-number-999": _numbers(text, "999"),
        "twice": (text + text).encode(),
        "windows": text.replace("\n", "\r\n").encode(),
        "old-mac": text.replace("\n", "\r").encode(),
        "bom": b"\xef\xbb\xbf" + text.encode(),
        "utf-16": text.encode("utf-16"),
        "nul": text.encode() + b"\0",
        "not-utf-8": text.encode() + b"# \xff\n",
        "placeholders": text.replace("{reps}", "{{{side}}} {side.__class__} {0} {} {side!r:>99999999} {").encode(),
        "long-texts": text.replace('name = "', 'name = "' + "ä" * 500, 1).encode(),
        "steering-texts": text.replace('name = "', 'name = "\\u001b[2J\\u202e\\u0000<script>', 1).encode(),
        "dotted-keys": b'"" = 1\n\'a.b\' = 2\na."b".c = 3\n"\\u0000" = 4\n',
        "empty": b"",
    }


def _numbers(text: str, value: str, most: int = 10_000) -> bytes:
    """The template with every number, or the first ``most``, replaced."""
    out = []
    for line in text.splitlines():
        name, equals, old = line.partition(" = ")
        changed = bool(equals) and old[:1].isdigit() and most > 0
        most -= changed
        out.append(f"{name} = {value}" if changed else line)
    return "\n".join(out).encode()


def config_shapes() -> dict[str, bytes]:
    """Settings files, by name."""
    return {
        "deep": f"timezone = {'[' * DEEP}{']' * DEEP}".encode(),
        "number-too-long": f"[sync]\ntimeout_s = {LONG}\n".encode(),
        "inline": b"strava = { client_id = '1', client_secret = { command = ['pass', 'x'] } }\n",
        "dotted": b'"strava"."client_id" = "1"\n\'timezone\' = "UTC"\n',
        "many-lines": b'timezone = """\nUTC\\\n   """\n[strava]\nclient_id = """1"""\n',
        "table-behind": b"[strava]\n[sync]\n[strava.x]\n",
        "several-on-a-line": b"x = [1,\n2] # c\ntimezone = \"UTC\" # a = 'b'\n",
        "array-of-tables": b"[[strava]]\nclient_id = '1'\n",
        "odd-zones": b'timezone = "../../etc/passwd"\n',
        "zone-of-a-nul": b'timezone = "UTC\\u0000"\n',
        "no-line-end": b'timezone = "UTC"',
        "old-mac": b'# x\rtimezone = "UTC"\r',
        "bom": b'\xef\xbb\xbftimezone = "UTC"\n',
        "utf-16": 'timezone = "UTC"\n'.encode("utf-16"),
        "separators-of-lines": 'timezone = "UTC" # \u2028\x85\n'.encode(),
        "half-a-byte-order-mark": b"\xef\xbb",
        "a-number-of-hundreds-of-digits": f"[sync]\ntimeout_s = {LONG[:400]}\n".encode(),
        "not-a-number": b"[sync]\ntimeout_s = nan\n[plan]\ndays_early = inf\n",
    }

"""Answers of services and of other programs, and small files of ours, of odd shapes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.fuzz.shapes_texts import LONG, with_odd_values
from tests.fuzz.targets import TARGETS

AT = "2026-03-01T06:00:00"


def service_shapes(texts: Mapping[str, bytes], few: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """For each target that reads a service's JSON; ``few`` are the shorter ones of ``texts``."""
    whole = {name: json.loads(TARGETS[name].seeds()[0]) for name in ("garmin-json", "strava-json", "connect")}
    odd = {name: with_odd_values(one) for name, one in whole.items()}
    kept = {name: b"\n---\n".join([one, one[:1000], one[:1000]]) for name, one in few.items()}
    for service in ("garmin", "strava"):
        for name, one in odd[f"{service}-json"].items():
            told = json.loads(one)
            parts = [json.dumps(told.get(part)).encode() for part in ("summary", "detail", "sets")]
            kept[f"{service}-{name}"] = b"\n---\n".join(parts)
    around = {f"body-{name}": _answer(one) for name, one in few.items()} | _odd_answers()
    return {
        "garmin-json": {**texts, **odd["garmin-json"]},
        "strava-json": {**few, **odd["strava-json"]},
        "connect": {**few, **odd["connect"]},
        "garmin-live": around
        | _live("garmin-live")
        | {"blank-before-the-first-header": b" x\r\nConnection: close\r\n"},
        "strava-live": around | _live("strava-live"),
        "sign-in": _live("sign-in"),
        "kept": kept,
    }


STATUSES = (204, 301, 400, 401, 403, 404, 410, 418, 427, 429, 500, 502, 503, 599)


def _live(name: str) -> dict[str, bytes]:
    told: dict[str, Any] = json.loads(TARGETS[name].seeds()[0])
    bodies = {key: value for key, value in told.items() if key not in ("status", "headers")}
    odd = {what: json.loads(one) for what, one in with_odd_values(bodies).items() if what.startswith("parts-")}
    statuses: dict[str, Any] = {f"status-{code}": {"status": code, "x": dict(told["headers"])} for code in STATUSES}
    return {key: json.dumps({"status": 200, **one}).encode() for key, one in (odd | statuses).items()}


def _answer(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    return b"\r\n".join([b"HTTP/1.1 " + status, b"Connection: close", *headers, b"", body])


def _odd_answers() -> dict[str, bytes]:
    """What surrounds the JSON."""
    body = b'[{"id": 7}]'
    return {
        "no-head": body,
        "http-0.9": b"HTTP/0.9 200\n\n" + body,
        "status-of-letters": _answer(body, status=b"abc"),
        "status-too-long": _answer(body, status=b"2" * 40),
        "status-600": _answer(body, status=b"600 Odd"),
        "status-100-again-and-again": b"HTTP/1.1 100 Continue\r\n\r\n" * 20 + _answer(body),
        "many-headers": _answer(body, *(b"X-%d: y" % number for number in range(120))),
        "long-header": _answer(body, b"X: " + b"y" * 3000),
        "header-of-no-name": _answer(body, b": x", b"no colon here", b"\xff\xfe: \x00"),
        "too-short": _answer(body, b"Content-Length: 99999"),
        "too-long": _answer(body, b"Content-Length: 3"),
        "length-that-is-none": _answer(body, b"Content-Length: -7", b"Content-Length: x"),
        "chunks-that-are-none": _answer(b"zz\r\nabc\r\n0\r\n\r\n", b"Transfer-Encoding: chunked"),
        "chunk-of-2-gb": _answer(b"7fffffff\r\nabc", b"Transfer-Encoding: chunked"),
        "gzip-that-is-none": _answer(body, b"Content-Encoding: gzip"),
        "deflate-that-is-none": _answer(body, b"Content-Encoding: deflate, gzip, br, zstd"),
        "unknown-encoding": _answer(body, b"Content-Encoding: x-own", b"Content-Type: text/html; charset=x-own"),
        "charset-of-a-nul": _answer(b"<p>", b"Content-Type: text/html; charset=a\0b", status=b"400 No"),
        "redirect": _answer(b"", b"Location: http://[::1", status=b"302 Found"),
        "redirect-to-a-file": _answer(b"", b"Location: file:///etc/passwd", status=b"301 Moved"),
        "come-back-never": _answer(b"", b"Retry-After: " + b"9" * 50, status=b"429 No"),
        "come-back-at-an-odd-time": _answer(b"", b"Retry-After: Mon, 99 Foo 99999 99:99:99 +9999999", status=b"429 No"),
        "cookies": _answer(body, b"Set-Cookie: a=b; Expires=Mon, 99 Foo; Domain=.", b"Set-Cookie: \xff"),
        "web-page": _answer(b"<!doctype html><title>Just a moment...</title>", b"Content-Type: text/html"),
        "nothing": b"",
    }


def history_shapes() -> dict[str, bytes]:
    """Lines of histories."""
    day = {"date": "2026-01-05", "status": "done"}
    odd: dict[str, Any] = {
        "no-parts": {"id": "r1"},
        "odd-dates": {"id": 1, "sessions": [{**day, "date": one} for one in ("2026-02-30", 7)], "runs": []},
        "odd-pain": {"id": 1, "sessions": [], "runs": [{"date": "2026-01-05", "pain": one} for one in (-1, 11, "3")]},
        "same-day-often": {"id": 1, "sessions": [day] * 40, "runs": []},
        "far-apart": {"id": 1, "sessions": [{**day, "date": "0001-01-01"}, {**day, "date": "9999-12-31"}], "runs": []},
        "id-of-a-list": {"id": [], "sessions": [], "runs": []},
    }  # fmt: skip
    lines = {name: json.dumps(one).encode() for name, one in odd.items()}
    return lines | {"blank-lines": b"\n\r\n \n\x0b\n", "many-at-once": b"\n".join(lines.values())}


def token_shapes() -> dict[str, bytes]:
    """Token files."""
    garmin: dict[str, Any] = json.loads(b'{"di_token":"x","di_refresh_token":"r","di_client_id":"c"}')
    strava: dict[str, Any] = {"access_token": "a", "refresh_token": "r", "expires_at": 4_000_000_000}
    odd: dict[str, Any] = {
        "jwt-of-no-parts": {**garmin, "di_token": "....."},
        "jwt-of-no-base64": {**garmin, "di_token": "a.\u00e4\u00f6.c"},
        "jwt-of-a-list": {**garmin, "di_token": "a.W10.c"},
        "jwt-that-never-ends": {**garmin, "di_token": "a.eyJleHAiOjFlOTk5fQ.c"},
        "jwt-of-nan": {**garmin, "di_token": "a.eyJleHAiOk5hTn0.c"},
        "token-of-lines": {**garmin, "di_token": "a\r\nX-Other: b"},
        "token-of-surrogates": {**strava, "access_token": "\ud800"},
        "token-of-other-letters": {**strava, "access_token": "\u0436\u202e"},
        "token-too-long": {**strava, "access_token": "a" * 900},
        "tokens-of-numbers": dict.fromkeys([*garmin, *strava], 7),
        "tokens-of-lists": {key: [1] for key in (*garmin, *strava)},
        "ends-at-a-text": {**strava, "expires_at": "soon"},
        "ends-never": {**strava, "expires_at": 10**400},
        "ends-at-a-list": {**strava, "expires_at": []},
        "signed-in-at-odd-times": {**strava, "signed_in_at": "9999-12-31T23:59:59-23:59", "account": {"x": 1}},
    }
    return {name: json.dumps(one).encode() for name, one in odd.items()} | {
        "ends-at-infinity": b'{"access_token":"a","refresh_token":"r","expires_at":Infinity}',
        "ends-at-nan": b'{"access_token":"a","refresh_token":"r","expires_at":NaN}',
    }


def mark_shapes() -> dict[str, bytes]:
    """What runs leave for later ones."""
    every = {"pid": 7, "command": "x", "since": AT, "refusals": 2, "until": AT, "schema": "syncer-demo/1"}
    whole: dict[str, Any] = {**every, "made_at": AT, "what": ["x"], "at": AT}
    aware = {key: f"{AT}+00:00" if value == AT else value for key, value in whole.items()}
    years = {key: "0001-01-01T00:00:00+23:59" if value == AT else value for key, value in whole.items()}
    late = {key: "9999-12-31T23:59:59-23:59" if value == AT else value for key, value in whole.items()}
    odd: dict[str, Any] = {
        "no-zone": whole,
        "year-1": years,
        "year-9999": late,
        "infinite": {**aware, "pid": float("inf"), "refusals": float("inf")},
        "not-a-number": {**aware, "pid": float("nan"), "refusals": float("nan")},
        "huge": {**aware, "pid": 10**400, "refusals": 10**400},
        "texts": {**aware, "pid": "seven", "refusals": "two", "what": "abc"},
        "lists": {key: [1] for key in whole},
        "nulls": dict.fromkeys(whole),
        "steering": {**aware, "command": "\x1b[2J\u202e\ud800" * 10, "what": ["\x1b[2J"]},
    }
    return {name: json.dumps(one).encode() for name, one in odd.items()}


def refusal_shapes() -> dict[str, bytes]:
    """Words of a sign-in that failed."""
    return {
        "quotes": b"'" * 500 + b"502",
        "quotes-and-statuses": b"'502" * 500,
        "verify-codes": b"verifyCode: " * 100,
        "many-statuses": b"HTTP 503 " * 200,
        "locked": "account LOCKED\u0130".encode(),
        "errors-of-texts": b'{"errors": ["x", 7, null, {"resource": {}}]}',
        "errors-that-are-none": b'{"errors": {"resource": "x"}}',
    }


def redirect_shapes() -> dict[str, bytes]:
    """What is pasted, and where the browser is sent."""
    good = b"state=state&code=abcd1234&scope="
    return {
        "address-that-is-none": b"http://[::1/callback?" + good,
        "odd-host": "http://\u2100.example/?".encode() + good,
        "odd-port": b"http://127.0.0.1:99999999/callback?" + good,
        "not-utf-8": b"state=\xff\xfe&code=%ff%fe&" + good,
        "surrogates": b"state=%ed%a0%80&code=x",
        "many-fields": b"a=b&" * 600 + good,
        "many-scopes": good + b"read," * 300,
        "other-state": b"state=other&code=x",
        "state-of-other-letters": "state=zust\u00e4nd&code=x".encode(),
        "error-that-steers": b"state=state&error=%1b%5b2J%0a",
        "lines": b"http://127.0.0.1/\r\n?state=state\r\n&code=x",
        "code-of-blanks": b"state=state&code=%20",
        "two-codes": good + b"activity:read_all&code=other",
        "token": b"0123456789abcdef0123456789abcdef01234567",
        "long": b"x" * 900,
        "nothing": b"",
    }


def header_shapes() -> dict[str, bytes]:
    """When to come back, and what is left."""
    after = (
        b"-1", b"+5", b"1e9", b"9" * 60, b"\xb2", b"0x10", b"Mon", b"Sun, 01 Mar 2026 07:00:00 +9999999999999999999",
        b"Sun, 01 Mar 2026 07:00:00 -9999", b"Sun, 01 Mar 99999 07:00:00 GMT", b"Sun, 01 Mar 2026 99:99:99 GMT",
        b"Sun, 01 Mar 0001 00:00:00 +2359", b"Fri, 31 Dec 9999 23:59:59 -2359", b"1 1 1 1:1:1", b",", b"Sun,", b": :",
    )  # fmt: skip
    pairs = (b"", b",", b"1", b"-1,-1", b"9" * 30 + b",1", b"0,0", b"1,2,3", b"\xb2,\xb3", b" 1 , 2 ")
    names = (b"X-RateLimit-Limit", b"X-RateLimit-Usage", b"X-ReadRateLimit-Limit", b"X-ReadRateLimit-Usage")
    return {f"retry-after-{number}": b"Retry-After: " + one for number, one in enumerate(after)} | {
        f"limits-{number}": b"\n".join(b"%s: %s" % (name, one) for name in names) for number, one in enumerate(pairs)
    }


def variable_shapes() -> dict[str, bytes]:
    """Values of settings in environment variables."""
    return {
        "number-too-long": LONG.encode(),
        "nan": b"nan",
        "infinity": b"-inf",
        "digits-of-others": "\u0663".encode(),
        "underscores": b"1_0",
        "zone-that-climbs": b"../../etc/passwd",
        "zone-absolute": b"/etc/localtime",
        "zone-of-a-folder": b"Europe",
        "zone-of-many-folders": b"0./" * 300,
        "not-utf-8": b"\xff\xfe",
        "address-that-is-none": b"https://[::1",
        "address-of-a-port": b"https://x:99999999/",
        "address-of-blanks": b"https:// x/\t",
        "time-that-is-none": b"24:60",
        "blanks": b" \t ",
        "steering": "\x1b[2J\u202e".encode(),
    }


def schedule_shapes() -> dict[str, bytes]:
    """What schedulers print."""
    from syncer.nightly.cron import BEGIN, END
    from syncer.nightly.job import MARK

    begin, end = BEGIN.encode(), END.encode()
    return {
        "only-begin": begin + b"\n0 3 * * * x\n",
        "only-end": end,
        "end-first": end + b"\n" + begin,
        "twice": (begin + b"\nx\n" + end + b"\n") * 2,
        "empty-block": begin + end,
        "one-line": b"0 5 * * * x " + begin + b" " + end,
        "not-utf-8": b"# \xff\xfe\n" + begin + b"\nx\n" + end,
        "nul": b"# \0\n",
        "marked": MARK.encode(),
        "old-mac": b"# x\r" + begin + b"\rx\r" + end + b"\r",
        "equals": b"=\n==\nActiveState\nActiveState=active=active\n\xe2\x80\xa8NeedDaemonReload=yes",
        "blanks": b" \n\t\n",
    }

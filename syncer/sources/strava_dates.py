"""Dates as Strava's exports write them, in the language of the account and always in UTC.

That they are UTC was checked against the FIT file of a real export (its table says 15:53:35 for a run that began at
17:53:35 in Berlin and at 15:53:35Z in its file).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime

# Names and abbreviations, without accents and full stops: English, German, French, Spanish, Dutch, Italian, Portuguese.
_MONTH_NAMES = (
    "jan january januar janner janv janvier ene enero januari gen gennaio janeiro",
    "feb february februar fev fevr fevrier febrero februari febbraio fevereiro",
    "mar march marz mrz mars marzo mrt maart marco",
    "apr april avr avril abr abril aprile",
    "may mai maj mayo mei mag maggio maio",
    "jun june juni juin junio giu giugno junho",
    "jul july juli juil juillet julio lug luglio julho",
    "aug august aou aout ago agosto augustus",
    "sep sept september septembre septiembre set settembre setembro",
    "oct october okt oktober octobre octubre ott ottobre out outubro",
    "nov november novembre noviembre novembro",
    "dec december des dez dezember decembre dic diciembre dicembre dezembro",
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}

_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?"
    r"(?: ?(?P<half>[ap])\.? ?m\.?)?(?: ?(?:z|utc|gmt))?"
)
_FORMS = tuple(
    re.compile(form + _TIME)
    for form in (
        r"(?P<year>\d{4})[-./](?P<month>\d{1,2})[-./](?P<day>\d{1,2})(?:t|,? )",  # 2018-09-12 15:02:23
        r"(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\. ?(?P<year>\d{4}),? ",  # 29.05.2022, 15:53:35
        r"(?P<first>\d{1,2})/(?P<second_>\d{1,2})/(?P<year>\d{4}),? ",  # 29/05/2022 15:53, as spreadsheets save it
        r"(?P<name>[^\W\d_]+)\.? (?P<day>\d{1,2}),? (?P<year>\d{4})(?:,? | at )",  # May 29, 2022, 3:53:35 PM
        r"(?P<day>\d{1,2})\.? (?:de )?(?P<name>[^\W\d_]+)\.?,? (?:de )?(?P<year>\d{4})(?:,? | at | um | a | a las )",
    )
)


def utc_instant(text: str) -> datetime:
    """Read ``May 29, 2022, 3:53:35 PM``, ``29.05.2022, 15:53:35``, ``28 août 2026, 17:33:44`` and their like.

    Raises:
        ValueError: it is none of them, with a sentence that says what is wrong.
    """
    plain = _plain(text)
    found = next((match for form in _FORMS if (match := form.fullmatch(plain))), None)
    if found is None:
        raise ValueError("it is written like no date of a known language")
    parts = found.groupdict()
    instant = datetime(int(parts["year"]), *_month_and_day(parts), *_clock(parts), tzinfo=UTC)
    if not 1970 <= instant.year < 2200:
        raise ValueError(f"the year {instant.year} cannot be")
    return instant


def _month_and_day(parts: dict[str, str]) -> tuple[int, int]:
    if name := parts.get("name"):
        if name not in _MONTHS:
            raise ValueError(f"'{name}' is no month of a known language")
        return _MONTHS[name], int(parts["day"])
    if "first" not in parts:
        return int(parts["month"]), int(parts["day"])
    first, second = int(parts["first"]), int(parts["second_"])
    if first <= 12 and second <= 12 and first != second:
        raise ValueError(f"in {first}/{second} nobody can tell the day from the month")
    return (second, first) if first > 12 else (first, second)


def _clock(parts: dict[str, str]) -> tuple[int, int, int]:
    hour = int(parts["hour"])
    if parts["half"]:
        if hour > 12:
            raise ValueError(f"there is no hour {hour} before or after noon")
        hour = hour % 12 + (12 if parts["half"] == "p" else 0)
    return hour, int(parts["minute"]), int(parts["second"] or 0)


def _plain(text: str) -> str:
    """Lower case, without accents, every kind of space one plain space."""
    decomposed = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).casefold().split())

"""Which column of a Strava export's table is which.

Strava adds columns every few months (10 of them in 2019, 105 in 2026), writes their names in the language of the
account, writes some names twice, and has written some as HTML. So columns are found by name; in a language that is not
listed, by their place, which the languages share.

A name that stands twice has a shown value first (``9,44``, in km or miles) and a stored one second (``9440.0``, in m).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Names as `_plain` leaves them: English (new, then before July 2019), German, French, Spanish, Dutch. The first that
# is there is taken, because newer tables have a second "Type" further on.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("activity id", "id", "aktivitäts-id", "id de l'activité", "id de actividad", "activiteits-id"),
    "date": (
        "activity date",
        "date",
        "aktivitätsdatum",
        "date de l'activité",
        "fecha de la actividad",
        "fecha de actividad",
        "datum van activiteit",
    ),
    "name": (
        "activity name",
        "name",
        "name der aktivität",
        "nom de l'activité",
        "nombre de la actividad",
        "nombre de actividad",
        "naam activiteit",
        "naam van activiteit",
    ),
    "type": ("activity type", "aktivitätsart", "type d'activité", "tipo de actividad", "activiteitstype", "type"),
    "description": (
        "activity description",
        "description",
        "aktivitätsbeschreibung",
        "description de l'activité",
        "descripción de la actividad",
    ),
    "elapsed_s": (
        "elapsed time",
        "elapsed_time",
        "verstrichene zeit",
        "temps écoulé",
        "tiempo transcurrido",
        "verstreken tijd",
    ),
    "moving_s": ("moving time", "bewegungszeit", "durée de déplacement", "tiempo en movimiento", "beweegtijd"),
    "distance": ("distance", "distanz", "distancia", "afstand"),
    "private_note": (
        "activity private note",
        "hinweis zur privatsphäre für aktivitäten",
        "note privée sur les activités",
        "nota privada de actividad",
        "nota privada de la actividad",
    ),
    "filename": (
        "filename",
        "dateiname",
        "nom du fichier",
        "nombre del archivo",
        "nombre de archivo",
        "bestandsnaam",
    ),
    "rpe": ("perceived exertion", "gefühlte anstrengung", "effort ressenti", "esfuerzo percibido"),
    "from_upload": ("from upload", "von upload", "à partir du téléchargement"),
}
_ENGLISH = frozenset({"activity id", "id"})

# The first thirteen places since July 2019, and those of the ten columns before.
_PLACES = {
    "id": 0,
    "date": 1,
    "name": 2,
    "type": 3,
    "description": 4,
    "elapsed_s": 5,
    "distance": 6,
    "private_note": 10,
    "filename": 12,
}
_TEN_PLACES = {**{field: place for field, place in _PLACES.items() if place <= 6}, "filename": 9}
# Further places of the long tables, and which of the first ones they repeat.
_LATER_PLACES = {"moving_s": 16, "rpe": 43, "from_upload": 52}
_REPEATED = {"elapsed_s": 15, "distance": 17}

_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands.

    Attributes:
        places: field → index. ``distance_m`` is in metres, ``distance_shown`` in the account's unit; ``elapsed_s`` and
            ``elapsed_shown`` are the same, and either may be empty.
        decimal_comma: the shown numbers have a decimal comma, as outside of English.
    """

    places: Mapping[str, int]
    decimal_comma: bool

    def fields(self, cells: Sequence[str]) -> dict[str, str]:
        """The row's fields; one that the row is too short for is left out."""
        return {field: cells[place].strip() for field, place in self.places.items() if place < len(cells)}


def find_columns(header: Sequence[str], samples: Sequence[Sequence[str]]) -> Columns | None:
    """The columns of a Strava table; None when it is none.

    Args:
        header: the first row.
        samples: some rows below it. In a language that is not listed they have to look like activities.
    """
    names = [_plain(name) for name in header]
    places = {field: place for field, known in _NAMES.items() if (place := _place(names, known)) is not None}
    if not _looks_right(names, places, samples):
        return None
    taken = set(places.values())
    by_place = _PLACES if len(names) >= 13 else _TEN_PLACES if len(names) >= 10 else {}
    places |= {field: at for field, at in by_place.items() if field not in places and at not in taken}
    long = _is_long(names, samples)
    if long:
        places |= {field: at for field, at in _LATER_PLACES.items() if field not in places and at < len(names)}
    return _columns(names, places, _REPEATED if long else {})


def _columns(names: Sequence[str], places: dict[str, int], repeated: Mapping[str, int]) -> Columns:
    """Tell the shown values from the stored ones."""
    elapsed, distance = places.get("elapsed_s"), places.pop("distance", None)
    if elapsed is not None:
        places["elapsed_s"] = _second(names, elapsed) or repeated.get("elapsed_s", elapsed)
        places["elapsed_shown"] = elapsed
    if distance is not None:
        stored = _second(names, distance) or repeated.get("distance")
        if names[places["id"]] == "id":  # before July 2019: once only, in metres
            stored = stored or distance
        if stored is not None:
            places["distance_m"] = stored
        if stored != distance:
            places["distance_shown"] = distance
    return Columns(places, decimal_comma=names[places["id"]] not in _ENGLISH)


def _place(names: Sequence[str], known: Sequence[str]) -> int | None:
    return next((names.index(name) for name in known if name in names), None)


def _second(names: Sequence[str], first: int) -> int | None:
    """Where the name at ``first`` stands for the second time."""
    return next((place for place in range(first + 1, len(names)) if names[place] == names[first]), None)


def _looks_right(names: Sequence[str], places: Mapping[str, int], samples: Sequence[Sequence[str]]) -> bool:
    if {"id", "date", "type"} <= places.keys():
        return True
    if len(names) < 10 or places.get("id", 0) != 0 or places.get("date", 1) != 1:
        return False
    if any(at < 2 and field not in ("id", "date") for field, at in places.items()):
        return False  # what stands there is known by its name, and is neither
    rows = [row for row in samples if len(row) >= 10 and not row[0].startswith("#")]
    return bool(rows) and all(row[0].strip().isdecimal() and any(map(str.isdecimal, row[1])) for row in rows)


def _is_long(names: Sequence[str], samples: Sequence[Sequence[str]]) -> bool:
    """Whether places 15 to 17 repeat elapsed time and distance, by their names or by their values."""
    if len(names) <= 17:
        return False
    if names[5] == names[15] and names[6] == names[17]:
        return True
    pairs = [(number(row[5]), number(row[15])) for row in samples if len(row) > 17]
    told = [(shown, stored) for shown, stored in pairs if shown is not None and stored is not None]
    return bool(told) and all(abs(shown - stored) <= 1 for shown, stored in told)


def _plain(name: str) -> str:
    """Lower case without byte order mark, HTML tags and double spaces, apostrophes straight."""
    text = unicodedata.normalize("NFC", _TAG.sub("", name)).replace("\ufeff", "").replace("’", "'")
    return " ".join(text.casefold().split())


def number(text: str, *, decimal_comma: bool = True) -> float | None:
    """``9440.0``, ``9,44``, ``1.234,5`` or ``1 234,5``, in the column's own unit; None for what is no finite number.

    Args:
        text: the cell.
        decimal_comma: what a lone comma means; otherwise it groups thousands, as in ``2,000``.
    """
    plain = "".join(text.split())
    if "," in plain and "." in plain:
        grouping = "," if plain.rfind(".") > plain.rfind(",") else "."
        plain = plain.replace(grouping, "")
    elif not decimal_comma:
        plain = plain.replace(",", "")
    plain = plain.replace(",", ".")
    if not re.fullmatch(r"-?[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]{1,3})?", plain):
        return None
    value = float(plain)
    return value if abs(value) < 1e15 else None

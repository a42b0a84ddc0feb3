"""The file that a watch uploaded, as Garmin Connect gives it back: a zip with one FIT file, or a TCX, or none at all.

Only it tells which workout file was followed (FIT ``training_file``) when the workout came to the watch by USB.
"""

from __future__ import annotations

import io
from itertools import islice

from syncer.domain.activity import Kind, Recording
from syncer.sources.archive import read_member
from syncer.sources.containers import Zip
from syncer.sources.fit_file import LARGEST_FILE, open_fit_bytes, read_fit
from syncer.sync.ports import Intake, Payload

# it holds one; a multisport activity a few
MOST_MEMBERS = 20

_FIT_AT, _FIT = 8, b".FIT"


def read_original(packed: bytes, known: Recording) -> Intake:
    """What the FIT file of ``known`` holds; an empty intake where the zip has no FIT file.

    Of several sessions in one file (a multisport activity) the strength session is meant.

    Raises:
        BadFileError: the zip or the FIT file is damaged.
    """
    label = f"the original of {known.key.short_id}"
    data = _fit_in(packed, label)
    if data is None:
        return Intake()
    fit = read_fit(data, label, lambda _index: known.key)
    told = [one for one in fit.recordings if one.kind is Kind.STRENGTH] or list(fit.recordings)
    return Intake(tuple(told[:1]), (Payload(known.key, "fit", fit.sieved),) if told else ())


def _fit_in(packed: bytes, label: str) -> bytes | None:
    """The FIT file, known by its content, whatever the members are called; nothing is written to disk."""
    if packed[_FIT_AT : _FIT_AT + 4] == _FIT:
        return packed
    archive = Zip(io.BytesIO(packed), label, len(packed))
    try:
        for member in islice(archive.members(), MOST_MEMBERS):
            data = open_fit_bytes(read_member(archive, member.raw, LARGEST_FILE), label)
            if data[_FIT_AT : _FIT_AT + 4] == _FIT:
                return data
    finally:
        archive.close()
    return None

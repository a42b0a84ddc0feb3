"""What an archive holds, and reading one thing of it.

``scan`` lists without reading, so that what is known already costs next to nothing; ``read`` reads one item and may run
in another process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from syncer.errors import SyncerError
from syncer.sources import fit_archive, garmin_export, strava_export, strava_row
from syncer.sources.archive import Archive, label, left_out
from syncer.sync.ports import ImportItem, Intake, Skipped


def scan(archive: Archive) -> Iterator[ImportItem | Skipped]:
    """What the archive holds, cheaply: no FIT file is read. The order is that in which reading is fastest.

    Items with one key are the same thing; an unchanged one has the same fingerprint at every scan.

    Raises:
        BadFileError: the archive cannot be opened any more.
    """
    return _SCANNERS[archive.kind](archive)


def read(item: ImportItem) -> Intake:
    """The recordings of one item. Never raises: what is wrong with the item is told in ``skipped``.

    Archives stay open in the process for the next item.
    """
    try:
        return _READERS[item.source](item)
    except SyncerError as problem:
        return Intake(skipped=(left_out(problem, item.label),))
    except Exception as problem:  # noqa: BLE001 - one item that nobody thought of must not end an import of thousands
        why = f"{type(problem).__name__}: {label(str(problem))}"
        message = f"{item.label} could not be read, and that is a fault of this program ({why})"
        hint = "report this with the output of: syncer doctor; the rest is read without it"
        return Intake(skipped=(Skipped("internal-error", item.label, broken=True, message=message, hint=hint),))


_SCANNERS: dict[str, Callable[[Archive], Iterator[ImportItem | Skipped]]] = {
    strava_export.SOURCE: strava_export.scan,
    garmin_export.SOURCE: garmin_export.scan,
    fit_archive.SOURCE: fit_archive.scan,
}
_READERS: dict[str, Callable[[ImportItem], Intake]] = {
    strava_export.SOURCE: strava_row.read,
    garmin_export.SOURCE: garmin_export.read,
    fit_archive.SOURCE: fit_archive.read,
}

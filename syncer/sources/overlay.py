"""What a FIT file adds to a platform's own account of the same recording."""

from __future__ import annotations

from dataclasses import replace

from syncer.domain.activity import Recording


def overlay(row: Recording, fit: Recording) -> Recording:
    """The row, which the runner may have corrected, and where it tells nothing, what its file does.

    Sets are the exception: a summary has sums of them at best, the file has each.
    """
    use_clock = fit.offset_known and not row.offset_known
    return replace(
        row,
        start=row.start.astimezone(fit.start.tzinfo) if use_clock else row.start,
        offset_known=row.offset_known or fit.offset_known,
        elapsed_s=row.elapsed_s if row.elapsed_s is not None else fit.elapsed_s,
        timer_s=row.timer_s if row.timer_s is not None else fit.timer_s,
        distance_m=row.distance_m if row.distance_m is not None else fit.distance_m,
        file_identity=row.file_identity or fit.file_identity,
        device=row.device or fit.device,
        training_file=row.training_file or fit.training_file,
        sets=fit.sets or row.sets or fit.sets,
        rpe=row.rpe if row.rpe is not None else fit.rpe,
        feel=row.feel if row.feel is not None else fit.feel,
    )

"""Random histories of a runner with two platforms, a folder of files, and a known truth.

What the runner really did never overlaps. What the platforms tell of it is shifted, cropped, split, copied, retyped,
typed in again with round numbers, hidden, or missing. `truth` says of which deed each recording tells.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta, timezone
from random import Random

from syncer.domain.activity import FileIdentity, Provider, Recording, RecordingKey, Sport

INDOOR = (Sport.STRENGTH, Sport.WORKOUT)


@dataclass(frozen=True)
class Deed:
    number: int
    sport: Sport
    start: datetime
    seconds: float
    metres: float
    file: FileIdentity
    usual: bool = False
    """The same length and distance every time, so that only its clock tells it from the next one."""


@dataclass
class History:
    recordings: list[Recording] = field(default_factory=list)
    truth: dict[RecordingKey, int] = field(default_factory=dict)
    typed: set[RecordingKey] = field(default_factory=set)
    harmed: set[RecordingKey] = field(default_factory=set)
    """Told so badly (short of any proof) that leaving it alone is no fault."""


def history(seed: int, days: int = 21) -> History:
    chance = Random(seed)
    told = _Telling(chance)
    for deed in _deeds(chance, days):
        told.tell(deed)
    chance.shuffle(told.history.recordings)
    return told.history


def _deeds(chance: Random, days: int) -> list[Deed]:
    deeds: list[Deed] = []
    first = datetime(2026, 3, 20, tzinfo=UTC) + timedelta(days=chance.randrange(200))
    commute = (chance.choice((1800.0, 1793.0, 2412.0)), chance.choice((5000.0, 5013.0, 7000.0)))
    for day in range(days):
        clock = first + timedelta(
            days=day, hours=chance.choice((5, 6, 7, 12)), minutes=chance.choice((0, 0, 15, 30, 37))
        )
        if deeds:
            clock = max(clock, deeds[-1].start + timedelta(seconds=deeds[-1].seconds + 60))
        for _ in range(chance.choice((0, 1, 1, 2, 3))):
            for place, (sport, seconds, metres, gap) in enumerate(_block(chance, commute)):
                clock += timedelta(seconds=gap)
                serial = chance.choice((3388076788, 3388076788, 431605521))
                file = FileIdentity(serial, clock.replace(microsecond=0))
                if place and gap < 2 and chance.random() < 0.5:  # one multisport file
                    file = deeds[-1].file
                deeds.append(Deed(len(deeds), sport, clock, seconds, metres, file, (seconds, metres) == commute))
                clock += timedelta(seconds=seconds)
            clock += timedelta(seconds=chance.choice((120, 600, 3600, chance.uniform(900, 20000))))
    return deeds


def _block(chance: Random, commute: tuple[float, float]) -> list[tuple[Sport, float, float, float]]:
    """Things done in one go, as (sport, seconds, metres, seconds of break before)."""

    def run(minutes: float) -> tuple[Sport, float, float, float]:
        seconds = float(round(minutes * 60))
        return Sport.RUN, seconds, round(seconds / chance.uniform(0.27, 0.42), 1), chance.choice((1, 20, 60, 300))

    def gym(minutes: float) -> tuple[Sport, float, float, float]:
        return Sport.STRENGTH, float(round(minutes * 60)), 0.0, chance.choice((1, 20, 90, 240))

    whole = chance.choice((20, 30, 45, 60))
    return chance.choice(
        (
            lambda: [run(chance.uniform(20, 110))],
            lambda: [run(whole)],
            lambda: [(Sport.RUN, *commute, 0), (Sport.RUN, *commute, chance.choice((3600, 9 * 3600, 12 * 3600)))],
            lambda: [run(chance.uniform(6, 12)), run(chance.uniform(20, 40)), run(chance.uniform(6, 12))],
            lambda: [run(chance.uniform(6, 12)), gym(chance.uniform(20, 50))],
            lambda: [gym(chance.uniform(4, 8)), run(chance.uniform(25, 60))],
            lambda: [gym(chance.uniform(3, 6)) for _ in range(chance.choice((2, 3)))],
            lambda: [gym(5), gym(5), gym(5)],
            lambda: [run(chance.uniform(30, 50)), gym(chance.uniform(8, 15))],
            lambda: [gym(60), gym(60)],
            lambda: [gym(whole)],
            lambda: [(Sport.WALK, chance.uniform(600, 4000), chance.uniform(800, 5000), 30)],
            lambda: [(Sport.RIDE, chance.uniform(1800, 9000), chance.uniform(9000, 60000), 30)],
        )
    )()


class _Telling:
    """The platforms and their ways."""

    def __init__(self, chance: Random) -> None:
        self.chance, self.history = chance, History()
        self.offset = timezone(timedelta(hours=chance.choice((-7, 0, 1, 2, 5.5, 9))))
        self.export = chance.random() < 0.3  # Strava's export tells UTC only, and no upload ids
        self.old = chance.random() < 0.3  # before the pings
        self.hides = chance.random() < 0.2
        self.slips = chance.random() < 0.2
        self.garmin_ids: list[str] = ["7"]
        self.numbers = iter(range(10_000_000 * chance.randrange(1, 9), 10**12, chance.randrange(3, 900)))

    def tell(self, deed: Deed) -> None:
        on_garmin, on_strava = self.chance.random() < 0.85, self.chance.random() < 0.8
        garmin = self._garmin(deed) if on_garmin else None
        if on_strava or not on_garmin:
            self._strava(deed, garmin)
        if self.chance.random() < 0.15:
            moved = replace(deed, start=deed.start + timedelta(seconds=self.chance.choice((0, 0, 1, 3))))
            self._keep(Provider.FILE, moved, file_identity=deed.file, elapsed_s=deed.seconds)

    def _keep(self, provider: Provider, deed: Deed, **more: object) -> Recording:
        prefix = "f" if provider is Provider.FILE else ""
        key = RecordingKey(provider, f"{prefix}{next(self.numbers)}")
        known = provider is Provider.GARMIN or not (self.export or provider is Provider.FILE)
        base = Recording(
            key,
            deed.sport,
            deed.sport.value,
            deed.start.astimezone(self.offset if known else UTC),
            offset_known=known,
            elapsed_s=deed.seconds,
            timer_s=round(deed.seconds * 0.97),
            distance_m=deed.metres if deed.metres or self.chance.random() < 0.5 else None,
        )
        made = replace(base, **more)  # type: ignore[arg-type]
        self.history.recordings.append(made)
        self.history.truth[key] = deed.number
        return made

    def _garmin(self, deed: Deed) -> Recording:
        more: dict[str, object] = {}
        if self.chance.random() < 0.5:
            more["file_identity"] = deed.file
        if self.chance.random() < 0.05:
            more["elapsed_s"] = None
        if self.chance.random() < 0.01:  # paused, forgotten, stopped the next day
            more |= {"elapsed_s": deed.seconds + 20 * 3600, "timer_s": deed.seconds}
        if deed.sport is Sport.RUN and self.chance.random() < 0.02:
            more["sport"] = Sport.WALK
        made = self._keep(Provider.GARMIN, deed, **more)
        self.garmin_ids.append(made.key.external_id)
        if self.chance.random() < 0.02:  # a second device
            later = self.chance.uniform(-20, 20)
            self._keep(Provider.GARMIN, replace(deed, start=deed.start + timedelta(seconds=later)))
        return made

    def _strava(self, deed: Deed, garmin: Recording | None) -> None:
        chance = self.chance
        if chance.random() < 0.06:
            self._typed(deed)
            if chance.random() < 0.8:
                return
        jitter = chance.choice((0, 0, 0, 1, -1, 2, chance.uniform(-10, 10), chance.uniform(-0.15, 0.15) * deed.seconds))
        jitter = max(-90.0, min(90.0, jitter))
        copy = replace(
            deed,
            start=deed.start + timedelta(seconds=round(jitter)),
            seconds=deed.seconds + chance.choice((0, 0, 0, 1, -1, 2)),
            metres=round(deed.metres * chance.uniform(0.995, 1.005), 1),
        )
        proof = self._upload_id(garmin)
        more: dict[str, object] = {"upload_id": proof, "device": chance.choice((None, "Garmin Forerunner 245"))}
        if self.export and chance.random() < 0.6:
            more["file_identity"] = deed.file
        if deed.sport is Sport.STRENGTH and chance.random() < 0.5:
            more["sport"] = Sport.WORKOUT
        if deed.sport in (Sport.RUN, Sport.WALK) and chance.random() < 0.02:
            more["sport"] = chance.choice((Sport.RUN, Sport.WALK))
        twin = garmin is not None and garmin.elapsed_s == deed.seconds and deed.sport is Sport.RUN and not deed.usual
        twin = twin and abs(jitter) <= 2
        self._mangled(copy, more, proven=proof is not None and "ping" not in proof, twin=twin)
        if self.slips:
            return
        if chance.random() < 0.03:
            self._keep(Provider.STRAVA, copy, sport=more.get("sport", copy.sport))
        if chance.random() < 0.03:
            phone = replace(copy, start=copy.start + timedelta(seconds=chance.uniform(-0.1, 0.1) * deed.seconds))
            self._keep(Provider.STRAVA, phone, device="Strava iPhone App", sport=more.get("sport", copy.sport))

    def _upload_id(self, garmin: Recording | None) -> str | None:
        if self.export or garmin is None:
            return None
        if self.chance.random() < 0.1:
            return self.chance.choice(
                (f"{garmin.key.external_id}_ACTIVITY.fit", f"activity_{garmin.key.external_id}.tcx")
            )
        if self.old:
            return f"garmin_push_{garmin.key.external_id}"
        return f"garmin_ping_{self.chance.choice(self.garmin_ids)}"

    def _mangled(self, copy: Deed, more: dict[str, object], *, proven: bool, twin: bool) -> None:
        chance, roll = self.chance, self.chance.random()
        if roll < 0.03:  # cropped
            cut, rest = chance.uniform(0, 0.25), chance.uniform(0.7, 1)
            start = copy.start + timedelta(seconds=round(copy.seconds * cut))
            copy = replace(
                copy, start=start, seconds=copy.seconds * rest * (1 - cut), metres=copy.metres * rest * (1 - cut)
            )
        elif roll < 0.05 and copy.seconds > 600:  # split
            at = chance.uniform(0.3, 0.7)
            second = copy.start + timedelta(seconds=copy.seconds * at + 5)
            self._keep(
                Provider.STRAVA,
                replace(copy, start=second, seconds=copy.seconds * (1 - at) - 5, metres=copy.metres * (1 - at)),
                **{**more, "upload_id": None},
            )
            copy = replace(copy, seconds=copy.seconds * at, metres=copy.metres * at)
        elif roll < 0.08:  # treadmill distance edited
            copy = replace(copy, metres=copy.metres * chance.uniform(0.6, 1.6))
        elif roll < 0.10 and proven:
            copy = replace(copy, start=copy.start + timedelta(minutes=chance.choice((-500, -60, 20, 45, 600))))
        elif roll < 0.12:
            more["elapsed_s"] = None
        elif roll < 0.18 and self.slips and twin:
            hours = chance.choice((1, -1, 1, 2, -5, 5.5))
            copy = replace(copy, start=copy.start + timedelta(hours=hours))
            more["file_identity"] = None
        kept = self._keep(Provider.STRAVA, copy, **more)
        if 0.12 <= roll < 0.18 and self.slips and twin and not proven:
            self.history.harmed.add(kept.key)
        if self.hides and not copy.usual and chance.random() < 0.3:
            self._hide(kept)

    def _hide(self, kept: Recording) -> None:
        day = kept.start.astimezone(self.offset).date()
        midnight = datetime.combine(day, time(0, 0, 1), kept.start.tzinfo)
        self.history.recordings.remove(kept)
        self.history.recordings.append(replace(kept, start=midnight, start_hidden=True))
        self.history.harmed.add(kept.key)

    def _typed(self, deed: Deed) -> None:
        """From memory: the time, length and distance rounded."""
        chance = self.chance
        minutes = chance.choice((5, 15, 30, 60))
        start = datetime.fromtimestamp(round(deed.start.timestamp() / 60 / minutes) * 60 * minutes, UTC)
        length = max(300.0, 300.0 * round(deed.seconds / 300))
        metres = 500.0 * round(deed.metres / 500)
        kept = self._keep(
            Provider.STRAVA,
            replace(deed, start=start, seconds=length, metres=metres),
            manual=True,
            timer_s=length,
            sport=chance.choice(INDOOR) if deed.sport is Sport.STRENGTH else deed.sport,
        )
        self.history.typed.add(kept.key)

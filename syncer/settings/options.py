"""Every setting in one table: its type, default, and the sentence that the sample file and the reference show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import tzinfo
from pathlib import Path
from types import MappingProxyType
from typing import Any

from syncer.settings.secret import Secret

NO_SECRET = Secret()


def _option(default: object, text: str, **rules: object) -> Any:
    """A setting's default with its sentence and its rules (``choices``, ``low``, ``high``, ``form``)."""
    return field(default=default, metadata={"help": text, **rules})


@dataclass(frozen=True, slots=True)
class PainSettings:
    """[pain]."""

    threshold: float = _option(
        3.0, "a run counts as a knee-pain run for flags from this score on (0-10)", low=0, high=10
    )
    untagged_means_no_pain: bool = _option(
        False, "runs without an answer count as pain-free, from your first answer on; off: they count as not answered"
    )


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """[plan]."""

    days_early: int = _option(1, "a planned session may be done this many days early", low=0, high=6)
    days_late: int = _option(2, "and this many days late, but never past the next planned session", low=0, high=6)


@dataclass(frozen=True, slots=True)
class PushSettings:
    """[push]."""

    to: str = _option("usb", "where `push` puts workouts: usb, connect, or a folder")
    labels: str = _option(
        "sides",
        "sides: the watch tells RIGHT and LEFT apart; catalog: Garmin's own exercise with its animation",
        choices=("sides", "catalog"),
    )
    send_to_device: bool = _option(False, "after a push to Connect, also send it to the watch at once")


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """[sync]."""

    lookback_days: int = _option(14, "each night the last so many days are read again, for late edits", low=1, high=90)
    timeout_s: float = _option(30.0, "seconds to wait for an answer", low=0.1, high=600)
    backoff_s: float = _option(
        0.5, "seconds before a read is tried again, doubled each time, with jitter", low=0, high=60
    )
    give_up_after: int = _option(5, "nights after which an activity that always fails is left alone", low=1, high=100)


@dataclass(frozen=True, slots=True)
class GarminSettings:
    """[garmin]."""

    enabled: bool = _option(True, "read Garmin Connect")
    api_url: str = _option("https://connectapi.garmin.com", "Garmin's API; plain http only to this machine", form="url")
    sso_url: str = _option("https://sso.garmin.com", "Garmin's sign-in", form="url")
    token_url: str = _option(
        "https://diauth.garmin.com/di-oauth2-service/oauth/token", "where Garmin's tokens are refreshed", form="url"
    )


@dataclass(frozen=True, slots=True)
class StravaSettings:
    """[strava]."""

    enabled: bool = _option(True, "read Strava's API (Strava asks the app's owner for a subscription)")
    client_id: str = _option("", "your Strava app's client id, from strava.com/settings/api")
    client_secret: Secret = _option(
        NO_SECRET,
        'its secret: "text", or {env = "NAME"}, {file = "path"}, {command = ["pass", "strava"]}',
        form="secret",
    )
    api_url: str = _option("https://www.strava.com/api/v3", "Strava's API (moves to its own host in 2027)", form="url")
    oauth_url: str = _option("https://www.strava.com/oauth", "Strava's sign-in", form="url")
    raw_retention_days: int = _option(
        0, "drop Strava's raw payloads after so many days, keeping what was derived; 0 keeps them", low=0, high=3650
    )


@dataclass(frozen=True, slots=True)
class NightlySettings:
    """[nightly]."""

    at: str = _option("03:30", "when the nightly run starts, in your time zone", form="time")
    push: bool = _option(True, "push what is due to Garmin Connect, when push.to is connect")
    keep_reports: int = _option(26, "weekly reports to keep", low=1, high=1000)


@dataclass(frozen=True, slots=True)
class NotifySettings:
    """[notify]."""

    on: str = _option(
        "fail",
        "off, fail (only bad news) or weekly (bad news and the week's report)",
        choices=("off", "fail", "weekly"),
    )
    urls: tuple[Secret, ...] = _option(
        (), "apprise URLs (install syncer[notify]); each may be a secret as above", form="secrets"
    )
    ping_url: Secret = _option(NO_SECRET, "a dead-man's switch: fetched after every good night", form="secret")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, read once.

    Attributes:
        zone: ``timezone`` resolved; the machine's own zone when it is empty.
        origins: for each dotted key, ``flag``, ``environment``, ``file`` or ``default``.
        file: the configuration file, and whether it was there.
    """

    timezone: str = _option("", "your time zone, such as Europe/Berlin; empty: this machine's", form="zone")
    units: str = _option("metric", "metric or imperial, in reports only", choices=("metric", "imperial"))
    pain: PainSettings = field(default_factory=PainSettings)
    plan: PlanSettings = field(default_factory=PlanSettings)
    push: PushSettings = field(default_factory=PushSettings)
    sync: SyncSettings = field(default_factory=SyncSettings)
    garmin: GarminSettings = field(default_factory=GarminSettings)
    strava: StravaSettings = field(default_factory=StravaSettings)
    nightly: NightlySettings = field(default_factory=NightlySettings)
    notify: NotifySettings = field(default_factory=NotifySettings)
    zone: tzinfo = field(default=None)  # type: ignore[assignment]  # always filled in by load_settings
    origins: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    file: Path = field(default=Path("config.toml"))
    file_found: bool = False

    def enabled(self, provider: str) -> bool:
        """Whether ``garmin`` or ``strava`` is to be read."""
        return self.garmin.enabled if provider == "garmin" else self.strava.enabled


@dataclass(frozen=True, slots=True)
class Option:
    """One setting as the parser, the sample file and the reference see it."""

    section: str
    key: str
    default: Any
    help: str
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    form: str = ""

    @property
    def dotted(self) -> str:
        """``section.key``, or the key alone at the top."""
        return f"{self.section}.{self.key}" if self.section else self.key

    @property
    def environment_name(self) -> str:
        """The environment variable that sets it: ``SYNCER_STRAVA_CLIENT_ID``."""
        return "SYNCER_" + self.dotted.replace(".", "_").upper()


SECTIONS: Mapping[str, type] = MappingProxyType(
    {
        "pain": PainSettings,
        "plan": PlanSettings,
        "push": PushSettings,
        "sync": SyncSettings,
        "garmin": GarminSettings,
        "strava": StravaSettings,
        "nightly": NightlySettings,
        "notify": NotifySettings,
    }
)


def _collect() -> tuple[Option, ...]:
    top = [_as_option("", member) for member in fields(Settings) if "help" in member.metadata]
    nested = [_as_option(section, member) for section, kind in SECTIONS.items() for member in fields(kind)]
    return (*top, *nested)


def _as_option(section: str, member: Any) -> Option:
    rules = dict(member.metadata)
    return Option(section, member.name, member.default, rules.pop("help"), **rules)


OPTIONS: tuple[Option, ...] = _collect()

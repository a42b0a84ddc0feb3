"""The configuration file: what is wrong with it is said, and the zone is the runner's."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from syncer.errors import ConfigError
from syncer.settings.load import load_settings


def offset_hours(environment: dict[str, str], folder: Path, when: datetime) -> float:
    zone = load_settings(folder / "config.toml", environment).zone
    offset = when.replace(tzinfo=zone).utcoffset()
    assert offset is not None
    return offset.total_seconds() / 3600


@pytest.mark.parametrize("name", ["Asia/Kathmandu", ":Asia/Kathmandu"])
def test_without_a_setting_the_zone_is_that_of_tz(name: str, tmp_path: Path) -> None:
    assert offset_hours({"TZ": name}, tmp_path, datetime(2026, 1, 1)) == 5.75


def test_tz_keeps_its_summer_time(tmp_path: Path) -> None:
    assert offset_hours({"TZ": "Europe/Berlin"}, tmp_path, datetime(2026, 7, 1)) == 2
    assert offset_hours({"TZ": "Europe/Berlin"}, tmp_path, datetime(2026, 1, 1)) == 1


def test_the_setting_beats_tz(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('timezone = "Asia/Tokyo"\n')
    assert offset_hours({"TZ": "Asia/Kathmandu"}, tmp_path, datetime(2026, 1, 1)) == 9


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[plan\n", "config-syntax"),
        ("timezone = 9" + "9" * 5000 + "\n", "config-syntax"),
        ("timezone = " + "[" * 5000 + "\n", "config-syntax"),
        ("timezon = 'Asia/Tokyo'\n", "config-unknown-key"),
        ("timezone = 'Asia/Tokio'\n", "config-value"),
    ],
)
def test_a_file_that_cannot_be_meant_is_an_error(text: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path / "config.toml", {})
    assert caught.value.code == code

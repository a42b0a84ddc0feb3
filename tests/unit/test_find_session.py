"""Which planned session the runner means."""

from __future__ import annotations

from datetime import date

import pytest

from syncer.errors import UsageError
from syncer.usecases.plan_changes import find_session
from tests.training import planned

MONDAY, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 18)
SESSIONS = [planned(MONDAY), planned(MONDAY, "hip-circuit"), planned(WEDNESDAY)]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("2026-11-16-hip-circuit", "2026-11-16-hip-circuit"),
        (" 2026-11-16-Lateral-Band-Walk ", "2026-11-16-lateral-band-walk"),
        ("2026-11-18", "2026-11-18-lateral-band-walk"),
    ],
)
def test_a_session_is_found_by_its_id_or_by_a_date_that_is_its_own(name: str, found: str) -> None:
    assert find_session(SESSIONS, name).id == found


def test_of_several_on_one_day_each_is_named_and_the_next_step_names_one() -> None:
    with pytest.raises(UsageError) as caught:
        find_session(SESSIONS, "2026-11-16")
    assert "2026-11-16-lateral-band-walk" in caught.value.why
    assert "2026-11-16-hip-circuit" in caught.value.why
    assert caught.value.hint in {f"name one by its id, such as {session.id}" for session in SESSIONS[:2]}


@pytest.mark.parametrize("name", ["2026-11-17", "2026-11-17-hip-circuit", "", "monday"])
def test_what_is_not_planned_is_said(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_session(SESSIONS, name)
    assert caught.value.code == "session-unknown"

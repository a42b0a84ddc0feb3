"""`syncer push --to usb`: what is said first when several things are missing, and which watch got what."""

from __future__ import annotations

from pathlib import Path

from syncer.cli.push import push_result
from syncer.usecases.pushing import Action, Chosen
from syncer.workouts.template import parse
from tests.cli.runner import syncer


def test_without_a_watch_that_is_said_also_where_nothing_is_planned(tmp_path: Path) -> None:
    ran = syncer("--json", "push", "--to", "usb", home=tmp_path)
    assert ran.code == 69
    assert ran.envelope["errors"][0]["code"] == "no-watch"


def test_a_slip_of_the_pen_is_said_before_a_watch_is_looked_for(tmp_path: Path) -> None:
    ran = syncer("--json", "push", "--to", "usb", "--workout", "lateral-band-wlak", home=tmp_path)
    assert ran.code == 2
    assert ran.envelope["errors"][0]["code"] == "template-unknown"


def test_of_several_watches_each_is_named() -> None:
    chosen = Chosen(parse('name = "x"\n[[steps]]\nexercise = "clam"\nreps = 3\n', "x.toml").build(), None)
    places = [f"/media/{name}/GARMIN/NewFiles/x.fit" for name in ("GARMIN", "GARMIN1")]
    result = push_result(chosen, [Action("write", place, "wrote x.fit") for place in places], [], dry_run=False)
    assert [line for line in result.human if "wrote" in str(line)] == [
        f"  write: wrote x.fit ({place})" for place in places
    ]

"""The runner's own links and unlinks beat every rule, and the newest wins."""

from __future__ import annotations

from itertools import permutations

from syncer.domain.activity import Sport
from syncer.sync.match import group
from tests.recordings import file, garmin, link, rules_of, strava, together, unlink

RUN = [garmin(1, "07:00", 45, km=8), strava(1, "07:00", 45, km=8), file(1, "07:00", 45, km=8)]
APART = [garmin(1, "07:00", 45, km=8), strava(1, "12:00", 45, km=8), file(1, "18:00", 45, km=8)]


def test_a_link_by_hand_beats_time_family_and_one_to_one() -> None:
    other_family = [garmin(1, "07:00", 45, km=8), strava(2, "18:00", 20, Sport.STRENGTH)]
    assert together(other_family, [link("g1", "s2")]) == ["g1 s2"]
    assert rules_of(other_family, [link("g1", "s2")])["s2"] == "manual"
    one_platform = [garmin(1, "07:00", 20, km=4), garmin(2, "07:30", 20, km=4)]
    assert together(one_platform, [link("g1", "g2")]) == ["g1 g2"]
    unproven = [garmin(111, "07:00", 45), garmin(2, "12:00", 45), strava(1, "07:00", 45, upload_id="garmin_push_111")]
    assert together(unproven, [link("g2", "s1")]) == ["g111", "g2 s1"]


def test_an_unlink_by_hand_beats_proof() -> None:
    proven = [garmin(111, "07:00", 45, km=8), strava(1, "07:00", 45, km=8, upload_id="garmin_push_111")]
    assert together(proven, [unlink("g111", "s1")]) == ["g111", "s1"]
    assert together(proven, [unlink("s1", "g111")]) == ["g111", "s1"]


def test_an_unlink_keeps_apart_even_through_others() -> None:
    """The file fits both, and must choose one."""
    assert together(RUN) == ["g1 s1 f1"]
    assert together(RUN, [unlink("g1", "s1")]) in (["g1 f1", "s1"], ["g1", "s1 f1"])
    assert together(RUN, [unlink("g1", "s1"), unlink("g1", "f1"), unlink("s1", "f1")]) == ["f1", "g1", "s1"]


def test_links_chain() -> None:
    assert together(APART) == ["f1", "g1", "s1"]
    assert together(APART, [link("g1", "s1"), link("s1", "f1")]) == ["g1 s1 f1"]


def test_the_newest_word_on_a_pair_wins() -> None:
    assert together(RUN[:2], [unlink("g1", "s1"), link("g1", "s1")]) == ["g1 s1"]
    assert together(RUN[:2], [link("g1", "s1"), unlink("g1", "s1")]) == ["g1", "s1"]
    assert together(RUN[:2], [link("g1", "s1"), unlink("s1", "g1"), link("s1", "g1")]) == ["g1 s1"]


def test_contradictions_around_a_triangle_drop_the_oldest_word() -> None:
    words = {"gs": link("g1", "s1"), "sf": link("s1", "f1"), "gf": unlink("g1", "f1")}
    for order in permutations(words):
        found = together(APART, [words[name] for name in order])
        oldest = order[0]
        expected = {
            "gs": ["g1", "s1 f1"],
            "sf": ["f1", "g1 s1"],
            "gf": ["g1 s1 f1"],
        }[oldest]
        assert found == expected, order


def test_words_on_missing_recordings_and_on_one_with_itself_do_nothing() -> None:
    words = [link("g1", "s99"), unlink("s99", "s1"), unlink("g1", "g1"), link("f77", "f78")]
    assert together(RUN, words) == ["g1 s1 f1"]
    assert group([], words) == []


def test_words_survive_later_imports() -> None:
    """More recordings of the same run arrive; the unlinked pair stays apart, the linked one together."""
    more = [*RUN, strava(2, "07:00:01", 45, km=8), file(2, "07:00:02", 45, km=8)]
    for found in (together(RUN, [unlink("g1", "s1")]), together(more, [unlink("g1", "s1")])):
        assert not any({"g1", "s1"} <= set(each.split()) for each in found)
    assert any({"g1", "s1"} <= set(each.split()) for each in together([*APART, *more[3:]], [link("g1", "s1")]))


def test_rules_go_on_around_a_link_by_hand() -> None:
    recordings = [garmin(1, "07:00", 45, km=8), strava(9, "15:00", 45, km=8), file(1, "07:00", 45, km=8)]
    assert together(recordings, [link("g1", "s9")]) == ["g1 s9 f1"]
    (only,) = group(recordings, [link("g1", "s9")])
    assert {one.key.short_id: one.rule for one in only.links} == {"g1": "self", "s9": "manual", "f1": "start"}
    assert only.flagged == "Strava starts it 8 h later than Garmin; the start from Garmin is used"


def test_a_linked_copy_with_a_wrong_clock_pulls_in_nothing_from_its_hour() -> None:
    recordings = [garmin(1, "07:00", 45, km=8), strava(9, "15:00", 45, km=8), garmin(2, "15:00", 45, km=7)]
    assert together(recordings, [link("g1", "s9")]) == ["g1 s9", "g2"]

"""From recordings to activities: pain by hand and from notes, band walks, and the same result every time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from syncer.domain.activity import ExerciseSet, Note, Recording, RecordingKey, Sport
from syncer.domain.pain import PainState, PainTag
from syncer.usecases.deriving import derive
from tests.histories import history
from tests.recordings import garmin, key, link, recording, strava
from tests.work import steps

BERLIN = ZoneInfo("Europe/Berlin")
ZERO = PainTag(PainState.ZERO, 0)
THREE = PainTag(PainState.TAGGED, 3)


def noted(made: Recording, text: str, field: str = "description") -> Recording:
    return recording(
        made.key.provider,
        made.key.external_id,
        made.start.strftime("%Y-%m-%d %H:%M:%S"),
        (made.elapsed_s or 0) / 60,
        made.sport,
        notes=(*made.notes, Note(field, text)),
    )


def pain_of(*recordings: Recording, by_hand: dict[str, PainTag | None] | None = None) -> list[PainTag | None]:
    words = {key(short): tag for short, tag in (by_hand or {}).items()}
    return [activity.pain for activity in derive(recordings, [], words, BERLIN)]


class TestPain:
    def test_the_note_is_read_from_whichever_platform_has_it(self) -> None:
        (tag,) = pain_of(noted(garmin(1, "07:00", 45), "felt good"), noted(strava(1, "07:00", 45), "#kneepain 4/10"))
        assert tag is not None
        assert (tag.state, tag.score, tag.manual) == (PainState.TAGGED, 4, False)
        assert [each.provider for each in tag.evidence] == ["strava"]

    def test_the_highest_score_of_all_texts_wins(self) -> None:
        (tag,) = pain_of(noted(garmin(1, "07:00", 45), "#kneepain2"), noted(strava(1, "07:00", 45), "#kneepain5"))
        assert tag is not None
        assert tag.score == 5

    def test_nothing_said_is_no_answer(self) -> None:
        assert pain_of(garmin(1, "07:00", 45), noted(strava(2, "18:00", 45), "sunny")) == [None, None]

    def test_strength_notes_tag_nothing(self) -> None:
        gym = noted(garmin(1, "07:41", 15, Sport.STRENGTH), "band walks, #kneepain 5/10")
        assert pain_of(garmin(2, "07:00", 40), gym) == [None, None]

    def test_by_hand_beats_every_text(self) -> None:
        run = [garmin(1, "07:00", 45), noted(strava(1, "07:00", 45), "#kneepain 8/10")]
        for short in ("g1", "s1"):
            (tag,) = pain_of(*run, by_hand={short: ZERO})
            assert tag == PainTag(PainState.ZERO, 0, manual=True)
        assert pain_of(*run, by_hand={"s1": None}) == [None]
        assert pain_of(*run, by_hand={"s77": ZERO})[0] == pain_of(*run)[0]

    def test_the_last_word_on_an_activity_counts(self) -> None:
        run = [garmin(1, "07:00", 45), strava(1, "07:00", 45)]
        assert [tag.score for tag in pain_of(*run, by_hand={"g1": THREE, "s1": ZERO}) if tag] == [0]
        assert [tag.score for tag in pain_of(*run, by_hand={"s1": ZERO, "g1": THREE}) if tag] == [3]

    def test_by_hand_may_answer_for_any_kind(self) -> None:
        (tag,) = pain_of(garmin(1, "18:00", 20, Sport.STRENGTH), by_hand={"g1": THREE})
        assert tag is not None
        assert tag.manual


class TestBandWalks:
    walk = ExerciseSet(active=True, reps=10, category=11, exercise=11)

    def holds(self, *recordings: Recording) -> bool:
        (activity,) = derive(recordings, [], {}, BERLIN)
        return activity.band_walk

    def test_by_its_sets(self) -> None:
        assert self.holds(garmin(1, "18:00", 20, Sport.STRENGTH, sets=(self.walk,)))
        newer = ExerciseSet(active=True, category=37, exercise=24)
        assert self.holds(garmin(1, "18:00", 20, Sport.STRENGTH, sets=(newer,)))
        rest = ExerciseSet(active=False, category=11, exercise=11)
        assert not self.holds(garmin(1, "18:00", 20, Sport.STRENGTH, sets=(rest,)))

    def test_by_the_label_of_a_set(self) -> None:
        label = ExerciseSet(active=True, name="LATERAL_BAND_WALKS")
        assert self.holds(garmin(1, "18:00", 20, Sport.STRENGTH, sets=(label,)))

    def test_by_the_words_of_any_recording(self) -> None:
        assert self.holds(
            garmin(1, "18:00", 20, Sport.STRENGTH), strava(1, "18:00", 20, Sport.WORKOUT, name="Bandgang")
        )
        assert not self.holds(garmin(1, "18:00", 20, Sport.STRENGTH, name="Strength"))

    def test_what_is_recorded_as_other_by_its_title_not_by_what_a_note_tells_besides(self) -> None:
        assert self.holds(garmin(1, "18:00", 20, Sport.OTHER, name="Lateral band walk"))
        assert self.holds(garmin(1, "18:00", 20, Sport.OTHER, sets=(self.walk,)))
        assert not self.holds(noted(garmin(1, "18:00", 20, Sport.OTHER, name="Yoga"), "band walks afterwards"))
        assert not self.holds(garmin(1, "18:00", 20, Sport.RIDE, name="Ride, then band walks"))

    def test_a_run_holds_none_whatever_it_says(self) -> None:
        assert not self.holds(garmin(1, "18:00", 20, name="Run, then band walks"))


def test_a_link_by_hand_unites_what_was_said() -> None:
    apart = [noted(garmin(1, "07:00", 45), "easy"), noted(strava(2, "12:00", 45), "#kneepain 6/10")]
    assert len(derive(apart, [], {}, BERLIN)) == 2
    (activity,) = derive(apart, [link("g1", "s2")], {}, BERLIN)
    assert activity.pain is not None
    assert activity.pain.score == 6


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), order=st.randoms(use_true_random=False))
def test_the_same_input_gives_the_same_activities_in_any_order(seed: int, order: Random) -> None:
    told = history(seed, days=6).recordings
    shuffled = list(told)
    order.shuffle(shuffled)
    first = derive(told, [], {}, BERLIN)
    assert derive(shuffled, [], {}, BERLIN) == first
    assert [activity.start for activity in first] == sorted(activity.start for activity in first)
    ids = [activity.id for activity in first]
    assert len(set(ids)) == len(ids)


def test_the_work_grows_with_the_length_of_a_life() -> None:
    words = (Note("name", "Morning Run"), Note("description", "easy, legs fine, #kneepain 2/10"))

    def life(count: int) -> list[Recording]:
        recordings: list[Recording] = []
        for seed in range(1_000):
            late = timedelta(days=30 * seed)
            for one in history(seed).recordings:
                apart = RecordingKey(one.key.provider, f"{seed}{one.key.external_id}")
                recordings.append(replace(one, key=apart, start=one.start + late, notes=words))
            if len(recordings) >= count:
                break
        return recordings[:count]

    short, long = life(600), life(2_400)
    derive(short, [], {}, BERLIN)  # texts that repeat are read once
    work = [steps(lambda one=one: derive(one, [], {}, BERLIN)) for one in (short, long)]
    assert work[1] < 5 * work[0]  # a quadratic one takes 16 times

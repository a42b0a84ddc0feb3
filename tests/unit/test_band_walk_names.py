"""How runners call the band walk, and what only sounds like it."""

from __future__ import annotations

import pytest

from syncer.workouts.band_walk_names import names_band_walk


@pytest.mark.parametrize(
    "text",
    [
        "Lateral band walk",
        "lateral-band-walk",
        "LATERAL_BAND_WALKS",
        "LATERAL_WALKS_WITH_BAND_AT_ANKLES",
        "Band walks 3x10",
        "Bandwalk",
        "banded walks + clams",
        "Lateral bands, light",
        "monster walk",
        "Monster-Walks and bridges",
        "X-band walk",
        "Banded side steps",
        "side steps with a mini band",
        "sidesteps mini-band",
        "crab walk with resistance band",
        "Bandgang 3 Sätze",
        "Minibandgang",
        "Bandgänge",
        "Seitwärtsgehen mit Band",
        "seitwaerts gehen mit dem Theraband",
        "Seitschritte mit Mini-Band",
        "Seitgang mit Gummiband",
        "Marche latérale avec élastique",
        "pas chassés avec bande élastique",
        "Caminata lateral con banda",
        "pasos laterales con goma",
        "Squats, then band walks",
        "no pain, band walks done",
        "no pain during band walks",
        "not tired; banded walks",
        "No squats but band walks",
    ],
)
def test_words_for_it(text: str) -> None:
    assert names_band_walk(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Strength",
        "Morning Walk",
        "Walk to the band rehearsal",
        "IT band walk-through",
        "iliotibial band walking pain",
        "IT-band foam roll",
        "Laufband seitwärts gehen",
        "Seitwärtsgehen",
        "crab walk",
        "side steps on the stairs",
        "Resistance band rows",
        "no band walks today",
        "skipped the band walks",
        "Squats without band walks",
        "bridges instead of band walks",
        "band walks skipped",
        "didn't do band walks",
        "keine Bandgänge",
        "Bandgang ausgelassen",
        "ohne Bandgang",
        "Bandung city walk",
        "husband walk",
    ],
)
def test_what_is_something_else(text: str) -> None:
    assert not names_band_walk(text)

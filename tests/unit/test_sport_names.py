"""Sports by the names of two platforms and several languages."""

from __future__ import annotations

import unicodedata

import pytest

from syncer.domain.activity import Sport
from syncer.sources.sport_names import garmin_sport, strava_sport

# The API's name, then display names: English, German, French, Spanish, Dutch, Italian, Portuguese.
NAMES = {
    Sport.RUN: "Run|TrailRun|VirtualRun|Trail Run|Virtual Run|Lauf|Laufen|Traillauf|Virtueller Lauf|Course à pied|"
    "Trail|Carrera|Hardloopsessie|Corsa|Corrida",
    Sport.STRENGTH: "WeightTraining|Weight Training|Krafttraining|Gewichtstraining|Entraînement aux poids|Musculation|"
    "Entrenamiento con pesas|Krachttraining|Allenamento con i pesi|Treinamento com peso",
    Sport.WORKOUT: "Workout|HighIntensityIntervalTraining|High Intensity Interval Training|PhysicalTherapy|"
    "Physical Therapy|Crossfit|Pilates|Training|Entraînement|Entrenamiento|Physiotherapie",
    Sport.WALK: "Walk|Gehen|Spaziergang|Marche|Caminata|Wandeling",
    Sport.HIKE: "Hike|Wanderung|Randonnée|Senderismo|Hiken",
    Sport.RIDE: "Ride|VirtualRide|E-Bike Ride|EBikeRide|Gravel Ride|Radfahrt|Virtuelle Radfahrt|Vélo|Bicicleta|"
    "Fietsrit",
    Sport.SWIM: "Swim|Schwimmen|Natation|Natación",
    Sport.OTHER: "Yoga|AlpineSki|Alpine Ski|Elliptical|Rowing",
}


@pytest.mark.parametrize(
    ("name", "sport"), [(name, sport) for sport, names in NAMES.items() for name in names.split("|")]
)
def test_stravas_names(name: str, sport: Sport) -> None:
    assert strava_sport(name) is sport
    assert strava_sport(f" {name.upper()} ") is sport
    assert strava_sport(unicodedata.normalize("NFD", name)) is sport


@pytest.mark.parametrize("name", ["", "Juoksu", "Runner", "Weights & more"])
def test_a_name_that_is_not_listed_is_nobodys(name: str) -> None:
    assert strava_sport(name) is None


@pytest.mark.parametrize(
    ("type_key", "parent", "sport"),
    [
        ("street_running", "", Sport.RUN),
        ("RUNNING", "", Sport.RUN),
        ("indoor_cycling", "", Sport.RIDE),
        ("open_water_swimming", "", Sport.SWIM),
        ("swimToBikeTransition_v2", "", Sport.TRANSITION),
        ("", "RUNNING", Sport.RUN),
        ("brand_new", "RUNNING", Sport.RUN),
        ("brand_new", "FITNESS_EQUIPMENT", Sport.OTHER),
        ("", "", Sport.OTHER),
    ],
)
def test_garmins_type_keys(type_key: str, parent: str, sport: Sport) -> None:
    assert garmin_sport(type_key, parent) is sport

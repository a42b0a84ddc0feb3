"""The platforms' names for sports, reduced to the families that this program tells apart.

Strava's API writes ``TrailRun``, and its export the display name in the account's language (``Trail Run``,
``Traillauf``, ``Trail``); Garmin writes a type key (``trail_running``). What is not listed never passes for a run or a
strength session.
"""

from __future__ import annotations

import unicodedata

from syncer.domain.activity import Sport

# Written as `_plain` leaves them. English with the API's names, German, French, Spanish, Dutch, Italian, Portuguese.
_STRAVA = {
    Sport.RUN: """
        run running trailrun virtualrun treadmillrun
        lauf laufen traillauf traillaufen trailrunning geländelauf virtuellerlauf virtuelleslaufen laufbandlauf
        laufband joggen jogging
        courseàpied course trail courseàpiedvirtuelle coursevirtuelle coursesurtapis coursedetrail
        carrera correr carreradetrail carreraporsenderos carreraporsendero carreravirtual carreraencinta
        hardloopsessie hardlopen trailloop virtuelehardloopsessie
        corsa corsavirtuale corsasusentiero corsatrail corsasutapisroulant
        corrida corridavirtual corridaemtrilha corridadetrilha corridadetrail""",
    Sport.WALK: """
        walk walking gehen spaziergang walken marche caminata caminar wandeling wandelen
        camminata caminhada""",
    Sport.HIKE: """
        hike hiking wanderung wandern randonnée randonnéepédestre senderismo excursión hiken
        escursione escursionismo trilha""",
    Sport.STRENGTH: """
        weighttraining strengthtraining krafttraining kraftsport gewichtstraining gewichttraining gewichtheben
        musculation entraînementauxpoids entraînementmusculaire renforcementmusculaire
        entrenamientoconpesas pesas musculación krachttraining
        allenamentoconipesi sollevamentopesi treinamentocompeso treinamentocompesos treinocompesos musculação""",
    Sport.WORKOUT: """
        workout highintensityintervaltraining hiit physicaltherapy crossfit pilates
        training trainingseinheit hochintensivesintervalltraining hochintensivesintervalltraininghiit physiotherapie
        entraînement entraînementfractionnédehauteintensité entraînementparintervallesàhauteintensité kinésithérapie
        entrenamiento entrenamientoenintervalosdealtaintensidad fisioterapia
        fysiotherapie
        allenamento fisioterapia treino treinamento exercício""",
    Sport.RIDE: """
        ride virtualride mountainbikeride gravelride ebikeride emountainbikeride handcycle velomobile
        radfahrt radfahren fahrt virtuelleradfahrt virtuellefahrt mountainbikefahrt mountainbiken gravelfahrt
        gravelradfahrt ebikefahrt emountainbikefahrt handbike
        vélo sortieàvélo sortievélo vélovirtuel sortieàvélovirtuelle vtt gravel sortiegravel vélogravel vae
        véloélectrique vttélectrique
        bicicleta ciclismo vueltaciclista salidaenbicicleta bicicletavirtual bicicletademontaña
        bicicletaeléctrica
        fietsrit virtuelefietsrit mountainbikerit gravelrit ebikerit
        pedalata giroinbici pedalada""",
    Sport.SWIM: """
        swim swimming schwimmen natation natación nadar zwemmen nuoto natação""",
    Sport.OTHER: """
        alpineski backcountryski badminton basketball canoeing cricket dance elliptical golf iceskate inlineskate
        kayaking kitesurf nordicski padel pickleball racquetball rockclimbing rollerski rowing sail skateboard
        snowboard snowshoe soccer squash stairstepper standuppaddling surfing tabletennis tennis virtualrow
        volleyball wheelchair windsurf yoga""",
}
_STRAVA_SPORTS = {name: sport for sport, names in _STRAVA.items() for name in names.split()}

_GARMIN_SPORTS = {
    "ultra_run": Sport.RUN,
    "virtual_run": Sport.RUN,
    "obstacle_run": Sport.RUN,
    "walking": Sport.WALK,
    "casual_walking": Sport.WALK,
    "speed_walking": Sport.WALK,
    "indoor_walking": Sport.WALK,
    "steps": Sport.WALK,
    "hiking": Sport.HIKE,
    "rucking": Sport.HIKE,
    "strength_training": Sport.STRENGTH,
    "strength": Sport.STRENGTH,
    "indoor_cardio": Sport.WORKOUT,
    "cardio": Sport.WORKOUT,
    "cardio_training": Sport.WORKOUT,
    "hiit": Sport.WORKOUT,
    "pilates": Sport.WORKOUT,
    "mobility": Sport.WORKOUT,
    "flexibility": Sport.WORKOUT,
    "fitness_equipment": Sport.WORKOUT,
    "training": Sport.WORKOUT,
    "motorcycling": Sport.OTHER,
    "bmx": Sport.RIDE,
    "e_bike_fitness": Sport.RIDE,
    "e_bike_mountain": Sport.RIDE,
    "enduro_mtb": Sport.RIDE,
    "cyclocross": Sport.RIDE,
    "virtual_ride": Sport.RIDE,
}
# "road_biking", "lap_swimming", "track_running", "runToBikeTransition_v2": the family stands at the end.
_GARMIN_ENDINGS = (
    ("running", Sport.RUN),
    ("cycling", Sport.RIDE),
    ("biking", Sport.RIDE),
    ("swimming", Sport.SWIM),
    ("transition", Sport.TRANSITION),
)


def strava_sport(name: str) -> Sport | None:
    """The family of a Strava activity, by the API's name or an export's display name; None when it is not listed."""
    return _STRAVA_SPORTS.get(_plain(name))


def garmin_sport(type_key: str, parent_key: str = "") -> Sport:
    """The family of a Garmin activity by its type key, or by its parent's where that key is new.

    The parent ``fitness_equipment`` holds strength training as well as ellipticals, so alone it says nothing.
    """
    sport = _garmin_family(type_key or parent_key)
    if sport is None and type_key:
        parent = _garmin_family(parent_key)
        sport = None if parent in (Sport.STRENGTH, Sport.WORKOUT) else parent
    return sport or Sport.OTHER


def _garmin_family(type_key: str) -> Sport | None:
    key = type_key.casefold().removesuffix("_v2")
    if key in _GARMIN_SPORTS:
        return _GARMIN_SPORTS[key]
    return next((sport for ending, sport in _GARMIN_ENDINGS if key.endswith(ending)), None)


def _plain(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFC", name).casefold() if c.isalnum())

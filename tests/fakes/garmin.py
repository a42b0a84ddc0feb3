"""A Garmin Connect on this machine: its parts behind one door."""

from __future__ import annotations

from tests.fakes.garmin_activities import GarminActivities
from tests.fakes.garmin_sso import GarminSso
from tests.fakes.garmin_tokens import TOKEN_PATH, GarminTokens
from tests.fakes.garmin_workouts import GarminWorkouts
from tests.fakes.loopback import Answer, Loopback, Request, as_json

HOSTS = ("connectapi.garmin.com", "diauth.garmin.com", "sso.garmin.com")


class FakeGarmin:
    """The service. Give it to `tests.fakes.loopback.running`."""

    def __init__(self) -> None:
        self.tokens = GarminTokens()
        self.sso = GarminSso(self.tokens)
        self.activities = GarminActivities()
        self.workouts = GarminWorkouts()

    def __call__(self, request: Request) -> Answer:
        """Answer a request; whatever nobody here has seen Garmin answer is a 404."""
        open_to_all = self.tokens.answer(request) or self.sso.answer(request)
        if open_to_all:
            return open_to_all
        refused = self.tokens.check(request)
        if refused:
            return refused
        found = self._profile(request) or self.activities.answer(request) or self.workouts.answer(request)
        return found or as_json({"message": "HTTP 404 Not Found"}, 404)

    def _profile(self, request: Request) -> Answer | None:
        if request.path == "/userprofile-service/socialProfile":
            return as_json({"displayName": "runner-1", "fullName": "A Runner", "profileId": 82_001_122})
        if request.path.startswith("/userprofile-service/userprofile/user-settings"):
            return as_json({"userData": {"measurementSystem": "metric"}})
        return None


def environment(server: Loopback) -> dict[str, str]:
    """Settings that send syncer to ``server``."""
    return {
        "SYNCER_GARMIN_API_URL": server.url,
        "SYNCER_GARMIN_SSO_URL": server.url,
        "SYNCER_GARMIN_TOKEN_URL": server.url + TOKEN_PATH,
    }

"""One sign-in to Garmin by a person: e-mail, password, and the code where Garmin wants one.

What garminconnect 0.3.20 does by itself and we keep it from doing: it tries each way in with up to five disguises,
although a block is per account (cyberjunky/python-garminconnect#344) and each try makes it longer; it falls back to
web cookies that nothing else here could use; it calls a dead network a wrong code. So each of its three ways in (the
app, the embedded page, the web site) is tried once, in that order, and every answer ends in a sentence of ours. It
waits 2 to 20 seconds before it sends the password, as a person typing would: that is its protection, and it stays.

Nothing is written here, and the password leaves this process only towards Garmin.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from syncer.clients.garmin import GarminAddresses, make_garmin, tokens_of
from syncer.clients.garmin_errors import call
from syncer.clients.garmin_sign_in_errors import (
    blocked,
    code_refused,
    exhausted,
    network_fault,
    password_refused,
    token_reason,
    unreachable,
)
from syncer.clients.interruptible import interruptibly
from syncer.clients.patience import Patience
from syncer.errors import SignInError, SyncerError

PROFILE = "/userprofile-service/socialProfile"
# plain requests, the library's last resort, speaks TLS as no browser does; Garmin turns it away
LAST_RESORTS = frozenset({"mobile+requests", "portal+requests"})


class _Stop(BaseException):
    """Ends the library's chain of attempts at once; its ``except Exception`` lets this pass."""

    def __init__(self, error: SyncerError) -> None:
        self.error = error


class GarminSignIn:
    """A sign-in that is under way.

    Args:
        addresses: where Garmin is.
        patience: how long to wait for each answer.
        now: the clock, for limits.
    """

    def __init__(
        self,
        addresses: GarminAddresses,
        patience: Patience,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._patience = patience
        self._now = now
        self._garmin = make_garmin(addresses, patience)
        self._profile: dict[str, Any] = {}
        self._blocked = False
        self._token_statuses: list[int] = []
        self.doubt: SyncerError | None = None
        """Why the new tokens could not be tried, when they could not be."""
        self._tame()

    def begin(self, email: str, password: str) -> bool:
        """Send the password; whether Garmin now wants a code.

        Raises:
            SignInError: ``garmin-wrong-password``, ``garmin-locked``, ``garmin-captcha``, ``garmin-token-refused``.
            TryLaterError: ``garmin-sign-in-blocked`` or ``garmin-unavailable``.
        """
        outcome = self._attempt(lambda: self._garmin.client.login(email, password, return_on_mfa=True))
        return bool(outcome[0] == "needs_mfa")

    def confirm(self, code: str) -> None:
        """Send the code; after a wrong one this may be called again.

        Raises:
            SignInError: ``garmin-wrong-code``, ``garmin-token-refused``.
            TryLaterError: as for `begin`.
        """
        self._attempt(lambda: self._garmin.client.resume_login(None, code), code=True)

    @property
    def code_by(self) -> str:
        """How Garmin delivers the code: ``email``, ``sms``, or what it calls it; empty where it does not say."""
        method = getattr(self._garmin.client, "_mfa_method", None)
        return str(method or "").lower()

    @property
    def tokens(self) -> dict[str, Any]:
        """The new tokens."""
        return tokens_of(self._garmin)

    @property
    def account(self) -> str:
        """Who signed in, in Garmin's words; empty where it could not be asked."""
        return str(self._profile.get("fullName") or self._profile.get("displayName") or "")

    def _attempt(self, attempt: Callable[[], Any], *, code: bool = False) -> Any:
        import garminconnect

        def run() -> Any:
            try:
                return attempt()
            except _Stop as stop:
                raise stop.error from None
            except garminconnect.GarminConnectTooManyRequestsError:
                raise blocked() from None
            except garminconnect.GarminConnectAuthenticationError as error:
                raise (code_refused if code else password_refused)(str(error)) from None
            except garminconnect.GarminConnectConnectionError as error:
                raise (blocked() if self._blocked else exhausted(str(error))) from None

        return interruptibly(lambda: call(run, self._now(), signing_in=True))

    def _tame(self) -> None:
        client: Any = self._garmin.client
        client.skip_strategies = set(LAST_RESORTS)
        client._login_with_impersonations = self._once
        client._widget_web_login = self._noting(client._widget_web_login)
        client._http_post = self._counted(client._http_post)
        client._establish_session = self._exchange
        client._verify_token = self._verify
        # tokens that are a second old are not renewed: whether they work is the question
        client._token_expires_soon = lambda: False
        client._refresh_session = lambda: None

    def _once(self, label: str, disguises: tuple[str, ...], log_in: Callable[..., None], *credentials: str) -> None:
        """One attempt, disguised as the first browser of the library's list."""
        from curl_cffi.requests import Session

        del label
        session = _Timed(Session(impersonate=disguises[0]), self._patience.timeout_s)
        self._noting(log_in)(session, *credentials)

    def _noting(self, log_in: Callable[..., None]) -> Callable[..., None]:
        import garminconnect

        def noted(*arguments: Any) -> None:
            try:
                log_in(*arguments)
            except garminconnect.GarminConnectTooManyRequestsError:
                self._blocked = True
                raise

        return noted

    def _counted(self, post: Callable[..., Any]) -> Callable[..., Any]:
        def counted(url: str, **options: Any) -> Any:
            answer = post(url, **options)
            self._token_statuses.append(answer.status_code)
            return answer

        return counted

    def _exchange(self, ticket: str, sess: Any = None, service_url: str | None = None) -> None:
        """Tokens for the ticket that signing in gave; without them nothing else would help, so it ends there."""
        import garminconnect
        from curl_cffi.requests.exceptions import RequestException

        del sess
        self._token_statuses.clear()
        try:
            self._garmin.client._exchange_service_ticket(ticket, service_url=service_url)
        except garminconnect.GarminConnectTooManyRequestsError:
            raise _Stop(blocked()) from None
        except garminconnect.GarminConnectAuthenticationError:
            raise _Stop(unreachable(token_reason(self._token_statuses))) from None
        except RequestException as error:
            raise _Stop(unreachable(network_fault(f"{type(error).__name__}:") or "no connection")) from None

    def _verify(self) -> bool:
        """Try the tokens: False only when the API refuses them; what cannot be asked now is kept in `doubt`."""
        client: Any = self._garmin.client
        client._last_rejection_status = None
        self.doubt = None
        try:
            answer: Any = call(lambda: client.connectapi(PROFILE), self._now())
            self._profile = answer if isinstance(answer, dict) else {}
        except SignInError:
            return False
        except SyncerError as error:
            self.doubt = error
        return True


class _Timed:
    """A browser-like session whose every request ends in time."""

    def __init__(self, session: Any, timeout_s: float) -> None:
        self._session = session
        self._timeout_s = timeout_s

    def get(self, url: str, **options: Any) -> Any:
        return self._ask(self._session.get, url, options)

    def post(self, url: str, **options: Any) -> Any:
        return self._ask(self._session.post, url, options)

    def _ask(self, request: Callable[..., Any], url: str, options: dict[str, Any]) -> Any:
        from curl_cffi.requests.exceptions import Timeout

        try:
            return request(url, **{**options, "timeout": self._timeout_s})
        except Timeout:
            # the same silence three times over would help nobody
            raise _Stop(unreachable("no answer in time")) from None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

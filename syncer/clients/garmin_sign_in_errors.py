"""How a sign-in to Garmin can fail, as one of our errors: read off the sentences of garminconnect 0.3.20."""

from __future__ import annotations

import re

from syncer.errors import SignInError, SyncerError, TryLaterError

# characters of the library's words that are read
LONGEST = 5_000
TRANSPORT_ERROR = re.compile(
    r"\b(?:(?P<tls>SSLError|CertificateVerifyError)|(?P<proxy>ProxyError)|(?P<time>\w*Timeout)|"
    r"(?P<other>ConnectionError|DNSError|CurlError|IncompleteRead|ChunkedEncodingError|RequestException)):"
)


def unreachable(why: str) -> TryLaterError:
    """The error of a sign-in that got no answer which says anything, and ``why``."""
    return TryLaterError(
        "garmin-unavailable",
        "Garmin cannot be reached for a sign-in right now",
        why=why,
        hint="syncer auth garmin, a little later",
        provider="garmin",
    )


def blocked() -> TryLaterError:
    """The error of a sign-in that Garmin blocks for a while."""
    return TryLaterError(
        "garmin-sign-in-blocked",
        "Garmin refuses sign-ins from here for now",
        why="too many of them; a block ends by itself in hours, and each further try makes it longer",
        hint="wait, then: syncer auth garmin",
        provider="garmin",
    )


def password_refused(text: str) -> SyncerError:
    """The library's ``GarminConnectAuthenticationError`` of a login as ours."""
    if "locked" in text.lower():
        return SignInError(
            "garmin-locked",
            "Garmin has locked this account for now",
            why="it does that after several wrong passwords",
            hint="sign in on connect.garmin.com in a browser first, then: syncer auth garmin",
            provider="garmin",
        )
    return SignInError(
        "garmin-wrong-password",
        "Garmin does not accept this e-mail and password",
        why="nothing was saved",
        hint="syncer auth garmin",
        provider="garmin",
    )


def code_refused(text: str) -> SyncerError:
    """The library's error of a code as ours: it says the same of a wrong code, a dead network and a block.

    Its text lists the outcome of each endpoint: ``URL: connection error …``, ``URL: HTTP 502 non-JSON``,
    ``URL: HTTP 429``, ``URL: 429 in JSON body``, or the status that Garmin itself gave.
    """
    outcomes = re.findall(r"verifyCode: ([^']*)", text)
    title = text.partition("Widget MFA failed:")[2]
    said = [one for one in outcomes if not re.match(r"connection error|HTTP \d{3}|429 in JSON body", one)]
    if outcomes and not said:
        if any("429" in one or "427" in one for one in outcomes):
            return blocked()
        status = re.search(r"HTTP (5\d\d)", text)
        if status:
            return unreachable(f"it answered {status[1]}")
        html = any("non-JSON" in one for one in outcomes)
        return unreachable("its answer was not JSON" if html else network_fault(text) or "no connection")
    if re.search(r"bad gateway|unavailable|cloudflare|50\d", title, re.IGNORECASE):
        return unreachable("its answer was an error page")
    return SignInError(
        "garmin-wrong-code",
        "Garmin does not accept this code",
        hint="type the newest code that Garmin sent; syncer auth garmin asks for another",
        provider="garmin",
    )


def exhausted(text: str) -> SyncerError:
    """Every way in failed; ``text`` names the last failure, as the library words it."""
    text = text[:LONGEST]  # it may quote a page
    if "token rejected" in text:
        return SignInError(
            "garmin-token-refused",
            "Garmin signed you in, but then refused its own token",
            why="known of some accounts and networks; nothing was saved",
            hint="try again tomorrow, or from another network",
            provider="garmin",
        )
    if "CAPTCHA" in text:
        return SignInError(
            "garmin-captcha",
            "Garmin wants a captcha solved first",
            hint="sign in on connect.garmin.com in a browser, then: syncer auth garmin",
            provider="garmin",
        )
    if "account restricted" in text:
        return SignInError(
            "garmin-restricted",
            "Garmin does not let this account sign in here",
            why="accounts of children and families are kept out",
            hint="import your own export instead: syncer import export.zip",
            provider="garmin",
        )
    if "HTTP 403" in text or "Cloudflare" in text:
        return unreachable("its protection against robots turned this program away")
    status = re.search(r"(?:HTTP|returned) (5\d\d)|'.*?(50\d).*?'", text)
    if status:
        return unreachable(f"it answered {status[1] or status[2]}")
    fault = network_fault(text)
    if fault:
        return unreachable(fault)
    return unreachable("its answer was not what it used to be")


def token_reason(statuses: list[int]) -> str:
    """Why there are no tokens, from the HTTP statuses of the requests that asked for them."""
    worst = max(statuses, default=0)
    if worst >= 500:
        return f"it answered {worst} when asked for tokens"
    return "its answer was not JSON" if 200 in statuses else "it gave no tokens for this sign-in"


def network_fault(text: str) -> str:
    """Which fault of the network a library's error names, in our words; empty where it names none."""
    found = TRANSPORT_ERROR.search(text)
    if found is None:
        return ""
    reasons = {"tls": "its certificate is not trusted", "proxy": "the proxy refused", "time": "no answer in time"}
    return reasons.get(found.lastgroup or "", "no connection")

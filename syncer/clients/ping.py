"""A dead-man's switch: an address that is fetched after every good night, so that silence raises the alarm elsewhere.

The plain convention of healthchecks.io, Cronitor, Uptime Kuma and others: a GET of the address says "all is well".
The address is a secret: whoever knows it can say so too.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from syncer.clients.http import hush, make_session, network_reason
from syncer.clients.patience import Meter, Patience
from syncer.errors import ConfigError


def ping(address: str, patience: Patience) -> str | None:
    """Fetch ``address``; nothing of its answer is read.

    Returns:
        Why it did not work, without the address; None when it did.
    """
    import requests

    hush()
    try:
        parts = urlsplit(address)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            return "the address does not begin with https://"
        with (
            make_session(patience, Meter()) as session,
            session.get(address, stream=True, headers={"User-Agent": "syncer"}) as answer,
        ):
            return None if answer.ok else f"it answered with status {answer.status_code}"
    except requests.RequestException as error:
        return network_reason(error)
    except ConfigError as error:
        return error.message
    except ValueError:  # urlsplit, and requests' own address parser
        return "the address is not one"

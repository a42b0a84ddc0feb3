"""A loopback proxy that pretends to be the services on their real addresses, with a throw-away certificate.

With ``HTTPS_PROXY`` and ``REQUESTS_CA_BUNDLE`` pointed at it, the program runs unchanged against its default https
addresses, as it does behind a company's proxy.
"""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest


def throw_away_tls(folder: Path, hosts: tuple[str, ...]) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS context for ``hosts``, and the file of the CA that signed it; made by openssl."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed, and nothing else here makes certificates")
    ca_key, ca, key, request, certificate = (
        folder / name for name in ("ca.key", "ca.pem", "server.key", "server.csr", "server.pem")
    )
    names = folder / "names.cnf"
    names.write_text("subjectAltName=" + ",".join(f"DNS:{host}" for host in hosts), encoding="ascii")
    short_lived = ["-days", "2", "-sha256"]
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    _openssl("req", "-x509", *new_key, "-keyout", ca_key, "-out", ca, "-subj", "/CN=Throw-away test CA", *short_lived)
    _openssl("req", *new_key, "-keyout", key, "-out", request, "-subj", f"/CN={hosts[0]}")
    _openssl(
        "x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-out", certificate,
        "-extfile", names, *short_lived,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_alpn_protocols(["http/1.1"])
    return context, ca


def environment(url: str, ca: Path) -> dict[str, str]:
    """What a runner behind a proxy has in the environment."""
    return {"HTTPS_PROXY": url, "https_proxy": url, "REQUESTS_CA_BUNDLE": str(ca)}


def _openssl(*words: str | Path) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, timeout=60)

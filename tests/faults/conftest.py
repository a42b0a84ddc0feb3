"""One process that forks, both services, and one home in use, for the whole suite."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.faults.commands import NOW, World
from tests.faults.forks import forking
from tests.faults.services import serving


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    if os.name != "posix":
        pytest.skip("SIGKILL and fork are a matter of POSIX systems")
    with forking() as forks, serving(NOW) as services:
        yield World(forks, services, tmp_path_factory.mktemp("world"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How often commands were killed, in one line."""
    told = [dict(report.user_properties) for report in terminalreporter.getreports("passed")]
    if kills := [one["kills"] for one in told if "kills" in one]:
        least, most, many = min(kills), max(kills), sum(kills)
        terminalreporter.line(f"{len(kills)} command lines killed {least} to {most} times each, {many} in all: no loss")

"""One process that forks, and one home in use, for a whole module."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.commands import prepare
from tests.faults.forks import Forks, forking


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    if os.name != "posix":
        pytest.skip("SIGKILL and fork are a matter of POSIX systems")
    with forking() as made:
        yield made


@pytest.fixture(scope="session")
def prepared(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared") / "home-in-use"
    prepare(forks, folder)
    return folder

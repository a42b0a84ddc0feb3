"""Templates are found wherever syncer is installed, and one broken file hides no other."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import syncer
from syncer.errors import ConfigError, ExitCode, UsageError
from syncer.usecases.templates import find_template, load_templates, read_template, shipped_folder

REPO = Path(__file__).resolve().parents[2]
SIMPLE = 'name = "Mine"\n[[steps]]\nexercise = "clam"\nreps = 5\n'


def test_the_shipped_templates_are_all_there() -> None:
    templates = load_templates([shipped_folder()])
    assert set(templates) >= {"lateral-band-walk", "hip-circuit", "no-band"}
    assert templates.broken == {}


def test_the_runners_own_stand_in_for_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "no-band.toml").write_text(SIMPLE)
    (tmp_path / "mine.toml").write_text(SIMPLE)
    (tmp_path / "notes.txt").write_text("not a template")
    templates = load_templates([shipped_folder(), tmp_path, tmp_path / "missing"])
    assert templates["no-band"].name == templates["mine"].name == "Mine"
    assert "lateral-band-walk" in templates


def test_a_broken_one_is_named_and_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(SIMPLE)
    (tmp_path / "no-band.toml").write_text(SIMPLE.replace("reps", "rep"))
    (tmp_path / "latin.toml").write_bytes(b'name = "ok"\n# H\xfcfte\n')
    (tmp_path / "huge.toml").write_bytes(b"#" * 1_000_001)
    (tmp_path / "folder.toml").mkdir()
    templates = load_templates([shipped_folder(), tmp_path])
    assert "mine" in templates
    assert set(templates.broken) == {"no-band", "latin", "huge", "folder"}
    assert "no-band.toml:4" in templates.broken["no-band"].message
    assert "latin.toml:2" in templates.broken["latin"].message
    with pytest.raises(ConfigError) as caught:
        find_template("no-band", templates)
    assert caught.value.exit_code is ExitCode.BAD_CONFIG
    with pytest.raises(ConfigError, match="nowhere"):
        read_template(tmp_path / "nowhere.toml")


@pytest.mark.parametrize("name", ["band-walk", "lateral_band_walk", "Lateral band walk", "lateral-band-wlak"])
def test_an_unknown_name_gets_what_was_meant(name: str) -> None:
    templates = load_templates([shipped_folder()])
    with pytest.raises(UsageError) as caught:
        find_template(name, templates)
    assert "did you mean 'lateral-band-walk'?" in caught.value.why
    assert caught.value.hint == "syncer workout show lateral-band-walk"


def test_a_name_may_end_in_toml() -> None:
    templates = load_templates([shipped_folder()])
    assert find_template(" no-band.toml ", templates) is templates["no-band"]
    with pytest.raises(UsageError, match="no workout 'x'") as caught:
        find_template("x", {})
    assert caught.value.why == "There are none"


def test_a_lost_folder_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncer, "__file__", str(tmp_path / "syncer" / "__init__.py"))
    with pytest.raises(ConfigError, match="not there"):
        shipped_folder()


def test_a_wheel_carries_the_templates(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(REPO)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    wheel = next(tmp_path.glob("*.whl"))
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = "from syncer.usecases.templates import *; f = shipped_folder(); print(f); print(*load_templates([f]))"
    ran = subprocess.run(
        [sys.executable, "-P", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site"), "PATH": ""},
    )
    folder, names = ran.stdout.splitlines()
    assert Path(folder) == (tmp_path / "site" / "syncer" / "_templates").resolve()
    assert names.split() == sorted(file.stem for file in (REPO / "templates").glob("*.toml"))
    shipped = {file.name for file in (REPO / "syncer" / "report" / "templates").iterdir()}
    assert {file.name for file in (tmp_path / "site" / "syncer" / "report" / "templates").iterdir()} == shipped

"""The reference pages are what the program says; every exit code and every error has its line."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from scripts.reference.__main__ import MEANINGS, PAGES, REPO
from scripts.reference.error_calls import Reader
from scripts.reference.errors import errors_page
from syncer import errors
from syncer.errors import ExitCode, SyncerError
from tests.errors_made import PAGE, Watch, codes_on_page


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_what_the_program_says(name: str) -> None:
    written = (REPO / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert written == PAGES[name](), "run: python -m scripts.reference"


def test_every_exit_code_is_explained_as_the_contract_has_it() -> None:
    assert set(MEANINGS) == set(ExitCode)
    assert [code.value for code in ExitCode] == [0, 1, 2, 3, 69, 75, 77, 78, 130]


def _kinds(kind: type[SyncerError] = SyncerError) -> set[str]:
    return {kind.__name__}.union(*(_kinds(one) for one in kind.__subclasses__()))


def _source() -> list[ast.Module]:
    return [ast.parse(file.read_text(encoding="utf-8")) for file in sorted((REPO / "syncer").rglob("*.py"))]


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _texts(node: ast.AST) -> set[str]:
    """Every text that a value can be; what a condition asks is no such text."""
    if isinstance(node, ast.IfExp):
        return _texts(node.body) | _texts(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def _written_codes() -> set[str]:
    """The codes that stand in the source: in calls of the kinds of errors, and of functions that take a `code`."""
    trees, found, takes = _source(), set[str](), dict[str, int]()
    makers = _kinds() | {"_error", "error"}
    for node in (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        names = [one.arg for one in node.args.args]
        called = {_name(one) for one in ast.walk(node) if isinstance(one, ast.Call)}
        if "code" in names and called & makers:
            takes[node.name] = names.index("code") - (names[0] == "self")
            found |= {text for default in node.args.defaults for text in _texts(default)}
    assert {"fault", "_refused", "_error", "error"} <= set(takes)
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Call) and (_name(node) in _kinds() | {"Skipped"} or _name(node) in takes):
            place = takes.get(_name(node), 0)
            found |= _texts(node.args[place]) if len(node.args) > place else set()
            found |= {text for one in node.keywords if one.arg == "code" for text in _texts(one.value)}
    return found - {""}


def test_every_code_in_the_source_is_on_the_page() -> None:
    written = _written_codes()
    assert {
        "locked",
        "no-such-folder",
        "not-a-folder",
        "template-value",
        "template-unknown-key",
        "fit-empty",
    } <= written
    assert written - codes_on_page() == set()


def test_every_code_on_the_page_stands_in_the_source() -> None:
    texts = {node.value for tree in _source() for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert len(codes_on_page()) > 150
    assert codes_on_page() - texts == set()


def test_kinds_of_errors_are_only_made_where_the_page_looks_for_them() -> None:
    assert _kinds() <= set(vars(errors))


def test_a_reader_of_the_page_is_told_what_happened_and_what_to_try() -> None:
    rows = [row for row in PAGE.read_text(encoding="utf-8").splitlines() if row.startswith("| `")]
    for row in rows:
        code, exit_, message, _why, hint = row.replace("\\|", "/").strip("| ").split(" | ")
        assert all(int(one) in [*ExitCode] for one in exit_.split(" or ")), code
        assert any(map(str.isalpha, message)), code
        assert any(map(str.isalpha, hint)), code


@pytest.mark.parametrize("kind", [getattr(errors, name) for name in sorted(_kinds())])
def test_no_error_is_without_a_next_step(kind: type[SyncerError]) -> None:
    assert kind("code", "it went wrong").hint
    assert kind("code", "it went wrong", hint="do this").hint == "do this"


def _package(folder: Path, text: str) -> Path:
    (folder / "some.py").write_text("from syncer.errors import ConfigError, SyncerError\n" + text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "text",
    [
        "def f(one):\n    raise SyncerError(WORDS[one], 'it went wrong')\n",
        "def f(one):\n    raise SyncerError(f'{one}-wrong', 'it went wrong')\n",
        "def f(kind):\n    raise SyncerError(kind, 'it went wrong')\n",
        "def f(words):\n    raise SyncerError(*words)\n",
        "def f(kind):\n    raise SyncerError(kind, 'it went wrong')\ndef g(x):\n    f(x[0])\n",
    ],
)
def test_a_code_that_cannot_be_read_is_never_lost_in_silence(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"some\.py:\d+"):
        errors_page(_package(tmp_path, text))


def test_codes_are_found_in_conditions_defaults_and_whatever_passes_them_on(tmp_path: Path) -> None:
    text = """
def where(x):
    raise SyncerError("one" if x else "two", "it is here" if x else "it is there", hint="look")

def made(what, code="three"):
    return ConfigError(code, f"{what} went wrong", why="it is so")

def f():
    made("it")
    made("the other", "four")
    made("a third", code="five")
"""
    found = {told.code: told for told in Reader(_package(tmp_path, text)).all()}
    assert {code: told.message for code, told in found.items()} == {
        "one": "it is here",
        "two": "it is there",
        "three": "it went wrong",
        "four": "the other went wrong",
        "five": "a third went wrong",
    }
    assert found["three"].why == "it is so"
    assert found["five"].exit == "78"
    assert found["two"].hint == "look"


def test_an_error_that_the_program_makes_while_tests_run_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SyncerError, "__init__", SyncerError.__init__)  # put back afterwards
    watch = Watch()
    watch.known = {"listed"}
    watch.start()
    for code in ("listed", "lost"):
        exec("SyncerError(code, 'x')", {"__name__": "syncer.some", "SyncerError": SyncerError, "code": code})
    exec("SyncerError('own', 'x')", {"__name__": "tests.some", "SyncerError": SyncerError})
    assert watch.faults == ["lost is not in docs/reference/errors.md"]

"""The page of every error code, read from the source: what it says, and what to try."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from syncer.errors import ExitCode

SLUG = re.compile(r"[a-z]+(-[a-z0-9]+)+")
# functions that make an error from a code and its words
FACTORIES = frozenset({"fault", "_refused", "_error"})
EXITS = {
    "UsageError": "2",
    "ConfigError": "78",
    "NoWatchError": "69",
    "TryLaterError": "75",
    "SignInError": "77",
    "BadFileError": "3",
    "Skipped": "3 or 0",
    "fault": "3",
    "_refused": "2",
    "_error": "78",
}


def errors_page(package: Path) -> str:
    """Codes in order, with their words; ``…`` stands for what differs from case to case."""
    found: dict[str, tuple[str, str, str]] = {}
    for file in sorted(package.rglob("*.py")):
        for code, kind, message, hint in _errors(ast.parse(file.read_text(encoding="utf-8"))):
            if code not in found or len(message) > len(found[code][1]):
                found[code] = (EXITS.get(kind, kind if kind.isdigit() else "1"), message, hint)
    lines = [
        "# Error codes",
        "",
        "Each error has a code, in `--json` and here. The number is the exit code when nothing else went well.",
        "Read from the source by `python -m scripts.reference`; a test holds it against it.",
        "",
        "| code | exit | it says | try |",
        "|---|---|---|---|",
    ]
    lines += [f"| `{code}` | {exit_} | {message} | {hint} |" for code, (exit_, message, hint) in sorted(found.items())]
    return "\n".join(lines) + "\n"


def _errors(tree: ast.Module) -> Iterator[tuple[str, str, str, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        kind = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        code = _text(node.args[0])
        if (kind.endswith("Error") or kind in FACTORIES or kind == "Skipped") and SLUG.fullmatch(code):
            words = {keyword.arg: _text(keyword.value) for keyword in node.keywords}
            message = words.get("message", "") if kind == "Skipped" else " ".join(map(_text, node.args[1:3]))
            given = [keyword.value for keyword in node.keywords if keyword.arg == "exit_code"]
            yield code, _exit(given, kind), _cell(message), _cell(words.get("hint", ""))


def _exit(given: list[ast.expr], kind: str) -> str:
    """The number of an ``exit_code=ExitCode.NAME`` that is given, else the kind of error, which decides."""
    named = [node.attr for node in given if isinstance(node, ast.Attribute) and node.attr in ExitCode.__members__]
    return str(int(ExitCode[named[0]])) if named else kind


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value) if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) if isinstance(part, ast.Constant) else "…" for part in node.values)
    if isinstance(node, ast.BinOp):
        return _text(node.left) + _text(node.right)
    return "…"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "\\<").strip()

"""``python -m scripts.reference``: write the pages of docs/reference that are made from the program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import typer

from scripts.reference.errors import errors_page
from scripts.reference.source_code import source_code_page
from syncer.cli.app import app
from syncer.cli.commands import register
from syncer.errors import ExitCode
from syncer.settings import OPTIONS
from syncer.settings.load import toml_value

REPO = Path(__file__).resolve().parents[2]

MEANINGS = {
    ExitCode.OK: "all is well",
    ExitCode.FAILED: "it failed; the error says why",
    ExitCode.USAGE: "the command was called with words that do not fit",
    ExitCode.PARTIAL: "something was left out, and it says what; the rest is done",
    ExitCode.NO_WATCH: "no watch was found, or it shows no place for new files",
    ExitCode.TRY_LATER: "try again later: a rate limit, the network, or another run holds the lock",
    ExitCode.SIGN_IN_NEEDED: "a service wants you to sign in: `syncer auth garmin`, `syncer auth strava`",
    ExitCode.BAD_CONFIG: "the configuration or a template is wrong; the error names the file and the key or line",
    ExitCode.INTERRUPTED: "interrupted (^C or a termination signal); what was finished is kept",
}


def commands_page() -> str:
    """Every command with its arguments and options, in the order of ``--help``."""
    register()
    root = typer.main.get_command(app)
    lines = [
        "# Commands",
        "",
        "Made from the program by `python -m scripts.reference`; a test holds it against it. The global options",
        "`--json`, `-q`, `-v`, `-vv`, `--debug` and `--config FILE` may stand anywhere on the line.",
        "",
        "`-q` leaves out what was done (`sync`, `push`, `import`, `plan set`, “Wrote …”), notes and progress. What you",
        "ask to see is printed all the same: a report, a list, a dry run. `-v` tells more while it happens.",
        "",
        *_section("syncer", root),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _section(name: str, command: Any) -> Iterator[str]:
    children = getattr(command, "commands", {})
    context = typer.Context(command)
    ordered = command.list_commands(context) if children else []
    yield f"## `{name}`"
    yield ""
    yield (command.help or "").strip()
    yield ""
    rows = [row for row in (_row(parameter) for parameter in command.params) if row]
    if rows:
        yield "| | |"
        yield "|---|---|"
        yield from rows
        yield ""
    if command.epilog:
        yield from ("```sh", command.epilog, "```", "")
    for child in ordered:
        yield from _section(f"{name} {child}", children[child])


def _row(parameter: Any) -> str:
    if parameter.name == "help":
        return ""
    text = (getattr(parameter, "help", "") or "").strip()
    value = parameter.metavar or _choices(parameter) or parameter.name.strip("_").upper()
    if parameter.param_type_name == "argument":
        shown = value
    else:
        shown = ", ".join([*parameter.opts, *parameter.secondary_opts])
        shown += "" if parameter.is_flag or parameter.count else f" {value}"
    return f"| `{shown}` | {text} |".replace("|connect|", "/connect/")


def _choices(parameter: Any) -> str:
    """``fit/connect-json`` for an option that takes one of a few words."""
    for kind in (parameter.type_descriptor.annotation, *getattr(parameter.type_descriptor.annotation, "__args__", ())):
        if isinstance(kind, type) and issubclass(kind, Enum):
            return "/".join(str(member.value) for member in kind)
    return ""


def configuration_page() -> str:
    """Every setting with its default, its environment variable and its sentence."""
    lines = [
        "# Configuration",
        "",
        "`config.toml` is strict: an unknown key is an error that says what was probably meant. A flag beats an",
        "environment variable, which beats the file, which beats the default. `syncer init` writes the file;",
        "`$SYNCER_HOME` moves it and everything else to one folder, `$SYNCER_CONFIG` or `--config` the file alone.",
        'A secret may be a text, `{env = "NAME"}`, `{file = "path"}` (a bare name: in `$CREDENTIALS_DIRECTORY`) or',
        '`{command = ["program", "argument"]}`.',
        "",
        "Made from the program by `python -m scripts.reference`; a test holds it against it.",
        "",
        "| key | default | environment | |",
        "|---|---|---|---|",
    ]
    for option in OPTIONS:
        choices = f" ({', '.join(option.choices)})" if option.choices and option.choices[0] not in option.help else ""
        default = toml_value(option.default)
        lines.append(f"| `{option.dotted}` | `{default}` | `{option.environment_name}` | {option.help}{choices} |")
    return "\n".join(lines) + "\n"


def exit_codes_page() -> str:
    """Every exit code with its meaning."""
    lines = ["# Exit codes", "", "| code | name | |", "|---|---|---|"]
    lines += [f"| {code.value} | `{code.name}` | {MEANINGS[code]} |" for code in ExitCode]
    return "\n".join(lines) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "configuration.md": configuration_page,
    "errors.md": lambda: errors_page(REPO / "syncer"),
    "exit-codes.md": exit_codes_page,
    "source-code.md": lambda: source_code_page(REPO / "syncer"),
}


def main() -> None:
    """Write the pages."""
    for name, page in PAGES.items():
        (REPO / "docs" / "reference" / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()

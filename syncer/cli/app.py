"""The root of the command line: global options, and the one error boundary."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from syncer import __version__
from syncer.cli.commands import COMMANDS, register
from syncer.cli.help_page import Commands, Root
from syncer.cli.output import Manner, Result, show, show_error
from syncer.errors import ConfigError, ExitCode, SyncerError, UsageError
from syncer.typed_path import expanded

HELP = """Band-walk workouts on your Garmin watch, and an honest look at whether skipping them precedes knee pain.

Start with `syncer demo` (a synthetic year, no account), or `syncer init`."""
EXAMPLES = """syncer demo
syncer init
syncer import export_12345678.zip
syncer report --format html --open"""
HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}

app = Commands(
    name="syncer", cls=Root, help=HELP, epilog=EXAMPLES, pretty_exceptions_enable=False, context_settings=HELP_OPTIONS
)

# global flags may stand anywhere on the line, as people type them; so may --config FILE
ANYWHERE = frozenset({"--json", "--debug", "-q", "--quiet", "-v", "-vv", "--verbose"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What the global options ask for; commands find it as ``ctx.obj``.

    Attributes:
        config: another configuration file than the usual one.
    """

    manner: Manner
    config: Path | None


@app.callback()
def root(
    ctx: typer.Context,
    json_: Annotated[bool, typer.Option("--json", help="One JSON object on stdout, on failure too.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Only errors, and what you ask to see; no word of what was done.")
    ] = False,
    verbose: Annotated[int, typer.Option("--verbose", "-v", count=True, show_default=False, help="Say more.")] = 0,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback when something unexpected fails.")] = False,
    config: Annotated[Path | None, typer.Option("--config", metavar="FILE", help="Another configuration file.")] = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """The global options; they are also accepted after the command."""
    del json_, quiet, verbose, debug, config, version  # read from the line before it is parsed, see `_read_line`
    file = ctx.obj.config
    if file and ctx.invoked_subcommand != "init" and not expanded(file).is_file():
        raise ConfigError("config-missing", f"there is no configuration file {file}", hint="syncer --config FILE init")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code. Every expected failure ends here, as three lines or as JSON."""
    sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()  # closed by the caller (`>&-`)
    try:
        code = _run(argv)
        sys.stdout.flush()  # while a refusal can still be told
    except BrokenPipeError:
        return _broken_pipe()
    except OSError as error:
        if _debugging(argv):
            raise
        sys.stdout = _nowhere()
        return show_error("syncer", _unprinted(error), Manner())
    return code


def _run(argv: Sequence[str] | None) -> int:
    asked, words = _read_line(argv)
    manner = asked.manner
    _load_commands(words)
    if words[:1] == ["--version"]:
        return show("--version", Result({"version": __version__}, [f"syncer {__version__}"]), manner)
    command = typer.main.get_command(app)
    name = _command_name(command, words)
    signal.signal(signal.SIGTERM, _terminated)
    try:
        outcome = command.main(args=words, prog_name="syncer", standalone_mode=False, obj=asked)
    except SyncerError as error:
        return show_error(name, _with_first_step(name, words, asked, error), manner)
    except typer.TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError" and not manner.json:
            sys.stderr.write(error.format_message() + "\n")
            return ExitCode.USAGE
        return show_error(name, _usage(error, name), manner)
    except (typer.Abort, KeyboardInterrupt):
        return show_error(name, _interrupted(), manner)
    except (BrokenPipeError, SystemExit):  # Typer ends the program where the reader of its output has gone
        return _broken_pipe()
    except Exception as error:
        if manner.debug:
            raise
        return show_error(name, _unexpected(error), manner)
    if isinstance(outcome, Result):
        return show(name, _with_first_step(name, words, asked, outcome), manner)
    if outcome == ExitCode.INTERRUPTED:
        return show_error(name, _interrupted(), manner)
    return int(outcome or 0)


def _read_line(argv: Sequence[str] | None) -> tuple[Asked, list[str]]:
    """The global options, wherever they stand before a ``--``, and the rest of the line."""
    line = list(sys.argv[1:] if argv is None else argv)
    end = line.index("--") if "--" in line else len(line)
    flags, rest, config = [], [], None
    words = iter(line[:end])
    for word in words:
        if word in ANYWHERE:
            flags.append(word)
        elif word.startswith("--config="):
            config = Path(word.removeprefix("--config="))
        elif word == "--config" and (file := next(words, None)) is not None:
            config = Path(file)
        else:
            rest.append(word)
    louder = flags.count("-v") + flags.count("--verbose") + 2 * flags.count("-vv")
    verbosity = -1 if {"-q", "--quiet"} & {*flags} else louder
    debug = "--debug" in flags or bool(os.environ.get("SYNCER_DEBUG"))
    return Asked(Manner("--json" in flags, verbosity, debug), config), rest + line[end:]


def _load_commands(words: Sequence[str]) -> None:
    """Import the command that is asked for; none for ``--help``, all to say which was meant."""
    completing = "_SYNCER_COMPLETE" in os.environ
    if completing:  # bash tells the line in the one variable, other shells in the other
        line = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS", "")
        words = _read_line(line.split()[1:])[1]
    word = next((word for word in words if not word.startswith("-")), None)
    if word in COMMANDS:
        register([word])
    elif word is not None and not completing:
        register()


def _command_name(command: Any, words: Sequence[str]) -> str:
    """The command's words as typed, for the envelope: ``sync``, ``pain check``."""
    name: list[str] = []
    for word in words:
        if word.startswith("-"):
            continue
        command = getattr(command, "commands", {}).get(word)
        if command is None:
            break
        name.append(word)
    return " ".join(name) or "syncer"


def _with_first_step[T: (Result, SyncerError)](name: str, words: Sequence[str], asked: Asked, outcome: T) -> T:
    """The outcome of a command, naming `syncer init` where nothing is set up yet."""
    from syncer.cli.first_steps import NOTE, lacks_setup, name_first_step

    if not lacks_setup(name, words, asked.config):
        return outcome
    if isinstance(outcome, SyncerError):
        name_first_step(outcome)
        return outcome
    for error in outcome.errors:
        name_first_step(error)
    return outcome if outcome.errors else replace(outcome, warnings=[*outcome.warnings, NOTE])


def _usage(error: typer.TyperException, name: str) -> SyncerError:
    shown = "" if name == "syncer" else f" {name}"
    if type(error).__name__ == "NoArgsIsHelpError":
        return UsageError("usage", "no command was given", hint=f"syncer{shown} --help")
    message = error.format_message().rstrip(".").replace(": Value error, ", ": ")  # a word of the parser's own
    return UsageError("usage", message, hint=f"syncer{shown} --help")


def _interrupted() -> SyncerError:
    return SyncerError(
        "interrupted",
        "interrupted",
        why="what was finished is kept; nothing half-written is left",
        hint="run the same command again",
        exit_code=ExitCode.INTERRUPTED,
    )


def _unexpected(error: Exception) -> SyncerError:
    if isinstance(error, OSError):
        place = f": {error.filename}" if error.filename else ""
        return SyncerError("os-error", f"{error.strerror or 'the system refused'}{place}", hint="syncer doctor")
    return SyncerError(
        "unexpected",
        "something went wrong that should not have",
        # the type alone: the text of a foreign error may hold a secret
        why=f"{type(error).__module__}.{type(error).__name__}",
        hint="run it again with --debug and report what it shows",
    )


def _terminated(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _broken_pipe() -> int:
    # whoever read our output has gone (`| head`); not an error, and nothing more can be said
    sys.stdout = _nowhere()
    return 0


def _unprinted(error: OSError) -> SyncerError:
    return SyncerError(
        "output-refused",
        "what the command has to say could not be written",
        why=error.strerror or "the system refused",
        hint="run it again with its output somewhere else",
    )


def _debugging(argv: Sequence[str] | None) -> bool:
    return _read_line(argv)[0].manner.debug


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123

"""The root of the command line: global options, and the one error boundary."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
import typer.core

from syncer import __version__
from syncer.cli.commands import COMMANDS, register
from syncer.cli.output import Manner, Result, show, show_error
from syncer.errors import ConfigError, ExitCode, SyncerError, UsageError

HELP = """Band-walk workouts on your Garmin watch, and an honest look at whether skipping them precedes knee pain.

Start with `syncer demo` (a synthetic year, no account), or `syncer init`."""


class InOrder(typer.core.TyperGroup):
    """Lists the commands in the order in which they are met, also those whose files are not imported."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every command's name."""
        return [*COMMANDS, *(name for name in super().list_commands(ctx) if name not in COMMANDS)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command; of one that is not imported, what ``--help`` says of it."""
        found = super().get_command(ctx, cmd_name)
        if found is None and cmd_name in COMMANDS:
            return typer.core.TyperCommand(name=cmd_name, help=COMMANDS[cmd_name][1])
        return found


app = typer.Typer(
    name="syncer",
    cls=InOrder,
    help=HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
)

# global flags that may stand anywhere on the line, as people type them
ANYWHERE = frozenset({"--json", "--debug", "-q", "--quiet", "-v", "-vv", "--verbose"})


@app.callback()
def root(
    ctx: typer.Context,
    json_: Annotated[bool, typer.Option("--json", help="One JSON object on stdout, on failure too.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors.")] = False,
    verbose: Annotated[int, typer.Option("--verbose", "-v", count=True, help="Say more; twice for even more.")] = 0,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback when something unexpected fails.")] = False,
    config: Annotated[Path | None, typer.Option("--config", metavar="FILE", help="Another configuration file.")] = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """The global options; they are also accepted after the command."""
    del json_, quiet, verbose, debug, version  # read from the line before it is parsed, see `main`
    if config and ctx.invoked_subcommand != "init" and not config.expanduser().is_file():
        raise ConfigError(
            "config-missing", f"there is no configuration file {config}", hint="syncer --config FILE init"
        )
    ctx.obj = config
    _config[:] = [config]


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
    arguments = list(sys.argv[1:] if argv is None else argv)
    manner, arguments = _hoist(arguments)
    _load_commands(arguments)
    if arguments[:1] == ["--version"]:
        return show("--version", Result({"version": __version__}, [f"syncer {__version__}"]), manner)
    command = typer.main.get_command(app)
    name = _command_name(command, arguments)
    signal.signal(signal.SIGTERM, _terminated)
    _manner.append(manner)
    try:
        outcome = command.main(args=arguments, prog_name="syncer", standalone_mode=False)
    except SyncerError as error:
        return show_error(name, _with_first_step(name, arguments, error), manner)
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
    finally:
        _manner.pop()
    if isinstance(outcome, Result):
        return show(name, _with_first_step(name, arguments, outcome), manner)
    if outcome == ExitCode.INTERRUPTED:
        return show_error(name, _interrupted(), manner)
    return int(outcome or 0)


_manner: list[Manner] = []
_config: list[Path | None] = [None]


def manner() -> Manner:
    """How the run that is under way speaks: for progress bars and questions."""
    return _manner[-1] if _manner else Manner()


def _load_commands(arguments: Sequence[str]) -> None:
    """Import the command that is asked for; none for ``--help``, all to say which was meant, or to complete a line."""
    asked = list(arguments)
    if "--config" in asked[:-1]:
        at = asked.index("--config")
        del asked[at : at + 2]
    word = next((word for word in asked if not word.startswith("-")), None)
    if word in COMMANDS:
        register([word])
    elif word is not None or "_SYNCER_COMPLETE" in os.environ:
        register()


def _hoist(arguments: Sequence[str]) -> tuple[Manner, list[str]]:
    """The global flags, wherever they stand before a ``--``, and the rest of the line."""
    end = list(arguments).index("--") if "--" in arguments else len(arguments)
    flags = [word for word in arguments[:end] if word in ANYWHERE]
    rest = [word for word in arguments[:end] if word not in ANYWHERE] + list(arguments[end:])
    louder = flags.count("-v") + flags.count("--verbose") + 2 * flags.count("-vv")
    quiet = "-q" in flags or "--quiet" in flags
    return Manner(
        "--json" in flags, -1 if quiet else louder, "--debug" in flags or bool(os.environ.get("SYNCER_DEBUG"))
    ), rest


def _command_name(command: Any, arguments: Sequence[str]) -> str:
    """The command's words as typed, for the envelope: ``sync``, ``pain check``."""
    words: list[str] = []
    skip = False
    for word in arguments:
        children = getattr(command, "commands", None)
        if children is None:
            break
        if skip or word.startswith("-"):
            skip = word == "--config"
            continue
        if word not in children:
            break
        words.append(word)
        command = children[word]
    return " ".join(words) or "syncer"


def _with_first_step[T: (Result, SyncerError)](name: str, arguments: Sequence[str], outcome: T) -> T:
    """The outcome of a command, naming `syncer init` where nothing is set up yet."""
    from syncer.cli.first_steps import NOTE, lacks_setup, name_first_step

    if not lacks_setup(name, arguments, _config[0]):
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
    return _hoist(sys.argv[1:] if argv is None else argv)[0].debug


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123

"""How ``--help`` looks: whole sentences that wrap, commands in groups, and examples ready to copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import typer
import typer.core

from syncer.cli.commands import COMMANDS, SECTIONS

READ_ON = (
    "`syncer COMMAND --help` says more of each. The documentation is with the source; it begins at docs/README.md."
)


class Command(typer.core.TyperCommand):
    """A command; the lines of its ``epilog`` are examples."""

    def get_short_help_str(self, limit: int = 45) -> str:
        """For the shell's completion, which has one line."""
        del limit
        return _gist(self.help)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments by their names alone: what they are stands beside them."""
        arguments, options = [], []
        for parameter in self.get_params(ctx):
            name, text = parameter.get_help_record(ctx) or ("", "")
            if parameter.param_type_name == "argument":
                arguments.append((name.partition(" <")[0], text.removesuffix("[required]").rstrip()))
            elif name:
                options.append((name, text))
        for title, rows in (("Arguments", arguments), ("Options", options)):
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The examples."""
        del ctx
        _write_examples(formatter, self.epilog)


class Group(typer.core.TyperGroup):
    """Some commands, each with its whole sentence."""

    def get_short_help_str(self, limit: int = 45) -> str:
        """For the shell's completion, which has one line."""
        del limit
        return _gist(self.help)

    def sections(self, ctx: Any) -> Mapping[str, Sequence[str]]:
        """The names of the commands below their headings."""
        return {"Commands": self.list_commands(ctx)}

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Every command with its sentence, which is wrapped where it is too long for the line."""
        for title, names in self.sections(ctx).items():
            with formatter.section(title):
                formatter.write_dl([(name, self._sentence(ctx, name)) for name in names])

    def _sentence(self, ctx: Any, name: str) -> str:
        found = self.get_command(ctx, name)
        return first_sentence(found.help) if found else ""


class Root(Group):
    """The program: its commands in the order in which they are met, also those whose files are not imported."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every command's name."""
        return [*COMMANDS, *(name for name in super().list_commands(ctx) if name not in COMMANDS)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command; of one that is not imported, what ``--help`` says of it."""
        found = super().get_command(ctx, cmd_name)
        if found is None and cmd_name in COMMANDS:
            return Command(name=cmd_name, help=COMMANDS[cmd_name])
        return found

    def sections(self, ctx: Any) -> Mapping[str, Sequence[str]]:
        """The groups of ``--help``."""
        del ctx
        return {title: tuple(names) for title, names in SECTIONS.items()}

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The examples, and where to read on."""
        del ctx
        _write_examples(formatter, self.epilog)
        formatter.write_paragraph()
        formatter.write_text(READ_ON)


class Commands(typer.Typer):
    """Where commands are registered; a group is shown in full when it is called by itself."""

    def __init__(self, *, cls: type[Group] = Group, **more: Any) -> None:
        super().__init__(cls=cls, no_args_is_help=True, rich_markup_mode=None, **more)

    def command[F: Callable[..., Any]](self, name: str | None = None, **more: Any) -> Callable[[F], F]:
        """Registers a command; ``epilog`` holds its examples, a line each."""
        return super().command(name, cls=Command, **more)


def first_sentence(help_text: str | None) -> str:
    """The first sentence of a docstring, on one line."""
    head, stop, _ = " ".join((help_text or "").split("\n\n")[0].split()).partition(". ")
    return head + stop.strip()


def _write_examples(formatter: Any, lines: str | None) -> None:
    """As they are typed: none is wrapped."""
    if lines:
        with formatter.section("Examples"):
            for line in lines.splitlines():
                formatter.write(f"{'':{formatter.current_indent}}{line}\n")


def _gist(help_text: str | None) -> str:
    """The first sentence, up to where it goes on to say more: ``Read what is new or has changed``."""
    return first_sentence(help_text).partition(";")[0].partition(": ")[0].removesuffix(".")

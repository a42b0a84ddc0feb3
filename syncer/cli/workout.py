"""`syncer workout`: the templates, and the file of one."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncer.cli.app import app
from syncer.cli.complete import levels, workout_names
from syncer.cli.help_page import Commands
from syncer.cli.output import Result
from syncer.cli.table import table
from syncer.errors import ExitCode, UsageError
from syncer.report.safe_text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

workouts = Commands(help="Workouts: list, show, check, build a FIT file.")
app.add_typer(workouts, name="workout")

Name = Annotated[str, typer.Argument(metavar="NAME", help="A template's name.", autocompletion=workout_names)]
LevelOption = Annotated[
    str | None,
    typer.Option(
        "--level",
        metavar="LEVEL",
        help="One of its levels: a number, light, medium or heavy.",
        autocompletion=levels,
    ),
]


class Format(StrEnum):
    """What ``workout build`` writes."""

    FIT = "fit"
    CONNECT = "connect-json"


class LabelsChoice(StrEnum):
    """How steps are labelled on the watch."""

    SIDES = "sides"
    CATALOG = "catalog"


@workouts.command("list")
def list_(ctx: typer.Context) -> Result:
    """List the workouts that ship, and your own."""
    from syncer.bootstrap.home import configured, templates

    found = templates(configured(ctx.obj.config)[0])
    rows = [(item.slug, item.name, len(item.levels), item.description) for item in found.values()]
    listed = [
        {
            "name": item.name,
            "slug": item.slug,
            "description": item.description,
            "levels": [level.name for level in item.levels],
            "default_level": item.default_level.name,
        }
        for item in found.values()
    ]
    broken = list(found.broken.values())
    code = ExitCode.PARTIAL if broken else ExitCode.OK
    return Result({"workouts": listed}, [table(["workout", "name", "levels>", ""], rows)], broken, code)


@workouts.command(epilog="syncer workout show lateral-band-walk --level light")
def show(ctx: typer.Context, name: Name, level: LevelOption = None) -> Result:
    """Show a workout step by step, as the watch will."""
    from syncer.bootstrap.home import configured, templates
    from syncer.usecases.templates import find_template
    from syncer.workouts import summary

    workout = find_template(name, templates(configured(ctx.obj.config)[0])).build(level)
    shown = summary.show(workout)
    minutes = round(shown["duration_estimate_s"] / 60)
    head = [f"{workout.name} · about {minutes} min", workout.description, ""]
    return Result(shown, [*head, *_step_lines(shown["steps"])], warnings=summary.remarks(workout))


@workouts.command()
def check(file: Annotated[Path, typer.Argument(metavar="FILE", help="A template file.")]) -> Result:
    """Check a template file of your own; every error names its line."""
    from syncer.usecases.templates import read_template
    from syncer.workouts import summary
    from syncer.workouts.fit import encode
    from syncer.workouts.verify import verify

    template = read_template(file)
    for level in template.levels:
        workout = template.build(level)
        verify(workout, encode(workout).data)
    remarks = summary.remarks(template.build())
    levels = [level.name for level in template.levels]
    return Result(
        {"file": file, "name": template.name, "slug": template.slug, "levels": levels},
        [f"{one_line(str(file))}: fine ({len(levels)} {'level' if len(levels) == 1 else 'levels'})"],
        warnings=remarks,
        account=True,
    )


@workouts.command(
    epilog="""syncer workout build lateral-band-walk -o walk.fit
syncer workout build lateral-band-walk --format connect-json -o -"""
)
def build(
    ctx: typer.Context,
    name: Name,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to write it; - for stdout.")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="A FIT file, or Garmin Connect's JSON.")] = Format.FIT,
    level: LevelOption = None,
    labels: Annotated[
        LabelsChoice | None, typer.Option("--labels", help="sides: RIGHT and LEFT apart; catalog: Garmin's animation.")
    ] = None,
) -> Result:
    """Write a workout's file; it is decoded again and compared before it is written."""
    from syncer.bootstrap.home import configured, templates
    from syncer.usecases.building import build_file
    from syncer.usecases.templates import find_template
    from syncer.whole_file import write_whole

    paths, settings = configured(ctx.obj.config)
    workout = find_template(name, templates(paths)).build(level)
    built = build_file(workout, labels.value if labels else settings.push.labels, as_json=format_ is Format.CONNECT)
    if output is not None and str(output) == "-":
        if sys.stdout.isatty() and format_ is Format.FIT:
            raise UsageError(
                "binary-terminal", "a FIT file is no text for a terminal", hint="syncer workout build NAME -o FILE"
            )
        sys.stdout.buffer.write(built.content)
        return Result({}, raw="")
    target = output or Path(built.file_name)
    if target.is_dir():
        target /= built.file_name
    write_whole(target, built.content)
    facts: Mapping[str, Any] = {
        "file": target,
        "bytes": len(built.content),
        "sha256": built.sha256,
        "serial": built.serial,
        "name": workout.name,
        "level": workout.level.name,
    }
    return Result(
        facts, [f"Wrote {one_line(str(target))} ({workout.name}, {len(built.content):,} bytes)."], account=True
    )


def _step_lines(steps: Sequence[Mapping[str, Any]], indent: str = "") -> list[str]:
    lines: list[str] = []
    for step in steps:
        if step["kind"] == "repeat":
            lines += [f"{indent}{step['rounds']} times:", *_step_lines(step["steps"], indent + "  ")]
            continue
        amount = (
            f"{step['reps']} reps" if step["reps"] else f"{step['duration_s']} s" if step["duration_s"] else "until lap"
        )
        lines.append(f"{indent}{step['title']:<24} {amount}" if step["title"] else f"{indent}rest {amount}")
        lines += [f"{indent}  {step['notes']}"] if step["notes"] else []
    return lines

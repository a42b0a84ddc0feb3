"""The page of every error code, read from the source: what it says, why, and what to try."""

from __future__ import annotations

from pathlib import Path

from scripts.reference.error_calls import Reader, Told, says_something

# sentences for what is worded elsewhere, from case to case
SAYS = {
    "bad-week": "what was given is no week that a report can be about",
    "check-failed": "a check of `syncer doctor` found what stands in the way of a run",
    "notify-failed": "an address in notify.urls did not take the message",
    "odd-item": "an activity in a service's answer makes no sense; the message names it",
    "os-error": "the system refused something; the message says what, and on which file",
    "usage": "the words of the command do not fit",
}
HEAD = """# Error codes

Each error has a code, in `--json` and here, and says what happened, why where that is known, and what to try.
`…` stands for what differs from case to case.

The number is the exit code when nothing else went well. Some codes are also reasons in the `skipped` list of an import
or a sync: `0` is what was rightly left out (a file that is no activity), `3` what should have been readable. `3 or 0`
can be either: it is 3 where something is lost by it, and 0 where nothing is.

Read from the source by `python -m scripts.reference`; a test holds it against it.

| code | exit | it says | why | try |
|---|---|---|---|---|
"""


def errors_page(package: Path) -> str:
    """Codes in order, with their words; ``…`` stands for what differs from case to case.

    Raises:
        ValueError: a code cannot be read from the source, or has no sentence.
    """
    found: dict[str, list[Told]] = {}
    for told in Reader(package).all():
        found.setdefault(told.code, []).append(told)
    if unused := set(SAYS) - set(found):
        raise ValueError(f"SAYS has sentences for what nothing raises: {', '.join(sorted(unused))}")
    return HEAD + "".join(_row(code, places) for code, places in sorted(found.items()))


def _row(code: str, places: list[Told]) -> str:
    fullest = max(places, key=lambda told: (told.exit != "0", told.letters))
    message = SAYS.get(code) or fullest.message
    if not says_something(message):
        raise ValueError(f"{code} has no sentence: make it readable where it is raised, or add it to SAYS")
    if not says_something(fullest.hint):
        raise ValueError(f"{code} has no next step that can be read")
    exits = sorted({one for told in places for one in told.exit.split(" or ")}, key=int, reverse=True)
    cells = (f"`{code}`", " or ".join(exits), message, fullest.why, fullest.hint)
    return "| " + " | ".join(_cell(text) for text in cells) + " |\n"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("<", "\\<").split())

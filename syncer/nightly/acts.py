"""Changes to the machine's schedule, as a list that can be printed before it is carried out."""

from __future__ import annotations

import contextlib
import shlex
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from syncer.errors import SyncerError
from syncer.nightly.job import MARK, Job
from syncer.nightly.programs import Answer, Programs
from syncer.whole_file import leftovers, replace_whole


@dataclass(frozen=True, slots=True)
class Text:
    """A file that a system wants, or the text that stands for it."""

    name: str
    content: str
    encoding: str = "utf-8"

    @property
    def data(self) -> bytes:
        """The content as it is on disk."""
        return self.content.encode(self.encoding)


@dataclass(frozen=True, slots=True)
class Act:
    """One change.

    Attributes:
        kind: ``write`` a file, ``link`` to one, ``remove`` one, ``run`` a program, or ``skip``: nothing to do.
        target: the file, or the program's command line.
        detail: why, for people; for a link, where it leads.
        content: of the file.
        words: the program and its arguments.
        stdin: what the program reads.
        must: if it fails, everything that was done before is undone; otherwise the rest goes on.
        tries: how often a program is run at most, a second apart.
        undo: the program that takes it back, where there is something to take back.
    """

    kind: str
    target: str
    detail: str
    content: bytes = b""
    words: tuple[str, ...] = ()
    stdin: str | None = None
    must: bool = True
    tries: int = 1
    undo: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What is installed.

    Attributes:
        installed: by us, and whole.
        active: the system will run it; None when it cannot be asked.
        current: it is what would be installed now.
        next_run: when, in the system's own words.
        notes: what the runner should know.
    """

    installed: bool
    active: bool | None = None
    current: bool = True
    next_run: str = ""
    notes: tuple[str, ...] = ()


class Scheduler(Protocol):
    """A system that starts programs at set times.

    Whatever looks at what is installed raises `SyncerError`: ``schedule-foreign`` when something of our name is not
    ours, ``schedule-failed`` or ``schedule-no-program`` when the system does not answer as it should.
    """

    @property
    def name(self) -> str:
        """As the runner chooses it: ``systemd``."""
        ...

    def texts(self, job: Job) -> Sequence[Text]:
        """What it would be given."""
        ...

    def install(self, job: Job) -> list[Act]:
        """What would have to be done; nothing but ``skip`` when it is installed like this already."""
        ...

    def remove(self) -> list[Act]:
        """How to take it away."""
        ...

    def standing(self, job: Job) -> Standing:
        """What is installed now."""
        ...

    def notes(self) -> Sequence[str]:
        """What the runner should know of this system."""
        ...

    def doubt(self) -> SyncerError | None:
        """Why the system may not start it although it is installed."""
        ...


def run(
    words: Sequence[str],
    detail: str,
    *,
    stdin: str | None = None,
    must: bool = True,
    tries: int = 1,
    undo: Sequence[str] = (),
) -> Act:
    """A program to run."""
    return Act("run", shlex.join(words), detail, b"", tuple(words), stdin, must, tries, tuple(undo))


def write(path: Path, text: Text) -> Act:
    """A file to write, or ``skip`` when it holds that already.

    Raises:
        SyncerError: ``schedule-foreign``.
    """
    there = own_content(path)
    if there == text.data:
        return Act("skip", str(path), "is as it should be")
    return Act("write", str(path), "new" if there is None else "changed", text.data)


def removals(*paths: Path) -> list[Act]:
    """What takes these files away, with what a killed run has left of them; nothing for those that are not there."""
    places = [place for path in paths for place in (path, *leftovers(path))]
    return [Act("remove", str(place), "") for place in places if place.is_symlink() or place.exists()]


def own_content(path: Path) -> bytes | None:
    """What a file of ours holds; None when there is none.

    Raises:
        SyncerError: ``schedule-foreign`` for one that we did not write, and for a symlink.
    """
    try:
        content = None if path.is_symlink() else path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _foreign(path, error.strerror or "it cannot be read") from None
    if content is None:
        raise _foreign(path, "it is a symlink")
    if MARK.encode() not in content:
        raise _foreign(path, "syncer did not write it")
    return content


def foreign(name: str, why: str) -> SyncerError:
    """Something of our name that is not ours."""
    return SyncerError(
        "schedule-foreign",
        f"{name} is there already and is not syncer's",
        why=f"{why}, so it is left alone",
        hint="move it away, then syncer schedule install",
        item=name,
    )


def carry_out(acts: Sequence[Act], programs: Programs) -> list[str]:
    """Do them in order; what had to be done and could not be leaves everything as it was.

    Returns:
        What went wrong without being in the way.

    Raises:
        SyncerError: ``schedule-failed``, ``schedule-no-program``.
    """
    undo: list[Callable[[], None]] = []
    notes: list[str] = []
    try:
        for act in acts:
            try:
                _do(act, programs, undo)
            except SyncerError as error:
                if act.must:
                    raise
                notes.append(f"{error.message}: {error.why}" if error.why else error.message)
    except BaseException:
        for step in reversed(undo):
            step()
        raise
    return notes


def _do(act: Act, programs: Programs, undo: list[Callable[[], None]]) -> None:
    if act.kind == "run":
        _run(act, programs)
        if act.undo:
            undo.append(lambda: _take_back(act.undo, programs))
    elif act.kind in ("write", "link", "remove"):
        path = Path(act.target)
        try:
            before = path.read_bytes() if path.is_file() and not path.is_symlink() else None
            if act.kind == "write":
                path.parent.mkdir(parents=True, exist_ok=True)
                replace_whole(path, act.content)
                undo.append(lambda: _put_back(path, before))
            elif act.kind == "link":
                path.parent.mkdir(parents=True, exist_ok=True)
                path.symlink_to(act.detail)
                undo.append(lambda: path.unlink(missing_ok=True))
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise SyncerError(
                "schedule-failed",
                f"cannot {act.kind} {path}",
                why=error.strerror or str(error),
                hint=f"see that you may write in {path.parent} and that there is room, then run the same command again",
                item=str(path),
            ) from None


def _take_back(words: Sequence[str], programs: Programs) -> None:
    with contextlib.suppress(SyncerError):
        programs.run(words)


def _run(act: Act, programs: Programs) -> None:
    answer = programs.run(act.words, act.stdin)
    for _ in range(act.tries - 1):
        if not answer.code:
            break
        time.sleep(1)
        answer = programs.run(act.words, act.stdin)
    _require(answer, act)


def _require(answer: Answer, act: Act) -> None:
    if answer.code:
        said = (answer.err.strip() or answer.out.strip()).splitlines()
        raise SyncerError(
            "schedule-failed",
            f"'{act.target}' ended with {answer.code}",
            # systemctl tells what it did first, and what went wrong last
            why=said[-1].strip() if said else "",
            hint="syncer schedule install --system cron" if act.words[0] == "systemctl" else "syncer schedule --print",
        )


def _put_back(path: Path, before: bytes | None) -> None:
    if before is None:
        path.unlink(missing_ok=True)
    else:
        path.write_bytes(before)


def _foreign(path: Path, why: str) -> SyncerError:
    return foreign(str(path), why)

"""One night: every step by itself, so that what goes wrong with one never stops the others.

The steps are handed in as functions; this file knows in which order they ran, what they gave, and how the night ended.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from syncer.errors import ExitCode, SignInError, SyncerError
from syncer.usecases.pushing import Action
from syncer.usecases.syncing import Synced, failed
from syncer.usecases.syncing import exit_code as sync_exit_code

# what stands in the way of everything comes first; what passes by itself comes last
_GRAVEST = (ExitCode.SIGN_IN_NEEDED, ExitCode.BAD_CONFIG, ExitCode.FAILED, ExitCode.TRY_LATER)


class Log(Protocol):
    """Where a night says what it does."""

    def line(self, text: str) -> None:
        """One line."""
        ...

    def mistake(self, error: Exception) -> None:
        """Where something unexpected happened."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step came to.

    Attributes:
        state: ``ok``, ``partial``, ``skipped`` or ``failed``.
        detail: what and how many, for the log and ``-v``.
    """

    detail: str = ""
    state: str = "ok"
    errors: tuple[SyncerError, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was taken, with the seconds it took."""

    name: str
    outcome: Outcome
    seconds: float


@dataclass(slots=True)
class Night:
    """What a night has done so far.

    Attributes:
        explain: the reason of an error that nobody expected, where there is one but a mistake of ours.
    """

    log: Log
    explain: Callable[[Exception], SyncerError | None] = lambda _error: None
    steps: list[Step] = field(default_factory=list)
    providers: list[Synced] = field(default_factory=list)

    def sync(self, name: str, read: Callable[[], Synced]) -> None:
        """Read one provider."""
        found: list[Synced] = []

        def act() -> Outcome:
            found.append(read())
            return outcome_of(found[0])

        step = self.take(f"sync {name}", act)
        self.providers.append(found[0] if found else failed(name, step.outcome.errors[0]))

    def take(self, name: str, act: Callable[[], Outcome]) -> Step:
        """Take a step; whatever it raises becomes its outcome, except ^C."""
        began = time.monotonic()
        try:
            outcome = act()
        except SyncerError as error:
            outcome = Outcome(error.message, "skipped" if error.code == "strava-inactive" else "failed", (error,))
        except Exception as error:  # noqa: BLE001  # a mistake of ours in one step is no reason to leave out the others
            known = self.explain(error)
            outcome = Outcome(known.message, "failed", (known,)) if known else self._unexpected(name, error)
        step = Step(name, outcome, time.monotonic() - began)
        self.steps.append(step)
        self.log.line(f"{name}: {outcome.state}, {step.seconds:.2f} s. {outcome.detail}")
        for problem in outcome.errors:
            self.log.line(f"  {problem.code}: {': '.join(part for part in (problem.message, problem.why) if part)}")
        return step

    @property
    def whole(self) -> bool:
        """Every provider was read whole, or does not want to be read."""
        return all(one.state in ("ok", "skipped") for one in self.providers)

    def garmin_is_out(self) -> bool:
        """Garmin has just refused or not answered; asking it for more would say the same again."""
        known = {code for one in self.providers if one.provider == "garmin" for code in _codes(one.errors)}
        return bool(known & {ExitCode.SIGN_IN_NEEDED, ExitCode.TRY_LATER})

    @property
    def errors(self) -> list[SyncerError]:
        """What went wrong, in order; what is skipped on purpose is not wrong."""
        return [error for step in self.steps if step.outcome.state != "skipped" for error in step.outcome.errors]

    @property
    def exit_code(self) -> ExitCode:
        """0 when all is well; 3 when something came in all the same; else what stands in the way."""
        wrong = [step for step in self.steps if step.outcome.state in ("partial", "failed")]
        sync = sync_exit_code(self.providers)
        if not wrong:
            return sync
        if sync in (ExitCode.OK, ExitCode.PARTIAL) and any(one.state != "skipped" for one in self.providers):
            return ExitCode.PARTIAL
        codes = {code for step in wrong for code in _codes(step.outcome.errors)}
        return next((code for code in _GRAVEST if code in codes), ExitCode.FAILED)

    def _unexpected(self, name: str, error: Exception) -> Outcome:
        self.log.mistake(error)
        kind = f"{type(error).__module__}.{type(error).__name__}"
        return Outcome(kind, "failed", (_surprise(name, kind),))


def outcome_of(synced: Synced) -> Outcome:
    """A provider's reading as a step."""
    counts = synced.changes
    detail = (
        f"{synced.listed} listed, {counts.added} added, {counts.updated} updated, {counts.removed} removed, "
        f"{synced.pending_details} details to come, {synced.requests} requests"
    )
    return Outcome(detail, synced.state, synced.errors)


def pushed_outcome(actions: Sequence[Action], errors: Sequence[SyncerError]) -> Outcome:
    """A push as a step."""
    counts = Counter(action.kind for action in actions)
    detail = ", ".join(f"{count} {kind}" for kind, count in counts.items()) or "nothing to do"
    state = "ok" if not errors else "partial" if actions else "failed"
    return Outcome(detail, state, tuple(errors))


def not_signed_in_any_more(name: str) -> SyncerError:
    """A provider that was read before and has lost its tokens would be missed by nobody."""
    return SignInError(
        "not-signed-in",
        f"not signed in to {name.capitalize()} any more",
        why="it was read before, and its tokens are gone",
        hint=f"syncer auth {name}, or set {name}.enabled = false",
        provider=name,
    )


def only_limited(synced: Synced) -> bool:
    """Stopped by nothing but a limit after something was read: a first reading of many years takes some nights."""
    limits = bool(synced.errors) and all(error.code == "rate-limited" for error in synced.errors)
    return limits and synced.state == "partial"


def provider_of(step: Step) -> str | None:
    """The provider that a step has read, or None."""
    return step.name.removeprefix("sync ") if step.name.startswith("sync ") else None


def steps_for_people(steps: Sequence[Step]) -> list[str]:
    """One line a step, for ``-v``."""
    return [f"{step.name}: {step.outcome.state}. {step.outcome.detail}".rstrip(". ") + "." for step in steps]


def _codes(errors: Iterable[SyncerError]) -> set[ExitCode]:
    return {error.exit_code for error in errors}


def _surprise(name: str, kind: str) -> SyncerError:
    return SyncerError(
        "unexpected",
        f"'{name}' went wrong in a way that it should not",
        why=kind,
        hint="report it with the log of this run",
        item=name,
    )

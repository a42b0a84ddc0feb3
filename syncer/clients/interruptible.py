"""Waiting for curl so that ^C is heard: it keeps a signal back until its answer or its timeout is there."""

from __future__ import annotations

import threading
from collections.abc import Callable

# seconds between two looks at the keyboard
LOOK_S = 0.1


def interruptibly[T](request: Callable[[], T]) -> T:
    """Run ``request`` beside the main thread and hand its result or its error on; ^C ends the wait at once."""
    answers: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(request())
        except BaseException as error:  # noqa: BLE001  # raised again below, where it was asked for
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(LOOK_S)
    if errors:
        raise errors[0]
    return answers[0]

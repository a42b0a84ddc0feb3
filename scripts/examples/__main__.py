"""``python -m scripts.examples``: type the commands of every ``console`` block anew and write down what is printed.

Blocks that leave lines out (``…``) are only compared: which lines matter there is for a person to say.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from scripts.examples.pages import CUT, PAGES, REPO, agrees, examples
from scripts.examples.reader import Reader, can_be_run, demo


def main() -> None:
    """Write the pages whose examples print something else now."""
    with tempfile.TemporaryDirectory() as folder:
        made = demo(Path(folder, "demo"))
        for page in PAGES:
            if any(example.shown is not None for example in examples(page)):
                _refresh(page, Reader(Path(folder, page.stem), made))


def _refresh(page: Path, reader: Reader) -> None:
    lines = page.read_text(encoding="utf-8").split("\n")
    grown = 0
    for example in (each for each in examples(page) if can_be_run(each)):
        code, out, err = reader.types(example.command)
        printed = (out + err).splitlines()
        if code:
            sys.exit(f"{page.relative_to(REPO)}:{example.line}: {example.command} ends with {code}: {err}")
        if example.shown is None or agrees(example.shown, printed):
            continue
        if CUT in (line.strip() for line in example.shown):
            sys.stderr.write(f"{page.relative_to(REPO)}:{example.line}: look at it again: {example.command}\n")
            continue
        first = example.line + grown
        indent = lines[first - 1][: len(lines[first - 1]) - len(lines[first - 1].lstrip())]
        lines[first : first + len(example.shown)] = [indent + line for line in printed]
        grown += len(printed) - len(example.shown)
    page.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Runs all benchmarks, or the one that is named."""

from __future__ import annotations

import importlib
import sys

from scripts import benchmarks


def main(arguments: list[str]) -> int:
    names = benchmarks.names()
    if arguments and arguments[0] in names:
        return _run(arguments[0], arguments[1:])
    if arguments in ([], ["all"]):
        return max([_run(name, []) for name in names])
    asked = arguments[0] in ("-h", "--help")
    out = sys.stdout if asked else sys.stderr
    if not asked:
        print(f"no benchmark is called '{arguments[0]}'", file=out)
    print("usage: scripts/bench [all]     scripts/bench NAME [OPTIONS]\n", file=out)
    for name in names:
        module = importlib.import_module(f"scripts.benchmarks.{name}")
        print(f"  {name:10} {(module.__doc__ or '').splitlines()[0]}", file=out)
    return 0 if asked else 2


def _run(name: str, options: list[str]) -> int:
    return int(importlib.import_module(f"scripts.benchmarks.{name}").main(options))


sys.exit(main(sys.argv[1:]))

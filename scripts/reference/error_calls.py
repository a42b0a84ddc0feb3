"""Every place in the source that makes an error: its code, and its words as far as they can be read.

What a call passes is followed as far as reading goes: constants, both ends of a condition, names that the function
or the module gives a value, what a function returns, and the arguments of functions that pass a code on. A code
that cannot be read so is an error here, so that none is missing on the page.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from scripts.reference.calls import (
    Scope,
    argument,
    assigned,
    assigned_before,
    called_name,
    calls_in,
    distinct,
    function_name,
    functions_in,
    given_to,
    is_call_of,
    is_none,
    parameters,
    place,
    values_given,
)
from syncer import errors
from syncer.errors import ExitCode, SyncerError

KINDS: dict[str, type[SyncerError]] = {
    name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, SyncerError)
}
SKIPPED = "Skipped"
# what a caught error or a stored reason is called: it had its code before
PASSED_ON = frozenset({"code", "reason"})
# calls that make again what was made before, from what was kept of it
MADE_AGAIN = frozenset({("errors.py", "_rebuild"), ("items.py", "_skipped")})
UNKNOWN = "…"


@dataclass(frozen=True, slots=True)
class Told:
    """One place that makes an error, in words."""

    code: str
    exit: str
    message: str
    why: str
    hint: str

    @property
    def letters(self) -> int:
        """How much it says by itself."""
        return sum(map(str.isalpha, self.message))


def says_something(text: str) -> bool:
    """Whether it holds more than ``…`` and signs."""
    return any(map(str.isalpha, text))


class Reader:
    """Every call in a package that makes an error, with what its words are.

    Args:
        package: the folder of the source.
    """

    def __init__(self, package: Path) -> None:
        self._modules = [Scope(file, ast.parse(file.read_text("utf-8"))) for file in sorted(package.rglob("*.py"))]
        self._calls = [call for module in self._modules for call in calls_in(module)]

    def all(self) -> Iterator[Told]:
        """Every error as it is made, once for each place that gives its code.

        Raises:
            ValueError: a code cannot be read.
        """
        for call, scope in self._calls:
            name = called_name(call)
            if (name in KINDS or name == SKIPPED) and (scope.file.name, function_name(scope)) not in MADE_AGAIN:
                yield from self._made(call, scope, name)

    def _made(self, call: ast.Call, scope: Scope, name: str) -> Iterator[Told]:
        first = argument(call, 0, "reason" if name == SKIPPED else "code")
        if first is None:
            raise ValueError(f"{place(call, scope)}: {name} without a code that can be read")
        for code, known in self._codes(first, scope):
            if name == SKIPPED:
                yield Told(
                    code, _exit_of_skipped(call), self._words(call, "message", known), "", self._step(call, known)
                )
            else:
                message = argument(call, 1, "message")
                said = self._told(message, known) if message else ""
                hint = self._words(call, "hint", known) or KINDS[name].next_step
                yield Told(code, _exit(call, KINDS[name]), said, self._words(call, "why", known), hint)

    def _step(self, call: ast.Call, scope: Scope) -> str:
        if _exit_of_skipped(call) == "0":
            return "nothing has to be done; it is told so that you know"
        return self._words(call, "hint", scope) or KINDS["BadFileError"].next_step

    def _words(self, call: ast.Call, name: str, scope: Scope) -> str:
        value = next((keyword.value for keyword in call.keywords if keyword.arg == name), None)
        return self._told(value, scope) if value else ""

    def _told(self, value: ast.expr, scope: Scope) -> str:
        texts = [text for text in self._texts(value, scope) if text]
        return "; or ".join([text for text in texts if says_something(text)][:2] or [UNKNOWN for _ in texts[:1]])

    def _codes(self, node: ast.expr, scope: Scope) -> Iterator[tuple[str, Scope]]:
        """The codes that ``node`` can be, each with the scope that knows its function's arguments."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, scope
        elif is_none(node):
            return
        elif isinstance(node, ast.IfExp):
            for value, outcome in ((node.body, True), (node.orelse, False)):
                yield from self._codes(value, replace(scope, chosen={**scope.chosen, ast.dump(node.test): outcome}))
        elif isinstance(node, ast.Attribute) and node.attr in PASSED_ON:
            return
        elif isinstance(node, ast.Name):
            yield from self._codes_of_name(node, scope)
        elif isinstance(node, ast.Call) and (returned := list(self._returned(node))):
            for value, inner in returned:
                for code, _ in self._codes(value, inner):
                    yield code, scope
        else:
            raise ValueError(f"{place(node, scope)}: the code {ast.unparse(node)} cannot be read")

    def _codes_of_name(self, node: ast.Name, scope: Scope) -> Iterator[tuple[str, Scope]]:
        if node.id in parameters(scope.function):
            yield from self._codes_of_parameter(node.id, scope)
            return
        values = [value for value in assigned(node.id, scope) if not is_none(value)]
        if not values:
            raise ValueError(f"{place(node, scope)}: the code {node.id} cannot be read")
        for value in values:
            yield from self._codes(value, scope)

    def _codes_of_parameter(self, name: str, scope: Scope) -> Iterator[tuple[str, Scope]]:
        function = scope.function
        assert function is not None
        callers = [found for found in self._calls if is_call_of(found, function, scope)]
        if not callers:
            raise ValueError(f"{scope.file.name}:{function.lineno}: nothing that calls {function.name} can be read")
        for call, outside in callers:
            given = given_to(call, function, outside, scope)
            if name not in given:
                raise ValueError(f"{place(call, outside)}: the code that {function.name} is given cannot be read")
            value, its_scope = given[name]
            for code, known in self._codes(value, its_scope):
                bound = {key: (inner, known if where is outside else where) for key, (inner, where) in given.items()}
                yield code, Scope(scope.file, scope.tree, function, bound)

    def _texts(self, node: ast.expr | None, scope: Scope, depth: int = 0) -> list[str]:
        """What ``node`` can say; ``…`` where that cannot be read."""
        if isinstance(node, ast.Constant):
            return [str(node.value) if isinstance(node.value, str) else UNKNOWN]
        if depth > 6:
            return [UNKNOWN]
        if isinstance(node, ast.JoinedStr):
            return ["".join(self._part(part, scope, depth) for part in node.values)]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return [self._texts(node.left, scope, depth + 1)[0] + self._texts(node.right, scope, depth + 1)[0]]
        if isinstance(node, ast.IfExp) and (outcome := scope.chosen.get(ast.dump(node.test))) is not None:
            return self._texts(node.body if outcome else node.orelse, scope, depth + 1)
        if isinstance(node, ast.IfExp):
            return distinct([*self._texts(node.body, scope, depth + 1), *self._texts(node.orelse, scope, depth + 1)])
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            return distinct([text for value in node.values for text in self._texts(value, scope, depth + 1)])
        if isinstance(node, ast.Name):
            return self._texts_of_name(node, scope, depth)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "format":
                return [text.replace("{}", UNKNOWN) for text in self._texts(node.func.value, scope, depth + 1)]
            if node.func.attr == "get" and len(node.args) == 2:
                return self._texts(node.args[1], scope, depth + 1)
        return [UNKNOWN]

    def _part(self, part: ast.expr, scope: Scope, depth: int) -> str:
        if isinstance(part, ast.Constant):
            return str(part.value)
        value = part.value if isinstance(part, ast.FormattedValue) else part
        while isinstance(value, ast.Name) and value.id in scope.given:
            value, scope = scope.given[value.id]
        if isinstance(value, ast.Name) and value.id not in parameters(scope.function):
            texts = [text for one in assigned_before(value, scope) for text in self._texts(one, scope, depth + 1)]
        else:
            texts = self._texts(value, scope, depth + 1) if isinstance(value, ast.Constant | ast.JoinedStr) else []
        return texts[0] if len(texts) == 1 else UNKNOWN

    def _texts_of_name(self, node: ast.Name, scope: Scope, depth: int) -> list[str]:
        values: list[tuple[ast.expr, Scope]]
        if node.id in scope.given:
            values = [scope.given[node.id]]
        elif node.id in parameters(scope.function):
            values = list(self._given_by_callers(node.id, scope))
        else:
            values = [(value, scope) for value in assigned_before(node, scope)] or list(self._constant(node.id))
        texts = [text for value, where in values for text in self._texts(value, where, depth + 1)]
        return distinct([text for text in texts if says_something(text)]) or [UNKNOWN]

    def _given_by_callers(self, name: str, scope: Scope) -> Iterator[tuple[ast.expr, Scope]]:
        assert scope.function is not None
        for found in self._calls:
            if is_call_of(found, scope.function, scope):
                given = given_to(found[0], scope.function, found[1], scope)
                yield from [given[name]] if name in given else []

    def _constant(self, name: str) -> Iterator[tuple[ast.expr, Scope]]:
        """A constant of another module."""
        for module in self._modules if name.isupper() else ():
            for node in module.tree.body:
                if isinstance(node, ast.Assign):
                    yield from (
                        (one, module) for target in node.targets for one in values_given(target, node.value, name)
                    )

    def _returned(self, call: ast.Call) -> Iterator[tuple[ast.expr, Scope]]:
        """What the function of ``call`` returns, for functions of this package that have a name of their own."""
        for module in self._modules:
            for function in functions_in(module.tree):
                if function.name == called_name(call):
                    for node in ast.walk(function):
                        if isinstance(node, ast.Return) and node.value and not is_none(node.value):
                            yield node.value, Scope(module.file, module.tree, function)


def _exit(call: ast.Call, kind: type[SyncerError]) -> str:
    """The number of an ``exit_code=ExitCode.NAME`` that is given, else the kind's."""
    given = [keyword.value for keyword in call.keywords if keyword.arg == "exit_code"]
    named = [node.attr for node in given if isinstance(node, ast.Attribute) and node.attr in ExitCode.__members__]
    return str(int(ExitCode[named[0]] if named else kind.exit_code))


def _exit_of_skipped(call: ast.Call) -> str:
    broken = argument(call, 2, "broken")
    if broken is None:
        return "0"
    return "3" if isinstance(broken, ast.Constant) and broken.value is True else "3 or 0"

"""What can be read off a package's source: its calls, what they give, and what a name can have been given.

Reading goes as far as names, constants and arguments go; nothing is run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

type Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands: its file, its function, and what is known of its parameters and conditions."""

    file: Path
    tree: ast.Module
    function: Function | None = None
    given: Mapping[str, tuple[ast.expr, Scope]] = field(default_factory=dict)
    chosen: Mapping[str, bool] = field(default_factory=dict)


def calls_in(module: Scope) -> Iterator[tuple[ast.Call, Scope]]:
    """Every call of a module with the innermost function around it."""

    def inside(node: ast.AST, function: Function | None) -> Iterator[tuple[ast.Call, Scope]]:
        for child in ast.iter_child_nodes(node):
            inner = child if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
            if isinstance(child, ast.Call):
                yield child, Scope(module.file, module.tree, function)
            yield from inside(child, inner)

    return inside(module.tree, None)


def functions_in(tree: ast.Module) -> Iterator[Function]:
    """Every function of a module, methods and inner ones among them."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def called_name(call: ast.Call) -> str:
    """The last word of what is called: ``error`` for ``self.error(…)``."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def function_name(scope: Scope) -> str:
    """The function that the scope is in; empty for the module itself."""
    return scope.function.name if scope.function else ""


def place(node: ast.expr, scope: Scope) -> str:
    """File and line, for people."""
    return f"{scope.file.name}:{node.lineno}"


def is_none(node: ast.expr) -> bool:
    """Whether it is the word ``None``."""
    return isinstance(node, ast.Constant) and node.value is None


def distinct(texts: list[str]) -> list[str]:
    """Each text once, in order."""
    return list(dict.fromkeys(texts))


def argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    """The argument, by its place or its name; None for one that is hidden behind a star."""
    if len(call.args) > position and not any(isinstance(one, ast.Starred) for one in call.args[: position + 1]):
        return call.args[position]
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def parameters(function: Function | None) -> list[str]:
    """The names of a function's parameters, in order."""
    if function is None:
        return []
    return [one.arg for one in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]


def is_call_of(found: tuple[ast.Call, Scope], function: Function, scope: Scope) -> bool:
    """Whether it calls ``function``: by its name, as it is imported, and with as many words as it takes."""
    call, outside = found
    if (
        called_name(call) != function.name or outside.function is function
    ):  # a method may pass it on to one of the same name
        return False
    wanted = parameters(function)
    if outside.file != scope.file and wanted[:1] not in (["self"], ["cls"]):
        imported = (node for node in ast.walk(outside.tree) if isinstance(node, ast.ImportFrom) and node.module)
        modules = [str(node.module) for node in imported if function.name in [one.name for one in node.names]]
        if not any(module.endswith(f".{scope.file.stem}") for module in modules):
            return False
    wanted = [name for name in parameters(function) if name != "self"]
    needed = len(wanted) - len(function.args.defaults) - len(function.args.kwonlyargs)
    return needed <= len(call.args) + len(call.keywords) <= len(wanted)


def given_to(call: ast.Call, function: Function, outside: Scope, scope: Scope) -> dict[str, tuple[ast.expr, Scope]]:
    """What a call gives to each parameter, defaults among them."""
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    defaults = dict(zip(reversed(names), reversed(function.args.defaults), strict=False))
    found = {name: (value, Scope(scope.file, scope.tree)) for name, value in defaults.items()}
    positions = [name for name in names if name != "self"]
    for name, value in zip(positions, call.args, strict=False):
        if isinstance(value, ast.Starred):
            return {}
        found[name] = (value, outside)
    for keyword in call.keywords:
        if keyword.arg is not None:
            found[keyword.arg] = (keyword.value, outside)
    return found


def assigned_before(node: ast.Name, scope: Scope) -> list[ast.expr]:
    """What the name can have been given where it stands, the nearest first."""
    statements = [one for one in ast.walk(scope.function or scope.tree) if isinstance(one, ast.stmt)]
    around = [one for one in statements if one.lineno <= node.lineno <= (one.end_lineno or one.lineno)]
    indent = max((one.col_offset for one in around), default=0)
    found: list[ast.expr] = []
    for statement in sorted(statements, key=lambda one: one.lineno, reverse=True):
        if statement.lineno < node.lineno and isinstance(statement, ast.Assign):
            values = [value for one in statement.targets for value in values_given(one, statement.value, node.id)]
            found += values
            if values and statement.col_offset <= indent:
                break
    return found or assigned(node.id, scope)


def assigned(name: str, scope: Scope) -> list[ast.expr]:
    """The values that a name is given in the function, or else in the module."""
    for body in (scope.function, scope.tree):
        values = []
        for node in ast.walk(body) if body else ():
            if isinstance(node, ast.Assign):
                values += [value for target in node.targets for value in values_given(target, node.value, name)]
            elif isinstance(node, ast.NamedExpr | ast.AnnAssign) and getattr(node.target, "id", "") == name:
                values += [node.value] if node.value else []
            elif isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple):
                values += [value for one in node.iter.elts for value in values_given(node.target, one, name)]
        if values:
            return values
    return []


def values_given(target: ast.expr, value: ast.expr, name: str) -> Iterator[ast.expr]:
    """What ``name`` is given where ``target`` is given ``value``, tuples taken apart."""
    if isinstance(target, ast.Name) and target.id == name:
        yield value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, its in zip(target.elts, value.elts, strict=True):
            yield from values_given(one, its, name)

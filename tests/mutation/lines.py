"""Which test runs which lines, and how a mutant gets into modules that are loaded already."""

import ast
import gc
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

from tests.mutation.mutants import Function, functions

Line = tuple[str, int]


@contextmanager
def noted(files: set[str]) -> Iterator[set[Line]]:
    """The lines of `files` that run meanwhile, in any thread."""
    seen: set[Line] = set()

    def inside(frame: FrameType, _event: str, _arg: Any) -> Callable[..., Any]:
        seen.add((frame.f_code.co_filename, frame.f_lineno))
        return inside

    def at_call(frame: FrameType, event: str, arg: Any) -> Callable[..., Any] | None:
        return inside(frame, event, arg) if frame.f_code.co_filename in files else None

    threading.settrace(at_call)
    sys.settrace(at_call)
    try:
        yield seen
    finally:
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]


class Loaded:
    """The functions of a loaded module; their code can be another's."""

    def __init__(self, file: Path) -> None:
        self.file = str(file)
        self.tree = ast.parse(file.read_text())
        self.functions = {
            _name(one.__code__): one
            for one in gc.get_objects()
            if type(one) is FunctionType and one.__code__.co_filename == self.file
        }
        self.lines = {line for f in self.functions.values() for line in _lines(f.__code__)}

    def become(self, tree: ast.Module) -> None:
        """Let each function do what it does in `tree`; whoever holds it holds the changed one."""
        for was, node in zip(functions(self.tree), functions(tree), strict=True):
            function = self._at(node)
            if ast.dump(was.args) != ast.dump(node.args):
                self._take_defaults(function, node.args)
            if function.__code__.co_freevars:  # it says super(), and must go on knowing its class
                node.body.insert(0, ast.parse("__class__").body[0])
        for code in _outermost(compile(tree, self.file, "exec", dont_inherit=True)):
            if function := self.functions.get(_name(code)):
                function.__code__ = code

    def _at(self, node: Function) -> FunctionType:
        line = min([node.lineno, *(one.lineno for one in node.decorator_list)])
        return next(f for (_, first), f in self.functions.items() if first == line)

    def _take_defaults(self, function: FunctionType, arguments: ast.arguments) -> None:
        def value(node: ast.expr) -> Any:
            return eval(compile(ast.Expression(node), self.file, "eval"), function.__globals__)

        function.__defaults__ = tuple(value(one) for one in arguments.defaults)
        named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        function.__kwdefaults__ = {one.arg: value(node) for one, node in named if node}


def _name(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _outermost(module: CodeType) -> Iterator[CodeType]:
    for one in module.co_consts:
        if isinstance(one, CodeType) and "<locals>" not in one.co_qualname:
            yield one
            yield from _outermost(one)


def _lines(code: CodeType) -> Iterator[int]:
    yield from (line for _, _, line in code.co_lines() if line)
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _lines(one)

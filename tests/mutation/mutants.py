"""Every small way to break a module: one node of its tree changed at a time."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARE = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_ARITHMETIC = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.Div: ast.Mult,
}


@dataclass(frozen=True)
class Mutant:
    """One change. `tree` is the module with it; `said` names it the same way in every run."""

    line: int
    said: str
    tree: ast.Module


def mutants(source: str) -> Iterator[Mutant]:
    """All of them. Only code in functions is changed: a table of data is right or wrong by eye."""
    module = ast.parse(source)
    places = [
        (path, node)
        for function in _functions(module)
        for path, node in _walk(function, ())
        if not _is_left_alone(path, node)
    ]
    for _path, node in places:
        for changed in _changes(node):
            before = ast.unparse(node)
            tree, after = _with(module, node, changed)
            said = f"{before} -> {after or 'nothing'}"
            yield Mutant(node.lineno, " ".join(said.split()), tree)


def _functions(module: ast.Module) -> list[ast.AST]:
    """The outermost functions: what stands in them is walked with them."""
    found: list[ast.AST] = []
    waiting: list[ast.AST] = [*module.body]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.append(node)
        elif isinstance(node, ast.ClassDef):
            waiting[:0] = node.body
    return found


def _walk(
    node: ast.AST, path: tuple[ast.AST, ...]
) -> Iterator[tuple[tuple[ast.AST, ...], ast.AST]]:
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield (*path, node), child
                yield from _walk(child, (*path, node))


def _is_left_alone(path: tuple[ast.AST, ...], node: ast.AST) -> bool:
    """What people read may change, and what only checks types is not run."""
    if not isinstance(node, ast.stmt | ast.expr) or not hasattr(node, "lineno"):
        return True
    around = [*path, node]
    is_said = any(
        isinstance(one, ast.Raise | ast.Assert | ast.JoinedStr)
        or (isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == "cast")
        for one in path
    )
    is_doc = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_said or is_doc or any(isinstance(one, ast.Assert) for one in around)


def _changes(node: ast.AST) -> Iterator[ast.AST | None]:
    """What this one node could wrongly be; None is: not there."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in _COMPARE:
            yield ast.Compare(node.left, [_COMPARE[type(op)]()], node.comparators)
        case ast.BinOp(op=op) if type(op) in _ARITHMETIC:
            yield ast.BinOp(node.left, _ARITHMETIC[type(op)](), node.right)
        case ast.BoolOp(op=op):
            other = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield ast.BoolOp(other, node.values)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
        case ast.If() | ast.While() | ast.IfExp():
            changed = copy.copy(node)
            changed.test = ast.UnaryOp(ast.Not(), node.test)
            yield changed
        case ast.Return(value=ast.expr()):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise():
            yield None
        case ast.Assign(targets=[ast.Attribute()]):
            yield None


def _with(module: ast.Module, node: ast.AST, changed: ast.AST | None) -> tuple[ast.Module, str]:
    """The whole module again, with `changed` where `node` was."""
    memo: dict[int, object] = {}
    put = ast.Pass() if changed is None else copy.deepcopy(changed)
    ast.copy_location(put, node)
    memo[id(node)] = put
    tree = copy.deepcopy(module, memo)
    ast.fix_missing_locations(tree)
    return tree, "" if changed is None else ast.unparse(put)

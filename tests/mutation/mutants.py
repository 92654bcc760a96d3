"""Every small way to break a module: one node of its tree changed at a time."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARE: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
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
_OTHER_END = {"min": "max", "max": "min", "any": "all", "all": "any"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Mutant:
    """One change. `tree` is the module with it; `said` names it the same way in every run.

    `lines` are those that must be run to notice it, `function` is the outermost it stands in.
    """

    lines: range
    function: Function
    said: str
    tree: ast.Module


def mutants(source: str) -> Iterator[Mutant]:
    """All of them. Only code in functions is changed: a table of data is right or wrong by eye."""
    module, written = ast.parse(source), source.splitlines()
    for function in functions(module):
        places = [node for path, node in _walk(function, ()) if not _is_left_alone(path, node)]
        for node in places:
            for changed in _changes(node):
                before = ast.unparse(node)
                tree, after = _with(module, node, changed)
                said = f"{before} -> {after or 'nothing'}"
                if isinstance(node, ast.Constant):  # by itself it could be anywhere
                    said += f" in {written[node.lineno - 1].strip()}"
                head = node.test if isinstance(node, ast.If | ast.While) else node
                lines = range(node.lineno, (head.end_lineno or node.lineno) + 1)
                yield Mutant(lines, function, " ".join(said.split()), tree)


def functions(module: ast.Module) -> list[Function]:
    """The outermost functions: what stands in them is walked with them."""
    found: list[Function] = []
    waiting: list[ast.AST] = [*module.body]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, Function):
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
    """What people read may change, and what only asserts (types, `strict=`) is never wrong."""
    if not isinstance(node, ast.stmt | ast.expr) or not hasattr(node, "lineno"):
        return True
    around = [*path, node]
    is_said = any(isinstance(one, ast.Raise | ast.JoinedStr) or _is_talk(one) for one in path)
    is_doc = any(
        isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant) for one in around
    )
    is_strict = isinstance(path[-1], ast.keyword) and path[-1].arg == "strict"
    is_sure = any(isinstance(one, ast.Assert) for one in around)
    return is_said or is_doc or is_strict or is_sure


def _is_talk(node: ast.AST) -> bool:
    """A call whose words are for people or for the type checker."""
    match node:
        case ast.Call(func=ast.Name(id="cast" | "_" | "_l")):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id="log"))):
            return True
    return False


def _changes(node: ast.AST) -> Iterator[ast.AST | None]:
    """What this one node could wrongly be; None is: not there."""
    match node:
        case ast.Compare(ops=[op]):
            for other in _COMPARE[type(op)]:
                yield ast.Compare(node.left, [other()], node.comparators)
        case ast.BinOp(op=op) if type(op) in _ARITHMETIC:
            yield ast.BinOp(node.left, _ARITHMETIC[type(op)](), node.right)
        case ast.BoolOp(op=op):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand
        case ast.Constant():
            yield from _other_constant(node.value)
        case ast.JoinedStr():
            yield from _other_texts(node)
        case ast.If() | ast.While() | ast.IfExp():
            changed = copy.copy(node)
            changed.test = ast.UnaryOp(ast.Not(), node.test)
            yield changed
        case ast.Return(value=value) if not _is_nothing(value):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise():
            yield None
        case ast.Assign(targets=[ast.Attribute()]):
            yield None
        case ast.Call() if not _is_talk(node):
            yield from _other_calls(node)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            for loop in node.generators:
                for condition in loop.ifs:
                    yield _with_part(node, condition, ast.UnaryOp(ast.Not(), condition))


def _is_nothing(node: ast.expr | None) -> bool:
    """For who asks whether, False and None are one."""
    return node is None or (isinstance(node, ast.Constant) and node.value in (None, False))


def _other_constant(value: object) -> Iterator[ast.AST]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
    elif isinstance(value, str):
        yield ast.Constant(f"{value}x" if value else "x")


def _other_texts(node: ast.JoinedStr) -> Iterator[ast.AST]:
    """Another text, and one that has lost what made it unique."""
    yield ast.JoinedStr([*node.values, ast.Constant("x")])
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            yield ast.JoinedStr([one for one in node.values if one is not part])


def _other_calls(node: ast.Call) -> Iterator[ast.AST]:
    for keyword in node.keywords:
        if keyword.arg != "strict":
            kept = [one for one in node.keywords if one is not keyword]
            yield ast.Call(node.func, node.args, kept)
    if isinstance(node.func, ast.Name) and (other := _OTHER_END.get(node.func.id)):
        yield ast.Call(ast.Name(other, ast.Load()), node.args, node.keywords)


def _with_part(node: ast.AST, part: ast.AST, put: ast.AST) -> ast.AST:
    changed: ast.AST = copy.deepcopy(node, {id(part): put})
    return changed


def _with(module: ast.Module, node: ast.AST, changed: ast.AST | None) -> tuple[ast.Module, str]:
    """The whole module again, with `changed` where `node` was."""
    put = ast.Pass() if changed is None else copy.deepcopy(changed)
    ast.copy_location(put, node)
    tree: ast.Module = copy.deepcopy(module, {id(node): put})
    ast.fix_missing_locations(tree)
    return tree, "" if changed is None else ast.unparse(put)

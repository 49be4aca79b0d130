"""Follows the argument that carries a shot through the source: nothing is run.

From `film_shot` on it reads each function in the order in which it is written, through every branch, and follows each
call that is handed the shot, or something made from it:

- A name carries the shot if it was bound to an expression in which something carries it; so do its attributes, except
  `run` and `services`, which every step is given and which would lead everywhere.
- A call is followed where the source says which function it is: by its name, by its module, or by the annotated type of
  its receiver. A function that is handed on is taken as called with what follows it (`run(step, make_clip, ...)`),
  and a table of functions (`TABLE[key](...)`) as calling each of them. A call that is decided as the program runs (a
  provider's adapter, a protocol) is not followed.
- A function is read once; the same call from one function to another counts once.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

_EVERYBODYS = {"run", "services"}


class Call(NamedTuple):
    """A call from the function `caller` in the module `by` to the function `callee` in the module `to`."""

    by: str
    caller: str
    to: str
    callee: str


Named = tuple[str, str]
"""A definition: its module, and its name in there (`Class.method` for a method)."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def followed(modules: dict[str, str], begin: Named, argument: str) -> list[Call]:
    """The calls that are handed the argument, in order. `modules`: their names by file."""
    source = Source({name: ast.parse(Path(file).read_text(encoding="utf-8")) for file, name in modules.items()})
    calls: dict[Call, None] = {}
    read: set[Named] = set()

    def follow(at: Named, carried: set[str]) -> None:
        if at in read:
            return
        read.add(at)
        for callee, given in Reader(source, at, carried).calls():
            calls[Call(*at, *callee)] = None
            follow(callee, given)

    follow(begin, {argument})
    return list(calls)


class Source:
    """What the modules define, and what they import from one another."""

    def __init__(self, trees: dict[str, ast.Module]) -> None:
        self.modules = set(trees)
        self.functions: dict[Named, Function] = {}
        self.classes: dict[Named, ast.ClassDef] = {}
        self.tables: dict[Named, list[ast.expr]] = {}
        self.imports: dict[Named, Named] = {}
        for module, tree in trees.items():
            self._read(module, tree)

    def _read(self, module: str, tree: ast.Module) -> None:
        for node in (each for each in ast.walk(tree) if isinstance(each, ast.ImportFrom) and each.module):
            for alias in node.names:
                self.imports[module, alias.asname or alias.name] = (str(node.module), alias.name)
        for each in tree.body:
            match each:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self.functions[module, each.name] = each
                case ast.ClassDef():
                    self.classes[module, each.name] = each
                    methods = (inner for inner in each.body if isinstance(inner, Function))
                    self.functions |= {(module, f"{each.name}.{inner.name}"): inner for inner in methods}
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.Dict(values=values)):
                    self.tables[module, name] = values

    def named(self, module: str, name: str) -> Named:
        """Where a name of a module is defined."""
        return self.imports.get((module, name), (module, name))

    def class_of(self, module: str, annotation: ast.expr | None) -> Named | None:
        """The class that an annotation names, None aside."""
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            annotation = ast.parse(annotation.value, mode="eval").body
        if isinstance(annotation, ast.BinOp):
            return self.class_of(module, annotation.left) or self.class_of(module, annotation.right)
        if isinstance(annotation, ast.Name) and (found := self.named(module, annotation.id)) in self.classes:
            return found
        return None

    def member(self, of: Named, name: str) -> tuple[Named | None, Named | None]:
        """A class's method or property of that name, and the class of what the property or field is."""
        for module, owner in self._with_bases(of):
            if (method := (module, f"{owner}.{name}")) in self.functions:
                return method, self.class_of(module, self.functions[method].returns)
            for node in self.classes[module, owner].body:
                if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
                    return None, self.class_of(module, node.annotation)
        return None, None

    def _with_bases(self, of: Named) -> Iterator[Named]:
        if of in self.classes:
            yield of
            for base in self.classes[of].bases:
                if (found := self.class_of(of[0], base)) is not None:
                    yield from self._with_bases(found)


@dataclass
class Reader:
    """Reads one function. `carried`: the names that carry the shot so far; `types`: the classes of names."""

    source: Source
    at: Named
    carried: set[str]
    types: dict[str, Named] = field(default_factory=dict)
    found: list[tuple[Named, set[str]]] = field(default_factory=list)

    def calls(self) -> list[tuple[Named, set[str]]]:
        """Each call that is handed the shot: the function, and those of its parameters that carry it."""
        function, owner = self.source.functions[self.at], self.at[1].rpartition(".")[0]
        self._typed(function.args)
        if owner:
            self.types |= {"self": (self.at[0], owner), "cls": (self.at[0], owner)}
        for node in function.body:
            self._visit(node)
        return self.found

    def _typed(self, args: ast.arguments) -> None:
        for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs):
            if (known := self.source.class_of(self.at[0], arg.annotation)) is not None:
                self.types[arg.arg] = known

    def _visit(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
                self._bind(target, value)
            case ast.NamedExpr(target=target, value=value):
                self._bind(target, value)
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                self._bind(target, value)
            case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
                self._bind(target, value, typed=False)
                self._visit_all(node.body)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                for part in node.generators:
                    self._bind(part.target, part.iter, typed=False)
                    self._visit_all(part.ifs)
                self._visit_all(each for each in ast.iter_child_nodes(node) if not isinstance(each, ast.comprehension))
            case _:
                self._visit_all(ast.iter_child_nodes(node))
                if isinstance(node, ast.Call):
                    self._call(node)
                elif isinstance(node, ast.Attribute):
                    self._property(node)

    def _visit_all(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self._visit(node)

    def _bind(self, target: ast.expr, value: ast.expr, *, typed: bool = True) -> None:
        """Read the value, then take its names to stand for it. `typed`: for all of it, and not for a part."""
        self._visit(value)
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            for each, its in zip(target.elts, value.elts, strict=True):
                self._name(each, its, typed=typed)
        else:
            self._name(target, value, typed=typed)

    def _name(self, target: ast.expr, value: ast.expr, *, typed: bool) -> None:
        if self._carries(value):
            self.carried |= {each.id for each in ast.walk(target) if isinstance(each, ast.Name)} - _EVERYBODYS
        if typed and isinstance(target, ast.Name) and (known := self._type(value)) is not None:
            self.types[target.id] = known

    def _carries(self, node: ast.AST) -> bool:
        """Whether anything in the expression carries the shot."""
        if isinstance(node, ast.Attribute) and node.attr in _EVERYBODYS:
            return False
        if isinstance(node, ast.Name):
            return node.id in self.carried
        return any(self._carries(inner) for inner in ast.iter_child_nodes(node))

    def _type(self, node: ast.expr) -> Named | None:
        if isinstance(node, ast.Await):
            return self._type(node.value)
        if isinstance(node, ast.Name):
            return self.types.get(node.id)
        if isinstance(node, ast.Attribute):
            owner = self._type(node.value)
            return self.source.member(owner, node.attr)[1] if owner else None
        if isinstance(node, ast.Call) and (called := self._function(node.func)) is not None:
            if called in self.source.classes:
                return called
            return self.source.class_of(called[0], self.source.functions[called].returns)
        return None

    def _function(self, node: ast.expr) -> Named | None:
        """The function or class that an expression names."""
        found: Named | None = None
        if isinstance(node, ast.Name):
            found = self.source.named(self.at[0], node.id)
        elif isinstance(node, ast.Attribute):
            if (owner := self._type(node.value)) is not None:
                return self.source.member(owner, node.attr)[0]
            if isinstance(node.value, ast.Name):
                module = ".".join(self.source.named(self.at[0], node.value.id))
                held = self._class(node.value)
                found = (module, node.attr) if module in self.source.modules else None
                return self.source.member(held, node.attr)[0] if held else self._known(found)
        return self._known(found)

    def _class(self, node: ast.Name) -> Named | None:
        found = self.source.named(self.at[0], node.id)
        return found if found in self.source.classes else None

    def _known(self, found: Named | None) -> Named | None:
        return found if found in self.source.functions or found in self.source.classes else None

    def _property(self, node: ast.Attribute) -> None:
        """A property of something that carries the shot is a call."""
        owner = self._type(node.value)
        method = self.source.member(owner, node.attr)[0] if owner and self._carries(node) else None
        if method is not None:
            marks = {ast.unparse(each) for each in self.source.functions[method].decorator_list}
            self.found += [(method, {"self"})] if "property" in marks else []

    def _call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Subscript) and isinstance(node.func.value, ast.Name):
            for each in self.source.tables.get(self.source.named(self.at[0], node.func.value.id), ()):
                self._enter(self._function(each), node.args, node.keywords)
        receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
        self._enter(self._function(node.func), node.args, node.keywords, receiver)
        for index, arg in enumerate(node.args):
            if isinstance(arg, ast.Name | ast.Attribute) and (handed := self._function(arg)) in self.source.functions:
                self._enter(handed, node.args[index + 1 :], node.keywords)

    def _enter(
        self,
        called: Named | None,
        args: list[ast.expr],
        keywords: list[ast.keyword],
        receiver: ast.expr | None = None,
    ) -> None:
        """Note a call of a function, or of a class that has its own way to begin."""
        if called is not None and called in self.source.classes:
            begins = (self.source.member(called, name)[0] for name in ("__init__", "__post_init__"))
            called = next(filter(None, begins), None)
        if called is None or called not in self.source.functions:
            return
        spec = self.source.functions[called].args
        names = [arg.arg for arg in (*spec.posonlyargs, *spec.args)]
        given: set[str] = set()
        if names[:1] in (["self"], ["cls"]) and names.pop(0) == "self" and receiver and self._carries(receiver):
            given.add("self")
        rest = [spec.vararg.arg] if spec.vararg else []
        for index, arg in enumerate(args):
            if self._carries(arg):
                given |= {names[index]} if index < len(names) else set(rest)
        given |= {word.arg for word in keywords if word.arg and self._carries(word.value)}
        if given:
            self.found.append((called, given))

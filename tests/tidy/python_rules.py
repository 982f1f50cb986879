"""House rules for Python that no general linter knows.

Each rule takes a parsed file and yields findings. `ENGINE_RULES` hold in the
engine, `DOMAIN_RULES` in every domain, `OPERATION_RULES` in their operations,
`DOOR_RULES` in views, forms and api, `SOURCE_RULES` in the whole package,
`ANYWHERE_RULES` in tests too.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

from tidy.project_files import Finding

Rule = Callable[[ast.Module], Iterator[tuple[int, str]]]

CLOCKS = {
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "django.utils.timezone.localdate",
    "django.utils.timezone.localtime",
    "django.utils.timezone.now",
    "time.clock_gettime",
    "time.clock_gettime_ns",
    "time.ctime",
    "time.gmtime",
    "time.localtime",
    "time.monotonic",
    "time.monotonic_ns",
    "time.perf_counter",
    "time.perf_counter_ns",
    "time.process_time",
    "time.process_time_ns",
    "time.sleep",
    "time.time",
    "time.time_ns",
    "wavepool.plumbing.clock.now",
}
ENVIRONMENT = {
    "getpass.getuser",
    "os.environ",
    "os.environb",
    "os.getenv",
    "os.getenvb",
    "os.path.expanduser",
    "os.path.expandvars",
    "pathlib.Path.cwd",
    "pathlib.Path.home",
    "socket.gethostname",
}
CHANCE = {"os.getrandom", "os.urandom", "uuid.uuid1", "uuid.uuid4"}
CHANCE_MODULES = {"random", "secrets", "numpy.random"}
# Fit for the engine when they are given a seed.
SEEDED = {
    "numpy.random.MT19937",
    "numpy.random.PCG64",
    "numpy.random.PCG64DXSM",
    "numpy.random.Philox",
    "numpy.random.SFC64",
    "numpy.random.SeedSequence",
    "numpy.random.default_rng",
    "random.Random",
}
# A type to name in a signature, or a wrapper around a seeded generator.
NO_CHANCE = {"numpy.random.BitGenerator", "numpy.random.Generator"}
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}
MONEY_ENDINGS = ("_minor", "_micro")


def check_python(text: str, place: str, rules: tuple[Rule, ...]) -> list[Finding]:
    """Hold rules against one file's text."""
    tree = ast.parse(text, filename=place)
    return [Finding(place, line, message) for rule in rules for line, message in rule(tree)]


def no_clock(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Time comes in as an argument."""
    for node, name in _used_names(tree):
        if name in CLOCKS:
            yield node.lineno, f"{name} reads a clock; take the time as an argument"


def no_environment(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Settings come in as arguments."""
    for node, name in _used_names(tree):
        if name in ENVIRONMENT:
            yield node.lineno, f"{name} reads the environment; take the value as an argument"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _last_name(node.func) == "expanduser":
            yield node.lineno, "expanduser reads the environment; take the path as an argument"


def no_unseeded_chance(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Chance comes from a generator that was given a seed."""
    seeded_calls = {
        id(node.func)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and (node.args or node.keywords)
    }
    annotations = _annotation_nodes(tree)
    for node, name in _used_names(tree):
        if name in NO_CHANCE or name in CHANCE_MODULES:
            continue
        if name in SEEDED and (id(node) in seeded_calls or id(node) in annotations):
            continue
        module = name.rpartition(".")[0]
        if name in CHANCE or name in SEEDED or module in CHANCE_MODULES:
            yield node.lineno, f"{name} is unseeded chance; take a seeded generator"


def no_salted_hash(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Python salts `hash` of text per process, so nothing may depend on it."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and function.name == "__hash__":
            for inner in ast.walk(function):
                inner.in_hash = True  # type: ignore[attr-defined]
    for node in ast.walk(tree):
        named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if named and node.func.id == "hash" and not hasattr(node, "in_hash"):
            yield node.lineno, "hash() is salted per process; use hashlib"


def money_is_whole(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """`*_minor` and `*_micro` are int: never divided by `/`, never made a float."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            sides = (node.left, node.right)
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div):
            sides = (node.target, node.value)
        elif isinstance(node, ast.Call) and _last_name(node.func) in {"float", "Decimal"}:
            sides = tuple(node.args)
        else:
            continue
        for name in _money_names(sides):
            yield node.lineno, f"{name} is whole money; use // or exact integer shares"
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            name = node.arg if isinstance(node, ast.arg) else _last_name(node.target)
            if name.endswith(MONEY_ENDINGS) and "float" in ast.unparse(node.annotation):
                yield node.lineno, f"{name} is whole money; annotate it int"


def imports_at_the_top(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """An import inside a function hides a cycle or a cost."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield node.lineno, "import inside a function; move it to the top"


def named_errors_only(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Catch the errors you can name; the rest is a fault to see."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            if node.type is None:
                yield node.lineno, "bare except; name the error"
                continue
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        elif isinstance(node, ast.Call) and _last_name(node.func) == "suppress":
            caught = node.args
        else:
            continue
        for error in caught:
            if _last_name(error) in {"Exception", "BaseException"}:
                yield node.lineno, f"{_last_name(error)} is caught; name the error"


def no_rows_at_the_door(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Pages, forms and the API ask queries and operations, never a manager."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "objects":
            yield node.lineno, ".objects at the door; ask a query or an operation"


def no_receivers(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """A signal hides what an operation does; call it by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in node.decorator_list:
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                if _last_name(called) == "receiver":
                    yield node.lineno, "@receiver hides a call; let the operation make it"


def meaningful_name(path: Path) -> str | None:
    """Message for a file or folder whose name says nothing, else None.

    >>> meaningful_name(Path("engine/money/utils.py"))
    'a module named utils says nothing; name what it does'
    >>> meaningful_name(Path("engine/money/split.py"))
    """
    for part in path.with_suffix("").parts:
        if part.strip("_") in EMPTY_NAMES:
            return f"a module named {part} says nothing; name what it does"
    return None


ANYWHERE_RULES: tuple[Rule, ...] = (imports_at_the_top, named_errors_only)
SOURCE_RULES: tuple[Rule, ...] = (*ANYWHERE_RULES, money_is_whole)
ENGINE_RULES: tuple[Rule, ...] = (
    *SOURCE_RULES,
    no_clock,
    no_environment,
    no_unseeded_chance,
    no_salted_hash,
)

DOMAIN_RULES: tuple[Rule, ...] = (*SOURCE_RULES, no_receivers)
OPERATION_RULES: tuple[Rule, ...] = (no_clock, no_environment, no_unseeded_chance, no_salted_hash)
DOOR_RULES: tuple[Rule, ...] = (no_rows_at_the_door,)


def _used_names(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """Every name in use, written out in full by the file's own imports."""
    full = _imported(tree)
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and id(node) not in inner:
            yield from _prefixes(node, full)


def _prefixes(node: ast.expr, full: dict[str, str]) -> Iterator[tuple[ast.expr, str]]:
    """The dotted name and the dotted names it begins with: os.environ.get, os.environ."""
    while isinstance(node, ast.Name | ast.Attribute):
        head, _, rest = _dotted(node).partition(".")
        if head in full:
            yield node, f"{full[head]}.{rest}" if rest else full[head]
        if isinstance(node, ast.Name):
            return
        node = node.value


def _imported(tree: ast.Module) -> dict[str, str]:
    """What each imported name stands for: {"np": "numpy", "now": "time.time"}."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                names[bound] = alias.name if alias.asname else bound
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def _annotation_nodes(tree: ast.Module) -> set[int]:
    """Nodes that stand in a signature's types, where naming a class draws nothing."""
    roots: list[ast.expr | None] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            roots.append(node.returns)
        elif isinstance(node, ast.arg | ast.AnnAssign):
            roots.append(node.annotation)
    return {id(inner) for root in roots if root is not None for inner in ast.walk(root)}


def _money_names(sides: tuple[ast.expr, ...]) -> Iterator[str]:
    for side in sides:
        for node in ast.walk(side):
            name = _last_name(node)
            if name.endswith(MONEY_ENDINGS):
                yield name


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def _last_name(node: ast.AST) -> str:
    """The name that a reader sees last: `row.pool_minor` and `row["pool_minor"]`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ""

"""Says what in Python code needs a later Python than 3.9: `later_python.py FILE...`, one line for each find.

Of a shell script it reads what stands after `python3 -c`, in here-documents that end with PYTHON, and sources of functions in
JSON. Syntax is judged by Python's own parser; of the library it knows what is easily used by mistake, and no more.
"""

import ast
import json
import re
import sys

OLDEST = (3, 9)

# Modules and their members that came later.
MODULES = {"tomllib", "compression"}
MEMBERS = {
    "asyncio.Barrier", "asyncio.Runner", "asyncio.TaskGroup", "asyncio.timeout", "contextlib.aclosing", "contextlib.chdir",
    "dataclasses.KW_ONLY", "datetime.UTC", "enum.StrEnum", "hashlib.file_digest",
    "inspect.get_annotations", "itertools.batched", "itertools.pairwise", "logging.getHandlerByName",
    "logging.getLevelNamesMapping", "math.cbrt", "math.exp2", "math.sumprod", "operator.call", "os.eventfd", "os.login_tty",
    "os.pidfd_getfd", "os.process_cpu_count", "os.setns", "os.splice", "os.unshare", "queue.ShutDown", "statistics.correlation",
    "statistics.linear_regression", "sys.activate_stack_trampoline", "sys.exception", "sys.orig_argv",
    "sys.stdlib_module_names", "time.clock_settime_ns", "types.EllipsisType", "types.NoneType", "types.UnionType",
    "typing.Never", "typing.NotRequired", "typing.ParamSpec", "typing.Required", "typing.Self", "typing.TypeAlias",
    "typing.TypeGuard", "typing.assert_never", "typing.override", "typing.reveal_type",
}  # fmt: skip
BUILTINS = {"aiter", "anext", "BaseExceptionGroup", "EncodingWarning", "ExceptionGroup", "PythonFinalizationError"}
METHODS = {"add_note", "bit_count", "hardlink_to"}
# Parameters, by the function that has them.
PARAMETERS = {
    "zip": {"strict"},
    "dataclass": {"kw_only", "match_args", "slots", "weakref_slot"},
    "glob": {"root_dir", "dir_fd", "case_sensitive"},
    "rglob": {"case_sensitive"},
    "bisect": {"key"}, "bisect_left": {"key"}, "bisect_right": {"key"}, "insort": {"key"},
    "rmtree": {"dir_fd", "onexc"},
    "map": {"buffersize", "strict"},
}  # fmt: skip
# Calls that used to need so many arguments.
AT_LEAST = {"format_exception": 3, "print_exception": 3, "format_exception_only": 2, "to_bytes": 2, "from_bytes": 2}


def finds(code):
    """Yields the line and the name of what came later."""
    try:
        tree = ast.parse(code, feature_version=OLDEST)
    except SyntaxError as error:
        yield error.lineno or 0, error.msg
        return
    lazy = any(
        isinstance(node, ast.ImportFrom) and node.module == "__future__" and any(a.name == "annotations" for a in node.names)
        for node in ast.walk(tree)
    )
    for node in ast.walk(tree):
        for what in later(node, lazy):
            yield node.lineno, what


def later(node, lazy):
    if isinstance(node, ast.Import):
        yield from (a.name for a in node.names if a.name.split(".")[0] in MODULES)
    elif isinstance(node, ast.ImportFrom):
        if (node.module or "").split(".")[0] in MODULES:
            yield node.module
        yield from (name for a in node.names if (name := f"{node.module}.{a.name}") in MEMBERS)
    elif isinstance(node, ast.Name) and node.id in BUILTINS:
        yield node.id
    elif isinstance(node, ast.Attribute):
        if isinstance(node.value, ast.Name) and f"{node.value.id}.{node.attr}" in MEMBERS:
            yield f"{node.value.id}.{node.attr}"
        elif node.attr in METHODS:
            yield node.attr
    elif isinstance(node, ast.Call):
        yield from calls(node)
    if not lazy:
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if annotation and any(isinstance(n, ast.BinOp) and isinstance(n.op, ast.BitOr) for n in ast.walk(annotation)):
                yield "X | Y as a type"


def calls(node):
    name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
    yield from (f"{name}({k.arg}=)" for k in node.keywords if k.arg in PARAMETERS.get(name, ()))
    spread = any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords)
    if not spread and len(node.args) + len(node.keywords) < AT_LEAST.get(name, 0):
        yield f"{name} with fewer than {AT_LEAST[name]} arguments"
    if name in ("isinstance", "issubclass") and len(node.args) == 2 and isinstance(node.args[1], ast.BinOp):
        yield f"{name} of X | Y"


def pieces(text):
    """Yields the Python in a file, and how many lines stand before it."""
    if not re.match(r"#!.*sh\b", text):
        yield text, 0
        return
    for pattern in (r"python3(?: -\w+)* -c '([^']*)'", r"<<'PYTHON'[^\n]*\n(.*?)\nPYTHON\n"):
        for found in re.finditer(pattern, text, re.DOTALL):
            yield found[1], text.count("\n", 0, found.start(1))
    for found in re.finditer(r'"source":\s*("(?:[^"\\\n]|\\.)*")', text):
        yield json.loads(found[1]), text.count("\n", 0, found.start(1))


def main(files):
    read = 0
    for file in files:
        with open(file, encoding="utf-8") as opened:
            text = opened.read()
        for code, before in pieces(text):
            read += 1
            for line, what in finds(code):
                print(f"{file}:{before + line}: {what}")
    print(f"read {read} pieces of Python")


main(sys.argv[1:])

"""Compile the kernels, or run them as they stand.

Each kernel is a plain Python function over numpy arrays. A small list is searched without a
compiler (numba takes 120 MB of memory, which a post with a few alerts does not have); from
COMPILE_AT identities on the same functions are compiled, once, and cached on disk. Both give the
same bits; a test holds it.
"""

from __future__ import annotations

import hashlib
import importlib
import threading
from types import CodeType, FunctionType
from typing import Any

import numpy as np

COMPILE_AT = 400
"""From so many identities on an index compiles its kernels; below it interprets them."""

MODULES = (
    "table", "sound", "distance", "card", "enter", "likeness", "expand", "probe", "traits", "weigh",
    "glance", "find", "lookup",
)  # fmt: skip
HOST_ONLY = {"bits_for", "empty_bench", "empty_chain", "empty_table", "make_table"}

_lock = threading.Lock()
_compiled: dict[str, Any] = {}


class Interpreted:
    """The kernels as Python runs them."""

    compiled = False

    def __getattr__(self, name: str) -> Any:
        """Give the kernel, quiet about the wrap-around that hashing relies on."""
        kernel = _functions()[name]

        def run(*args: Any) -> Any:
            with np.errstate(over="ignore"):
                return kernel(*args)

        setattr(self, name, run)
        return run


class Compiled:
    """The kernels compiled by numba; they release the interpreter lock."""

    compiled = True

    def __init__(self, functions: dict[str, Any]) -> None:
        self.__dict__.update(functions)


def _functions() -> dict[str, Any]:
    modules = [importlib.import_module(f"comity.match.{name}") for name in MODULES]
    return {
        key: value
        for module in modules
        for key, value in vars(module).items()
        if isinstance(value, FunctionType)
        and value.__module__ == module.__name__
        and key not in HOST_ONLY
    }


def compiled_kernels() -> Any:
    """Compile (or read from numba's cache) and give the kernels; the first call takes a while."""
    with _lock:
        if not _compiled:
            _compiled.update(_compile())
        return Compiled(_compiled)


def digest(functions: dict[str, FunctionType]) -> str:
    """Hash code and constants of all kernels: numba's cache knows a function only by its file."""
    parts: list[object] = []
    for key, plain in sorted(functions.items()):
        code = plain.__code__
        constants = [c for c in code.co_consts if not isinstance(c, CodeType)]
        values = [
            value.tolist() if isinstance(value, np.ndarray) else value
            for value in map(plain.__globals__.get, sorted(set(code.co_names)))
            if isinstance(value, (int, float, tuple, np.generic, np.ndarray))
        ]
        parts.append((key, code.co_code, constants, values))
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def _compile() -> dict[str, Any]:
    from numba import njit  # noqa: PLC0415 - importing it costs 120 MB, see above

    twins: dict[str, Any] = {}
    functions = _functions()
    version = digest(functions)
    for key, plain in functions.items():
        # A twin looks names up in its own globals, where every kernel is the compiled one; the
        # plain function keeps the module's, so that both can run side by side.
        names = dict(plain.__globals__)
        twin = FunctionType(plain.__code__, names, plain.__name__, plain.__defaults__)
        twin.__module__ = plain.__module__
        twin.__qualname__ = f"{key}-{version}"
        twins[key] = (twin, names)
    made = {key: njit(nogil=True, cache=True)(twin) for key, (twin, _) in twins.items()}
    for _, names in twins.values():
        for key, kernel in made.items():
            if key in names:
                names[key] = kernel
    return made

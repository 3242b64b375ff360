"""The one byte form that is hashed or signed: RFC 8785, the JSON Canonicalization Scheme.

    >>> canonical({"b": [1, True], "a": "é"}).decode()
    '{"a":"é","b":[1,true]}'

``parse_json`` reads foreign JSON strictly; ``parse_canonical`` accepts only what ``canonical``
would have written, so that two different texts can never carry one hash's meaning.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

import rfc8785

from comity.errors import Malformed

DEPTH_MAX = 32
"""Deeper nesting is refused: nothing of ours nests beyond 8."""

_INT_MAX = 2**53 - 1
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")

_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False
).encode


def canonical(value: Any) -> bytes:
    """The RFC 8785 bytes of ``value``: dict (str keys), list, tuple, str, int, float, bool, None.

    Malformed for what has no canonical form: NaN, integers beyond ±(2^53 - 1), lone surrogates,
    other types, nesting deeper than ``DEPTH_MAX``.
    """
    try:
        if _is_plain(value, DEPTH_MAX):
            # The standard encoder writes the same bytes as RFC 8785 for ASCII keys without floats,
            # and is ten times faster; a property test holds the two equal.
            return _encode(value).encode()
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError) as error:
        raise Malformed(
            "json-not-canonicalisable",
            "the value has no canonical JSON form",
            hint="use text, whole numbers within 2^53, true, false, null, lists and objects",
        ) from error


def plain(value: Any) -> bytes:
    """``canonical`` for the part of JSON which every implementation writes alike.

    That is: ASCII keys, no fractions. What stands in the log and in evidence is kept to it, so that
    a supervisor's verifier needs no library for RFC 8785. Malformed otherwise.
    """
    try:
        if _is_plain(value, DEPTH_MAX):
            return _encode(value).encode()
    except (UnicodeError, RecursionError):
        pass
    raise Malformed(
        "json-not-plain",
        "a fraction, a key that is not ASCII, or a value without a JSON form",
        hint="write amounts as whole numbers or text, and keys in ASCII",
    )


def parse_plain(data: bytes, *, limit: int) -> Any:
    """Read JSON which ``plain`` would have written; Malformed otherwise."""
    value = parse_json(data, limit=limit)
    if plain(value) != data:
        raise Malformed("json-not-canonical", "JSON, but not in its canonical form (RFC 8785)")
    return value


def parse_json(data: bytes, *, limit: int) -> Any:
    """Read JSON of at most ``limit`` bytes: UTF-8, no duplicate keys, no NaN, depth ≤ 32.

    Malformed otherwise. Nothing of the content is repeated in the error.
    """
    if len(data) > limit:
        raise Malformed("json-too-large", f"larger than {limit} bytes")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Malformed("json-not-utf8", "not UTF-8", where=f"byte {error.start}") from None
    _check_depth(text)
    try:
        return json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_int=_parse_int,
            parse_float=_parse_float,
        )
    except json.JSONDecodeError as error:
        raise Malformed(
            "json-syntax", "not JSON", where=f"line {error.lineno} column {error.colno}"
        ) from None
    except RecursionError:
        raise Malformed("json-too-deep", "nested too deeply") from None


def parse_canonical(data: bytes, *, limit: int) -> Any:
    """Read JSON which is its own RFC 8785 form; Malformed otherwise."""
    value = parse_json(data, limit=limit)
    if canonical(value) != data:
        raise Malformed("json-not-canonical", "JSON, but not in its canonical form (RFC 8785)")
    return value


def _is_plain(value: Any, depth: int) -> bool:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-_INT_MAX <= value <= _INT_MAX)
    if depth == 0:
        raise RecursionError
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key.isascii() or not _is_plain(item, depth - 1):
                return False
        return True
    if kind is list or kind is tuple:
        return all(_is_plain(item, depth - 1) for item in value)
    return False


def _check_depth(text: str) -> None:
    # Counted before parsing: the parser would meet the interpreter's own limit, which varies.
    if text.count("[") + text.count("{") <= DEPTH_MAX:
        return
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > DEPTH_MAX:
            raise Malformed("json-too-deep", f"nested deeper than {DEPTH_MAX}")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("json-duplicate-key", "an object names one key twice")
    return found


def _refuse_constant(_: str) -> NoReturn:
    raise Malformed("json-not-a-number", "NaN and Infinity are not JSON")


def _parse_int(digits: str) -> int:
    if len(digits) > 17 or not -_INT_MAX <= int(digits) <= _INT_MAX:
        raise Malformed("json-number-range", "a whole number beyond 2^53 - 1")
    return int(digits)


def _parse_float(digits: str) -> float:
    number = float(digits)
    if len(digits) > 40 or number in (float("inf"), float("-inf")):
        raise Malformed("json-number-range", "a number out of range")
    return number

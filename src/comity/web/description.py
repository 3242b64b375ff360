"""The door for systems, described for people: every call with its parameters and an example."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from starlette.responses import Response

from comity.errors import NotFound
from comity.web.desk import Page, Visit

DEPTH_MAX = 6


def show(visit: Visit) -> Response:
    """Show every call that systems at home may make."""
    described = visit.desk.openapi
    if described is None:
        raise NotFound("api-undescribed", "this door does not serve systems", hint="see /api/v1")
    groups: dict[str, list[dict[str, Any]]] = {}
    for call in calls(described):
        groups.setdefault(call["group"], []).append(call)
    return visit.page(
        "api.html", here="/api", info=described["info"], groups=groups, base="/api/v1"
    )


def calls(described: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give each call: method, path, words, parameters, the body's fields and an example."""
    for path, methods in described["paths"].items():
        for method, call in methods.items():
            body = _body(described, call)
            yield {
                "method": method.upper(),
                "path": path,
                "group": (call.get("tags") or ["other"])[0],
                "text": call.get("description") or call.get("summary", ""),
                "parameters": [_parameter(one) for one in call.get("parameters", [])],
                "fields": _fields(described, body),
                "example": _spelled(example(described, body)) if body.get("properties") else "",
                "answers": sorted(call.get("responses", {})),
            }


def example(described: Mapping[str, Any], schema: Mapping[str, Any], depth: int = 0) -> Any:
    """Make a value of the shape a schema describes."""
    schema = _resolved(described, schema)
    if depth > DEPTH_MAX:
        return None
    for key in ("example", "default"):
        if schema.get(key) not in (None, "", []):
            return schema[key]
    if "anyOf" in schema:
        return example(described, schema["anyOf"][0], depth + 1)
    if "enum" in schema:
        return schema["enum"][0]
    return _example_of(described, schema, depth)


def _example_of(described: Mapping[str, Any], schema: Mapping[str, Any], depth: int) -> Any:
    kind = schema.get("type", "object")
    if kind == "object":
        parts = schema.get("properties", {})
        return {name: example(described, part, depth + 1) for name, part in parts.items()}
    if kind == "array":
        return [example(described, schema.get("items", {}), depth + 1)]
    plain = {"string": "2026-12-31" if schema.get("format") == "date" else "…"}
    return plain.get(kind, 0 if kind in ("integer", "number") else False)


def _resolved(described: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    name = schema.get("$ref", "")
    if not name:
        return schema
    found: Mapping[str, Any] = described["components"]["schemas"][name.rsplit("/", 1)[-1]]
    return found


def _body(described: Mapping[str, Any], call: Mapping[str, Any]) -> Mapping[str, Any]:
    content = call.get("requestBody", {}).get("content", {}).get("application/json", {})
    return _resolved(described, content.get("schema", {}))


def _parameter(one: Mapping[str, Any]) -> dict[str, str]:
    if one["in"] == "header" and one["name"].lower() == "authorization":
        kind = "Bearer and the session's token"
    else:
        kind = _kind(one.get("schema", {}))
    need = "required" if one.get("required") else "optional"
    return {"name": one["name"], "in": one["in"], "kind": kind, "need": need}


def _fields(
    described: Mapping[str, Any], body: Mapping[str, Any], within: str = ""
) -> list[dict[str, str]]:
    required = body.get("required", [])
    found = []
    for name, written in body.get("properties", {}).items():
        part = _resolved(described, written)
        item = _resolved(described, part.get("items", {}))
        place = f"{within}{name}"
        found.append(
            {
                "name": place,
                "kind": "list of objects" if "properties" in item else _kind(part),
                "need": "required" if name in required else "optional",
                "text": str(part.get("description", "")),
            }
        )
        if "properties" in item and within.count("[]") < DEPTH_MAX:
            found += _fields(described, item, f"{place}[].")
    return found


def _kind(schema: Mapping[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(str(one) or "(empty)" for one in schema["enum"])
    kind = str(schema.get("type", "object"))
    return f"list of {_kind(schema.get('items', {}))}" if kind == "array" else kind


def _spelled(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


PAGES = (Page("/api", show, roles=()),)

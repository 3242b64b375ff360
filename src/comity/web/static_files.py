"""Serve the built style sheets and the script from memory: few, small, named by their content."""

from __future__ import annotations

import gzip
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


def serve_static(static: Path) -> Callable[[Request], Awaitable[Response]]:
    """Give the function that answers with a file the manifest names, and with no other."""
    listed = json.loads((static / "manifest.json").read_text("utf-8"))["files"].values()
    files = {name: (static / name).read_bytes() for name in {*listed, *_scripts(static)}}
    packed = {name: gzip.compress(data, mtime=0) for name, data in files.items()}

    async def serve(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in files:
            raise HTTPException(404)
        headers = {
            "cache-control": "public, max-age=31536000, immutable",
            "vary": "accept-encoding",
        }
        data = files[name]
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            data = packed[name]
        return Response(data, media_type=TYPES.get(Path(name).suffix), headers=headers)

    return serve


def _scripts(static: Path) -> list[str]:
    # A script may import another by its built name, which the manifest need not list.
    return [file.name for file in static.glob("*.js")]

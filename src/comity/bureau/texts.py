"""Where the texts lie that lawyers read and ministries sign: agreements and law packs.

They ship beside the code: in a checkout as ``agreements/`` and ``law/``, in an installed package
under ``comity/texts/``. An operator may point elsewhere with a folder of the same shape.
"""

from __future__ import annotations

from pathlib import Path

from comity.errors import Malformed, NotFound

TEXT_BYTES_MAX = 2_000_000


def texts_folder() -> Path:
    """Give the folder that holds ``agreements/`` and ``law/``."""
    package = Path(__file__).parent.parent
    for folder in (package / "texts", package.parent.parent):
        if (folder / "agreements" / "constitution.cedar").is_file():
            return folder
    raise NotFound(
        "texts-missing", "the agreements and law packs are not installed", hint="reinstall comity"
    )


def read_text(file: Path) -> str:
    """Read one text in UTF-8, of at most 2 MB."""
    try:
        large = file.stat().st_size > TEXT_BYTES_MAX
        with file.open(encoding="utf-8") as stream:
            # A device has no size and no end: what is read is bounded too.
            text = "" if large else stream.read(TEXT_BYTES_MAX + 1)
    except FileNotFoundError:
        raise NotFound("text-missing", "there is no such text", where=str(file)) from None
    except UnicodeDecodeError:
        raise Malformed("text-encoding", "the text is not UTF-8", where=file.name) from None
    except OSError as error:
        raise NotFound("text-unreadable", str(error.strerror).lower(), where=str(file)) from None
    if large or len(text) > TEXT_BYTES_MAX:
        raise Malformed("text-large", "the text is larger than 2 MB", where=file.name)
    return text

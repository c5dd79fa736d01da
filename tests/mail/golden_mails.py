"""The mails that are kept as files, for people to read. `make golden` writes them anew."""

import os
from pathlib import Path

_FOLDER = Path(__file__).parent.parent / "golden" / "mails"


def assert_as_golden(name: str, text: str) -> None:
    """Compare `text` with the golden file `name`, or make it that."""
    path = _FOLDER / name
    if os.environ.get("CONVENE_UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    assert path.is_file(), f"{name} is not there yet; run: make golden"
    assert path.read_bytes().decode() == text

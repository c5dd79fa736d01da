"""Where the texts, catalogues and shipped settings lie: beside the code in a wheel, at the top of a checkout."""

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def resource_folder(name: str) -> Path:
    """The folder `templates`, `locales` or `config`, as a path that can be read.

    Raises FileNotFoundError when the installation is broken (neither place holds it).
    """
    for parent in (_PACKAGE / "data", _PACKAGE.parent.parent):
        if (parent / name).is_dir():
            return parent / name
    raise FileNotFoundError(f"The folder {name!r} of convene is missing: the installation is incomplete.")

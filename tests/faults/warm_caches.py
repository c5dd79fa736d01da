"""Imported once by the server of forks: templates, catalogues and zones are read before the first worker is forked."""

import tempfile
from pathlib import Path

from tests.programmes import INVITED_AT, PEOPLE, write_programme

from convene.usecases.programmes.read_files import read_checked
from convene.usecases.rehearsal.rehearse_programme import rehearse

_LANGUAGES = ("km", "lo", "bn", "ja", "en")


def _warm() -> None:
    people = [PEOPLE[0], *(f"{language}@people.example,,KH,{language},,members" for language in _LANGUAGES)]
    with tempfile.TemporaryDirectory() as folder:
        programme = read_checked(write_programme(Path(folder), people=people))
        rehearse(programme, Path(folder) / "out", INVITED_AT, INVITED_AT, lambda *_: None)


_warm()

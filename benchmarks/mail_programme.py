"""A programme whose every person is sent one mail at once: the invitation to a webinar, in 12 languages.

Written as the files of a coordinator and applied by the command, as anybody would. Most people of a country read its
language; every tenth reads English there.
"""

import csv
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from convene.language.languages import has_catalogue

SLUG = "benchmark"
INVITED_TO_ONE = 10_000
"""How many people one webinar invites at most."""

ORGANISER = "office@organiser.example"
BASE_URL = "https://convene.example"
SECRET_KEY = "a-key-for-benchmarks-alone-0123456789abcd"
_HOMES = (
    ("KH", "km", "Asia/Phnom_Penh"),
    ("LA", "lo", "Asia/Vientiane"),
    ("BD", "bn", "Asia/Dhaka"),
    ("JP", "ja", "Asia/Tokyo"),
    ("GB", "en", "Europe/London"),
    ("TH", "th", "Asia/Bangkok"),
    ("NP", "ne", "Asia/Kathmandu"),
    ("IN", "hi", "Asia/Kolkata"),
    ("ID", "id", "Asia/Jakarta"),
    ("VN", "vi", "Asia/Ho_Chi_Minh"),
    ("PH", "fil", "Asia/Manila"),
    ("FR", "fr", "Europe/Paris"),
)
_DESCRIPTION = "Three teams tell how they did it; then we work in groups on the plans of the coming year."


@dataclass(frozen=True)
class Guest:
    """One person as the file has them."""

    number: int

    @property
    def address(self) -> str:
        return f"participant-{self.number}@people.example"

    @property
    def name(self) -> str:
        return f"Participant {self.number}"

    @property
    def country(self) -> str:
        return self._home[0]

    @property
    def language(self) -> str:
        return "en" if self.number % 10 == 0 else self._home[1]

    @property
    def reads(self) -> str:
        """The language of their mail: English until theirs has a catalogue."""
        return self.language if has_catalogue(self.language) else "en"

    @property
    def zone(self) -> str:
        return self._home[2]

    @property
    def group(self) -> str:
        return f"group-{(self.number - 1) // INVITED_TO_ONE + 1}"

    @property
    def _home(self) -> tuple[str, str, str]:
        return _HOMES[self.number // 10 % len(_HOMES)]


def guests(people: int) -> list[Guest]:
    return [Guest(number) for number in range(1, people + 1)]


def apply_programme(folder: Path, people: int, on: date, environment: Mapping[str, str]) -> None:
    """Apply the programme of `write_files` to the database that `environment` names."""
    path = write_files(folder, people, on)
    command = [sys.executable, "-c", "from convene.cli.main import run; run()", "apply", str(path), "--yes"]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def write_files(folder: Path, people: int, on: date) -> Path:
    """Write the people and the programme of a webinar on the day `on`; the path of the programme."""
    invited = guests(people)
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("email", "name", "country", "language", "timezone", "role", "groups"))
        rows.writerows((g.address, g.name, g.country, g.language, g.zone, "", g.group) for g in invited)
    groups = sorted({guest.group for guest in invited})
    path = folder / "programme.yaml"
    path.write_text(_PROGRAMME + "".join(_event(group, on) for group in groups), "utf-8")
    return path


_PROGRAMME = f"""\
convene: 1
programme:
  id: {SLUG}
  title: {{en: Social dialogue across borders}}
  timezone: UTC
  language: en
  organiser: {{name: The office, email: {ORGANISER}}}
people: [people.csv]
events:
"""


def _event(group: str, on: date) -> str:
    return f"""\
  {group}:
    kind: webinar
    title: {{en: Social dialogue in practice}}
    description: {{en: "{_DESCRIPTION}"}}
    days: [{{on: {on:%a %Y-%m-%d}, from: 13:00, to: 14:30, mode: live, link: "https://meet.example/practice"}}]
    invite: [{group}]
"""

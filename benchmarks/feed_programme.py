"""A programme whose feed holds so many entries, and the token of that feed.

Each entry is a meeting of one day with a title in five languages, a description, a venue and an organiser: some 700
bytes as a calendar has it.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from convene.store.database import Database
from convene.usecases.feeds.link_feed import feed_token
from convene.usecases.feeds.publish_feed import FeedSubject
from convene.usecases.programmes.apply_programme import apply_programme
from convene.usecases.programmes.read_files import read_checked

SLUG = "thousand"
SECRET_KEY = "a-key-for-benchmarks-alone-0123456789abcd"
_FIRST = date(2030, 1, 7)
_APPLIED_AT = datetime(2029, 1, 1, tzinfo=UTC)
_PROGRAMME = f"""\
convene: 1
programme:
  id: {SLUG}
  title: {{en: Social dialogue across borders}}
  timezone: Asia/Phnom_Penh
  language: en
  organiser: {{name: The office, email: office@organiser.example}}
venues:
  hall: {{title: {{en: Assembly Hall, km: សាលប្រជុំ}}, timezone: Asia/Phnom_Penh, country: KH, address: {{en: Street 1}}}}
events:
"""


def fill(database: Database, folder: Path, entries: int) -> None:
    """Apply the programme to `database`."""
    path = folder / "thousand.yaml"
    path.write_text(_PROGRAMME + "".join(_event(number) for number in range(entries)), "utf-8")
    checked = read_checked(path)
    with database.writing() as session:
        apply_programme(session, checked.checked_document, checked.people, checked.source, _APPLIED_AT)


def token(database: Database, language: str = "en") -> str:
    """The token of the programme's feed."""
    with database.writing() as session:
        return feed_token(session, FeedSubject(programme=SLUG), language, (SECRET_KEY.encode(),), _APPLIED_AT)


def _event(number: int) -> str:
    on = _FIRST + timedelta(days=number // 2)
    return f"""\
  meeting-{number}:
    kind: meeting
    title: {{en: "Planning meeting {number}", km: "កិច្ចប្រជុំ {number}", ja: "企画会議 {number}", bn: "সভা {number}"}}
    description: {{en: "Team {number * 7919 % 1000} tells how it did it; then we work in groups on the coming year."}}
    venue: hall
    days: [{{on: "{on}", from: "09:{number % 60:02}", to: "11:30"}}]
"""

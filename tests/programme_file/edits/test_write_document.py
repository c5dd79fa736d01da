"""A clean file from a document: read again, it is the same document."""

from hypothesis import HealthCheck, given, settings
from tests.programme_file.random_documents import documents

from convene.programme_file.document import ProgrammeDocument
from convene.programme_file.edits.write_document import document_to_yaml
from convene.programme_file.reading.read_programme import read_programme

EXAMPLE = """\
convene: 1
programme:
  id: sgra
  title: {en: SGRA, km: គម្រោង}
  timezone: Asia/Phnom_Penh
  language: en
  organiser: {name: JILAF, email: sgra@jilaf.example}
venues:
  phnom-penh: {title: Phnom Penh, timezone: Asia/Phnom_Penh, country: KH}
events:
  dac-3:
    kind: committee-meeting
    number: 3
    description: |-
      One.

      Two: "three".
    venue: phnom-penh
    days:
      - {on: Mon 2020-01-20, from: 09:00, to: 11:30, link: "https://meet.example/4"}
    invite: [dac-members, {who: lecturer@zenrosai.example, role: speaker}]
reminders: [7 days before at 09:00, 1 hour before]
follow_ups: []
"""


def test_a_file_is_written_the_way_a_coordinator_would() -> None:
    document = read_programme(EXAMPLE, "x").document
    assert document is not None
    assert document_to_yaml(document) == EXAMPLE


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents())
def test_what_is_written_reads_as_the_same_document(document: ProgrammeDocument) -> None:
    result = read_programme(document_to_yaml(document), "x")
    assert result.problems == ()
    assert result.document == document

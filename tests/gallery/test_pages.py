"""What a coordinator may count on when opening a gallery."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from convene.gallery.pages import write_gallery
from convene.gallery.values import FeedLine, Gallery, GalleryDay, GalleryEvent, GalleryFeed, GalleryMail
from convene.rules.letter import Words
from convene.rules.vocabulary import Mode, NoticeKind
from convene.rules.zones import wall_clock

DAC = GalleryEvent(
    programme="sgra-cambodia",
    slug="dac-3",
    title_en="3rd meeting",
    cohort=None,
    days=(
        GalleryDay(
            "09:00", datetime(2020, 1, 20, 2, tzinfo=UTC), datetime(2020, 1, 20, 4, 30, tzinfo=UTC), Mode.IN_PERSON
        ),
    ),
)
FEED = GalleryFeed(
    "កម្ពុជា", "km", "feeds/cambodia team.ics", (FeedLine("ថ្ងៃចន្ទ ទី២០ ខែមករា", "កិច្ចប្រជុំលើកទី៣", "CANCELLED"),)
)


def words(language: str, subject: str) -> Words:
    html = f'<html lang="{language}"><body><p>{subject}</p><a href="https://meet.example/4">link</a></body></html>'
    return Words(language, subject, f"{subject}\n\nplain text", html)


def mail(number: int, **changes: object) -> GalleryMail:
    """A Khmer reminder; `number` makes its key, its subject and its hour."""
    sent_at = datetime(2020, 1, 13, 2 + number, tzinfo=UTC)
    khmer = GalleryMail(
        key=f"key{number:013d}",
        kind=NoticeKind.REMINDER,
        event="sgra-cambodia/dac-3",
        event_title_en="3rd meeting",
        person="អ្នកចូលរួមទី៣ កម្ពុជា",
        person_address="p3@team.example",
        language="km",
        language_note="",
        sent_at=sent_at,
        local=wall_clock(sent_at, "Asia/Phnom_Penh"),
        timezone="Asia/Phnom_Penh",
        timezone_label="Cambodia time",
        why="7 days before at 09:00",
        state="sent",
        reason="",
        words=words("km", f"រំលឹក {number}"),
        english=words("en", f"Reminder {number}"),
        eml_file=f"mails/{number}.eml",
        role="participant",
        country="KH",
    )
    return replace(khmer, **changes)  # type: ignore[arg-type]  # the field names of the call decide the types


def english_mail(number: int, **changes: object) -> GalleryMail:
    own = {"person": "Participant 1, India", "person_address": "p1@india.example", "language": "en", "country": "IN"}
    return mail(number, **{**own, "words": words("en", f"Reminder {number}"), "english": None, **changes})


def gallery(*mails: GalleryMail, events: tuple[GalleryEvent, ...] = (DAC,)) -> Gallery:
    started, ended = datetime(2019, 12, 21, tzinfo=UTC), datetime(2021, 1, 20, tzinfo=UTC)
    return Gallery("Rehearsal of sgra-cambodia", "on a virtual clock", mails, (FEED,), events, started, ended)


def people_pages(out: Path) -> list[str]:
    return [page.read_text("utf-8") for page in sorted((out / "people").iterdir())]


class Elements(HTMLParser):
    """Every element of a page, as its name and attributes (with character references resolved)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]


def frames(page: str) -> list[str]:
    return [frame["srcdoc"] for frame in Elements(page).named("iframe")]


def test_the_index_is_returned_and_opens_with_the_story_of_somebody_who_reads_no_english(tmp_path: Path) -> None:
    index = write_gallery(gallery(english_mail(1), english_mail(2), mail(3)), tmp_path)
    page = index.read_text("utf-8")
    assert index == tmp_path / "index.html"
    assert frames(page) == [words("km", "រំលឹក 3").html, words("en", "Reminder 3").html]
    assert page.index('id="story"') < page.index('id="numbers"') < page.index('id="timeline"')


def test_the_first_story_is_the_one_with_the_most_kinds_of_mail(tmp_path: Path) -> None:
    many = [mail(number) for number in (1, 2, 3)]
    varied = [
        mail(number, person="ຜູ້ເຂົ້າຮ່ວມ 1", person_address="p1@laos.example", kind=kind)
        for number, kind in ((4, NoticeKind.INVITATION), (5, NoticeKind.THANKS))
    ]
    page = write_gallery(gallery(*many, *varied), tmp_path).read_text("utf-8")
    assert '<h2 lang="km">ຜູ້ເຂົ້າຮ່ວມ 1</h2>' in page


def test_every_mail_stands_once_in_its_persons_story_in_the_order_of_sending(tmp_path: Path) -> None:
    write_gallery(gallery(mail(3), english_mail(4), mail(1), mail(2)), tmp_path)
    ids = [re.findall(r'id="mail-(\w+)"', page) for page in people_pages(tmp_path)]
    assert ids == [[mail(1).key, mail(2).key, mail(3).key], [mail(4).key]]


def test_beside_each_mail_stands_the_same_one_in_english(tmp_path: Path) -> None:
    write_gallery(gallery(mail(1), mail(2)), tmp_path)
    (story,) = people_pages(tmp_path)
    subjects = [re.findall(r"<p>(.*?)</p>", frame)[0] for frame in frames(story)]
    assert subjects == ["រំលឹក 1", "Reminder 1", "រំលឹក 2", "Reminder 2"]


def test_a_mail_that_is_english_itself_stands_alone(tmp_path: Path) -> None:
    write_gallery(gallery(english_mail(1)), tmp_path)
    (story,) = people_pages(tmp_path)
    assert len(frames(story)) == 1
    assert "The same in English" not in story


def test_a_story_tells_the_hour_on_the_readers_clock_and_why_the_mail_left_then(tmp_path: Path) -> None:
    write_gallery(gallery(mail(0)), tmp_path)
    (story,) = people_pages(tmp_path)
    assert "Mon 13 Jan 2020" in story
    assert '<span class="at">09:00</span>' in story
    assert "7 days before at 09:00" in story
    assert "2020-01-13 02:00 UTC" in story
    assert 'href="../mails/0.eml"' in story
    assert '<pre lang="km">រំលឹក 0\n\nplain text</pre>' in story


def test_a_missed_mail_says_so_with_its_reason(tmp_path: Path) -> None:
    write_gallery(gallery(mail(1, state="missed", reason="the meeting had begun")), tmp_path)
    (story,) = people_pages(tmp_path)
    assert "missed: the meeting had begun" in story
    assert "Was due" in story


def test_who_reads_english_for_want_of_a_catalogue_is_said(tmp_path: Path) -> None:
    write_gallery(
        gallery(english_mail(1, language="fr", language_note="fr: no catalogue yet, reads English")), tmp_path
    )
    (story,) = people_pages(tmp_path)
    assert "fr: no catalogue yet, reads English" in story


def test_what_is_not_english_is_marked_with_its_language(tmp_path: Path) -> None:
    page = write_gallery(gallery(mail(1)), tmp_path).read_text("utf-8")
    assert '<span class="theirs" lang="km">រំលឹក 1</span>' in page
    assert '<span lang="km">ខ្មែរ</span>' in page


def test_hostile_names_and_subjects_are_shown_as_letters(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>\"'"
    hostile = mail(1, person=evil, why=evil, reason=evil, state=evil, words=words("km", evil), event_title_en=evil)
    index = write_gallery(gallery(hostile), tmp_path)
    for page in (index.read_text("utf-8"), *people_pages(tmp_path)):
        assert "<script>alert" not in page
        assert len(Elements(page).named("script")) == 1


def test_a_mail_can_run_no_script_even_if_it_holds_one(tmp_path: Path) -> None:
    hostile = Words("km", "x", "x", '<body onload="x()"><script>x()</script></body>')
    write_gallery(gallery(mail(1, words=hostile)), tmp_path)
    (story,) = people_pages(tmp_path)
    for frame in Elements(story).named("iframe"):
        assert "allow-scripts" not in frame["sandbox"]


def test_no_page_loads_anything_from_anywhere(tmp_path: Path) -> None:
    index = write_gallery(gallery(mail(1), english_mail(2)), tmp_path)
    for page in (index, tmp_path / "feeds.html", *(tmp_path / "people").iterdir()):
        elements = Elements(page.read_text("utf-8"))
        policies = [meta["content"] for meta in elements.named("meta") if "http-equiv" in meta]
        targets = [value for _, found in elements.found for name, value in found.items() if name in ("src", "href")]
        assert [policy for policy in policies if policy.startswith("default-src 'none';")] == policies != []
        assert [target for target in targets if re.match(r"(\w+:)?//", target)] == []


def test_every_link_inside_the_gallery_leads_to_a_page_that_is_there(tmp_path: Path) -> None:
    index = write_gallery(gallery(mail(1), english_mail(2)), tmp_path / "out put")
    for page in (index, index.parent / "feeds.html", *(index.parent / "people").iterdir()):
        links = [link["href"].partition("#")[0] for link in Elements(page.read_text("utf-8")).named("a")]
        pages = [link for link in links if link.endswith(".html")]
        assert [link for link in pages if not (page.parent / link).is_file()] == []


def test_two_people_of_one_name_have_two_pages(tmp_path: Path) -> None:
    write_gallery(gallery(mail(1), mail(2, person_address="another@team.example")), tmp_path)
    assert len(people_pages(tmp_path)) == 2


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "CON", "a/b\\c:d*e?", "", "ក", "x" * 500, "nul\x00", ".", "é %2f"]
)
def test_page_names_are_safe_for_any_name_and_address(tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    write_gallery(gallery(mail(1, person=name, person_address=f"{name}@team.example")), out)
    (page,) = (out / "people").iterdir()
    assert re.fullmatch(r"001(-[a-z0-9-]{1,40})?\.html", page.name)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_people_stand_by_country_and_are_counted_as_people_count(tmp_path: Path) -> None:
    people = [
        mail(number, person=f"Participant {number}, Cambodia", person_address=f"p{number}@team.example")
        for number in (11, 2)
    ]
    page = write_gallery(gallery(*people, english_mail(3)), tmp_path).read_text("utf-8")
    found = re.findall(r"<h3>(\w+) <small>|>(Participant \d+, \w+)</span></a>", page.partition('id="people"')[2])
    assert [country or person for country, person in found] == [
        "Cambodia",
        "Participant 2, Cambodia",
        "Participant 11, Cambodia",
        "India",
        "Participant 1, India",
    ]


def test_an_empty_gallery_is_written_and_says_that_it_is_empty(tmp_path: Path) -> None:
    nothing = replace(gallery(events=()), feeds=())
    page = write_gallery(nothing, tmp_path).read_text("utf-8")
    assert "No mail fell due between Sat 21 Dec 2019 and Wed 20 Jan 2021" in page
    assert "No feed was published" in page
    assert people_pages(tmp_path) == []


def test_an_agenda_is_in_the_language_of_its_feed_and_marks_what_is_cancelled(tmp_path: Path) -> None:
    write_gallery(gallery(mail(1)), tmp_path)
    page = (tmp_path / "feeds.html").read_text("utf-8")
    assert '<ol class="agenda" lang="km">' in page
    assert '<li class="cancelled">' in page
    assert 'href="feeds/cambodia%20team.ics"' in page


def test_writing_again_gives_the_same_bytes_and_drops_who_is_gone(tmp_path: Path) -> None:
    both, one = gallery(mail(1), english_mail(2)), gallery(mail(1))
    write_gallery(both, tmp_path)
    write_gallery(one, tmp_path)
    write_gallery(one, tmp_path / "fresh")
    assert people_pages(tmp_path) == people_pages(tmp_path / "fresh")
    assert (tmp_path / "index.html").read_bytes() == (tmp_path / "fresh" / "index.html").read_bytes()

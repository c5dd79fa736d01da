"""How a timeline puts a year of mails on one page."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from convene.gallery.timeline import Panel, panels
from convene.gallery.values import Gallery, GalleryDay, GalleryEvent, GalleryMail
from convene.rules.letter import Words
from convene.rules.vocabulary import Mode, NoticeKind
from convene.rules.zones import instant


def mail(local: datetime, kind: NoticeKind = NoticeKind.REMINDER, **of: str) -> GalleryMail:
    """A mail of the event and the reader that `of` names; Phnom Penh's clock."""
    language = of.get("language", "km")
    return GalleryMail(
        key=f"{local}{of}{kind}",
        kind=kind,
        event=of.get("event", "online/team"),
        event_title_en="Online programme",
        person=of.get("person", "Participant 1"),
        person_address="p1@team.example",
        language=language,
        language_note="",
        sent_at=instant(local.date(), local.time(), "Asia/Phnom_Penh"),
        local=local,
        timezone="Asia/Phnom_Penh",
        timezone_label="Cambodia time",
        why="",
        state="sent",
        reason="",
        words=Words(language, "", "", ""),
        english=None,
        eml_file="",
        role="participant",
        country="KH",
    )


def event(*days: GalleryDay, programme: str = "online", slug: str = "team") -> GalleryEvent:
    return GalleryEvent(programme, slug, "Online programme", None, days)


def all_day(first: date, last: date) -> GalleryDay:
    midnight = datetime.min.time()
    end = instant(last + timedelta(days=1), midnight, "Asia/Phnom_Penh")
    return GalleryDay("day 1", instant(first, midnight, "Asia/Phnom_Penh"), end, Mode.ON_DEMAND)


def drawn(mails: tuple[GalleryMail, ...], *events: GalleryEvent) -> tuple[Panel, ...]:
    moment = datetime(2022, 1, 1, tzinfo=UTC)
    return panels(Gallery("", "", mails, (), events, moment, moment))


def test_an_all_day_stands_on_its_own_date_on_the_clock_of_its_readers() -> None:
    on = date(2022, 1, 10)
    (panel,) = drawn((mail(datetime(2022, 1, 10, 9)),), event(all_day(on, on)))
    (bar,) = panel.lanes[0].bars
    assert [column.on for column in panel.columns] == [on]
    assert bar.x == panel.columns[0].x
    assert bar.width == panel.columns[0].width


def test_a_window_of_months_is_one_bar_from_its_first_to_its_last_date() -> None:
    (panel,) = drawn((mail(datetime(2022, 1, 10, 9)),), event(all_day(date(2022, 1, 10), date(2022, 6, 30))))
    (bar,) = panel.lanes[0].bars
    assert [column.on for column in panel.columns] == [date(2022, 1, 10), date(2022, 6, 30)]
    assert bar.width == panel.width


def test_days_that_share_a_date_stand_beneath_each_other_and_the_mails_beneath_them() -> None:
    videos = all_day(date(2022, 1, 10), date(2022, 1, 12)), all_day(date(2022, 1, 11), date(2022, 1, 12))
    live = GalleryDay("day 3", datetime(2022, 1, 12, 5, tzinfo=UTC), datetime(2022, 1, 12, 7, tzinfo=UTC), Mode.LIVE)
    last = all_day(date(2022, 1, 13), date(2022, 1, 13))
    (panel,) = drawn((mail(datetime(2022, 1, 10, 9)),), event(*videos, live, last))
    (lane,) = panel.lanes
    lines = [bar.y for bar in lane.bars]
    assert lines[0] == lines[3] == 0
    assert lines[0] < lines[1] < lines[2]
    assert lane.rows[0].y > lines[2] + 20


def test_a_day_is_told_by_its_hour_on_the_clock_of_its_lane_and_without_an_end_is_over_at_once() -> None:
    begins = datetime(2018, 6, 12, 13, tzinfo=UTC)
    (panel,) = drawn((mail(datetime(2018, 6, 12, 19)),), event(GalleryDay("", begins, begins, Mode.LIVE, timed=True)))
    (bar,) = panel.lanes[0].bars
    assert (bar.label, bar.said) == ("20:00", "20:00, live: Tue 12 Jun 2018 13:00 UTC")
    assert bar.width == panel.columns[0].width


def test_a_day_without_an_hour_is_told_by_its_dates_alone() -> None:
    visit = replace(all_day(date(2020, 1, 19), date(2020, 1, 22)), label="", mode=Mode.IN_PERSON)
    (panel,) = drawn((mail(datetime(2020, 1, 19, 9)),), event(visit))
    assert panel.lanes[0].bars[0].said == "in-person: Sun 19 Jan 2020 to Wed 22 Jan 2020"


def test_mails_of_one_kind_language_and_date_are_one_mark_that_counts_them() -> None:
    morning = datetime(2022, 1, 3, 9)
    people = tuple(mail(morning, person=f"Participant {number}") for number in (1, 2, 3))
    (panel,) = drawn((*people, mail(morning, language="ja"), mail(datetime(2022, 1, 3, 17), NoticeKind.CHANGE)))
    rows = {row.language: [(mark.kind, mark.count) for mark in row.marks] for row in panel.lanes[0].rows}
    assert rows == {"ja": [(NoticeKind.REMINDER, 1)], "km": [(NoticeKind.REMINDER, 3), (NoticeKind.CHANGE, 1)]}


def test_marks_of_one_date_stand_side_by_side_inside_its_column() -> None:
    (panel,) = drawn(tuple(mail(datetime(2022, 1, 3, 9), kind) for kind in NoticeKind))
    (row,) = panel.lanes[0].rows
    places = [mark.x for mark in row.marks]
    assert all(after - before >= 30 for before, after in pairwise(places))
    assert 0 < places[0] < places[-1] < panel.columns[0].width


def test_each_programme_has_a_panel_of_its_own_in_the_order_of_time() -> None:
    early, late = mail(datetime(2015, 7, 2, 9), event="laos/ewc-2"), mail(datetime(2022, 1, 3, 9), event="asia/online")
    found = drawn((late, early))
    assert [panel.programme for panel in found] == ["laos", "asia"]
    assert found[0].columns[0].month == "Jul 2015"


def test_an_event_without_mails_is_drawn_and_one_without_days_too() -> None:
    due = datetime(2022, 2, 11, 17, tzinfo=UTC)
    deadline = event(GalleryDay("due", due, due, Mode.DEADLINE), slug="essays")
    (panel,) = drawn((mail(datetime(2022, 1, 3, 9)),), deadline)
    assert [(len(lane.bars), len(lane.rows)) for lane in panel.lanes] == [(0, 1), (1, 0)]


def test_a_programme_with_neither_days_nor_mails_has_no_panel() -> None:
    assert drawn((), event()) == ()

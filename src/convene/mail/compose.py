"""A letter in words: subject, text and HTML in the reader's language, from the templates of its kind."""

import re
import unicodedata
from dataclasses import replace

from convene.language.catalogue import catalogue
from convene.language.digits import localise_digits
from convene.language.forms_of_address import addressed
from convene.language.texts import one_line, pick_text
from convene.language.titles import SEPARATOR, Title, sentence_name, short_event_title, title_says_kind
from convene.mail.changes import day_changes
from convene.mail.event_view import EventView, day_heading, event_view, materials, past_event_view
from convene.mail.outlook import next_date, outlook, short_dates, speaks_of
from convene.mail.templating import render
from convene.rules.facts import DayFacts, EventBrief
from convene.rules.letter import Letter, Part, Reader, Words
from convene.rules.vocabulary import EventStatus, NoticeKind

_FOLLOW_UPS = frozenset({NoticeKind.THANKS, NoticeKind.ACTION_PLAN, NoticeKind.PROGRESS})


def compose(letter: Letter, greeting: str | None = None) -> Words:
    """The mail that `letter` stands for. Raises KeyError for a language without a catalogue.

    Only the greeting says who reads it: with another one given, the words serve every reader who shares the rest.
    """
    language, kind = letter.reader.language, letter.kind.value
    values = _values(letter)
    values["greeting"] = greeting_of(letter.reader) if greeting is None else greeting
    subject = one_line(render(f"{kind}/subject.txt", language, **values))
    values["subject"] = subject
    values["opening"] = _tidy(render(f"{kind}/opening.txt", language, **values))
    return Words(
        language=language,
        subject=subject,
        text=_tidy(render(f"{kind}/body.txt", language, **values)) + "\n",
        html=_tidy(render(f"{kind}/body.html", language, **values)) + "\n",
    )


def _values(letter: Letter) -> dict[str, object]:
    """What the templates may print."""
    reader, brief = letter.reader, letter.event
    return {
        "kind": letter.kind.value,
        "role": reader.role.value,
        "event": sentence_name(brief, reader.language, reader.digits),
        "title": _subject_title(letter),
        "says_kind": title_says_kind(_short_title(letter), brief, reader.language),
        "dates": _subject_dates(letter, brief),
        "outlook": outlook(letter, letter.part),
        "status": brief.facts.status.value,
        "revived": _is_revived(letter.part),
        "left": letter.left,
        "deadline": brief.kind.value == "deadline",
        "count": len(letter.events),
        "number": localise_digits(str(len(letter.events)), reader.language, reader.digits),
        "numbers": [localise_digits(digit, reader.language, reader.digits) for digit in "123"],
        "events": [_in_digest(letter, each) for each in letter.events] if letter.kind is NoticeKind.DIGEST else [],
        "view": _view(letter, brief),
        "materials": materials(brief, reader) if letter.kind is NoticeKind.THANKS else (),
        "changes": day_changes(letter.part.told, brief, reader) if letter.part.told else (),
        "news": _news(letter.part, reader) if letter.kind is NoticeKind.REMINDER else None,
        "before": _before(letter),
        "organiser": brief.organiser,
        "programme": pick_text(brief.programme_title, reader.language, brief.programme_language),
        "funder": pick_text(letter.funder, reader.language, brief.programme_language) if letter.funder else None,
        "privacy_link": letter.privacy_link,
        "unsubscribe_link": letter.unsubscribe_link,
    }


def greeting_of(reader: Reader) -> str:
    """How the reader is addressed; "Dear colleague," for somebody without a name."""
    words, name = catalogue(reader.language), addressed(reader.name, reader.salutation, reader.gender, reader.language)
    # Translators: name is what [address] of language.toml makes of it: Ms Sample. The greeting of a formal letter
    return words.gettext("Dear %(name)s,", name=name) if name else words.gettext("Dear colleague,")


def _in_digest(letter: Letter, brief: EventBrief) -> dict[str, object]:
    """One event of a digest: the sentences of its reminders, and its block."""
    sentences = [_sentence(letter, part) for part in letter.parts_of(brief) if brief.facts.days]
    news = _news(letter.parts_of(brief)[0], letter.reader)
    return {"sentences": list(dict.fromkeys(sentences)), "news": news, "view": _view(letter, brief)}


def _sentence(letter: Letter, part: Part) -> str:
    reader = letter.reader
    values = {"event": sentence_name(part.event, reader.language, reader.digits), "outlook": outlook(letter, part)}
    return _tidy(render("reminder/opening.txt", reader.language, **values))


def _news(part: Part, reader: Reader) -> dict[str, object] | None:
    """What a reminder tells as the first: that the event has changed, and what is new."""
    changes = day_changes(part.told, part.event, reader) if part.told else ()
    revived = _is_revived(part)
    if not changes and not revived:
        return None
    event, status = sentence_name(part.event, reader.language, reader.digits), part.event.facts.status.value
    opening = render("change/opening.txt", reader.language, event=event, status=status, revived=revived)
    return {"opening": _tidy(opening), "changes": changes}


def _view(letter: Letter, brief: EventBrief) -> EventView:
    if letter.kind in _FOLLOW_UPS:
        return past_event_view(brief, letter.reader)
    called_off = letter.kind is NoticeKind.CANCELLATION
    view = event_view(brief, letter.reader, _days_shown(letter, brief), called_off=called_off)
    # The reason is that of the event's status, and not why somebody is no longer on its list.
    return replace(view, reason=None) if letter.left else view


def _before(letter: Letter) -> EventView | None:
    """The event as the reader was told it, where nothing stands in its place (postponed without a date)."""
    told = letter.part.told
    return event_view(letter.event, letter.reader, told.days, called_off=True) if told else None


def _days_shown(letter: Letter, brief: EventBrief) -> tuple[DayFacts, ...]:
    if letter.kind is NoticeKind.CANCELLATION and letter.part.told:
        return letter.part.told.days
    if letter.kind is NoticeKind.CHANGE and brief.facts.status is EventStatus.POSTPONED:
        return ()
    parts = letter.parts_of(brief)
    spoken_of = (day for day in brief.facts.days if any(speaks_of(part, day) for part in parts))
    return tuple(day for day in spoken_of if not _is_over(letter, day)) or brief.facts.days


def _is_over(letter: Letter, day: DayFacts) -> bool:
    """Whether a reminder (before the end, before a window closes) has nothing more to say of the day."""
    is_reminder = letter.kind in (NoticeKind.REMINDER, NoticeKind.DIGEST)
    return is_reminder and day.ends_at(letter.reader.whereabouts.zone) <= letter.now


def _short_title(letter: Letter) -> Title:
    return short_event_title(letter.event, letter.reader.language, letter.reader.digits)


def _subject_title(letter: Letter) -> str:
    reader, brief, day = letter.reader, letter.event, letter.part.about_day
    title = _short_title(letter).line
    heading = day_heading(day, brief, reader) if day else ""
    return title + SEPARATOR + heading if heading else title


def _subject_dates(letter: Letter, brief: EventBrief) -> str:
    """Those of a digest begin with the first date ahead: a video that closes has been open for a while."""
    if letter.kind is not NoticeKind.DIGEST:
        return short_dates(_days_shown(letter, brief), letter.reader)
    days = tuple(day for each in letter.events for day in _days_shown(letter, each))
    ahead = (next_date(part, letter.reader) for part in letter.parts if part.event.facts.days)
    return short_dates(days, letter.reader, since=min(ahead, default=None))


def _is_revived(part: Part) -> bool:
    was = part.told.status if part.told else EventStatus.CONFIRMED
    return was is not EventStatus.CONFIRMED and part.event.facts.status is EventStatus.CONFIRMED


def _tidy(text: str) -> str:
    """NFC, without blanks at line ends and with one empty line at most between paragraphs."""
    lines = re.sub(r"[ \t]+$", "", unicodedata.normalize("NFC", text), flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", lines).strip()

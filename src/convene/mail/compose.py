"""A letter in words: subject, text and HTML in the reader's language, from the templates of its kind."""

import re
import unicodedata

from convene.language.catalogue import catalogue
from convene.language.digits import localise_digits
from convene.language.forms_of_address import addressed
from convene.language.texts import one_line, pick_text
from convene.language.titles import SEPARATOR, sentence_name, short_event_title
from convene.mail.changes import day_changes
from convene.mail.event_view import EventView, event_view, materials, past_event_view
from convene.mail.outlook import outlook, short_dates
from convene.mail.templating import render
from convene.rules.facts import DayFacts, EventBrief
from convene.rules.letter import Letter, Reader, Words
from convene.rules.vocabulary import EventStatus, NoticeKind

_FOLLOW_UPS = frozenset({NoticeKind.THANKS, NoticeKind.ACTION_PLAN, NoticeKind.PROGRESS})


def compose(letter: Letter) -> Words:
    """The mail that `letter` stands for. Raises KeyError for a language without a catalogue."""
    language, kind = letter.reader.language, letter.kind.value
    values = _values(letter)
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
        "greeting": _greeting(reader),
        "event": sentence_name(brief, reader.language, reader.digits),
        "title": _subject_title(letter, brief),
        "dates": short_dates(_subject_days(letter, brief), reader),
        "outlook": outlook(letter, brief),
        "status": brief.facts.status.value,
        "revived": _is_revived(letter),
        "left": letter.left,
        "deadline": brief.kind.value == "deadline",
        "count": len(letter.events),
        "number": localise_digits(str(len(letter.events)), reader.language, reader.digits),
        "numbers": [localise_digits(digit, reader.language, reader.digits) for digit in "123"],
        "events": [_part(letter, part) for part in letter.events],
        "view": _view(letter, brief),
        "materials": materials(brief, reader) if letter.kind is NoticeKind.THANKS else (),
        "changes": day_changes(letter.told, brief, reader) if letter.told else (),
        "before": _before(letter),
        "organiser": brief.organiser,
        "programme": pick_text(brief.programme_title, reader.language, brief.programme_language),
        "funder": pick_text(letter.funder, reader.language, brief.programme_language) if letter.funder else None,
        "privacy_link": letter.privacy_link,
    }


def _greeting(reader: Reader) -> str:
    words, name = catalogue(reader.language), addressed(reader.name, reader.salutation, reader.gender, reader.language)
    return words.gettext("Dear %(name)s,", name=name) if name else words.gettext("Dear colleague,")


def _part(letter: Letter, brief: EventBrief) -> dict[str, object]:
    """One event of a digest: the sentence of its reminder, and its block."""
    reader = letter.reader
    values = {"event": sentence_name(brief, reader.language, reader.digits), "outlook": outlook(letter, brief)}
    sentence = _tidy(render("reminder/opening.txt", reader.language, **values)) if brief.facts.days else ""
    return {"sentence": sentence, "view": _view(letter, brief)}


def _view(letter: Letter, brief: EventBrief) -> EventView:
    if letter.kind in _FOLLOW_UPS:
        return past_event_view(brief, letter.reader)
    called_off = letter.kind is NoticeKind.CANCELLATION
    return event_view(brief, letter.reader, _days_shown(letter, brief), called_off=called_off)


def _before(letter: Letter) -> EventView | None:
    """The event as the reader was told it, where nothing stands in its place (postponed without a date)."""
    if letter.told is None:
        return None
    return event_view(letter.event, letter.reader, letter.told.days, called_off=True)


def _days_shown(letter: Letter, brief: EventBrief) -> tuple[DayFacts, ...]:
    if letter.kind is NoticeKind.CANCELLATION and letter.told:
        return letter.told.days
    if letter.kind is NoticeKind.CHANGE and brief.facts.status is EventStatus.POSTPONED:
        return ()
    named = brief.facts.day(letter.about_day) if letter.about_day else None
    return (named,) if named else brief.facts.days


def _subject_title(letter: Letter, brief: EventBrief) -> str:
    reader, ahead = letter.reader, outlook(letter, brief)
    title = short_event_title(brief, reader.language, reader.digits).text
    return title + SEPARATOR + ahead.day if letter.about_day and ahead and ahead.day else title


def _subject_days(letter: Letter, brief: EventBrief) -> tuple[DayFacts, ...]:
    if letter.kind is NoticeKind.DIGEST:
        return tuple(day for part in letter.events for day in part.facts.days)
    return _days_shown(letter, brief)


def _is_revived(letter: Letter) -> bool:
    was = letter.told.status if letter.told else EventStatus.CONFIRMED
    return was is not EventStatus.CONFIRMED and letter.event.facts.status is EventStatus.CONFIRMED


def _tidy(text: str) -> str:
    """NFC, without blanks at line ends and with one empty line at most between paragraphs."""
    lines = re.sub(r"[ \t]+$", "", unicodedata.normalize("NFC", text), flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", lines).strip()

"""What each kind of event is called: alone, counted, and counted with the name of its series."""

from collections.abc import Mapping
from dataclasses import dataclass

from convene.language.catalogue import to_translate
from convene.rules.vocabulary import EventKind


@dataclass(frozen=True)
class KindWords:
    """Messages of the catalogue. `nth` is the ordinal of the language ("3rd", "លើកទី3"), `name` the name of a series.

    All begin in lower case, so that they fit into a sentence: "The 3rd meeting is tomorrow."
    """

    noun: str
    counted: str
    counted_name: str


KIND_WORDS: Mapping[EventKind, KindWords] = {
    EventKind.MEETING: KindWords(
        to_translate("meeting"), to_translate("%(nth)s meeting"), to_translate("%(nth)s %(name)s meeting")
    ),
    EventKind.COMMITTEE_MEETING: KindWords(
        to_translate("committee meeting"),
        to_translate("%(nth)s meeting"),
        to_translate("%(nth)s %(name)s meeting"),
    ),
    EventKind.WORKING_GROUP: KindWords(
        to_translate("working group meeting"),
        to_translate("%(nth)s working group meeting"),
        to_translate("%(nth)s %(name)s working group meeting"),
    ),
    EventKind.SEMINAR: KindWords(
        to_translate("seminar"), to_translate("%(nth)s seminar"), to_translate("%(nth)s %(name)s seminar")
    ),
    EventKind.WORKSHOP: KindWords(
        to_translate("workshop"), to_translate("%(nth)s workshop"), to_translate("%(nth)s %(name)s workshop")
    ),
    EventKind.TRAINING: KindWords(
        to_translate("training"), to_translate("%(nth)s training"), to_translate("%(nth)s %(name)s training")
    ),
    EventKind.TRAINING_OF_TRAINERS: KindWords(
        # Translators: Those who attend will train others
        to_translate("training of trainers"),
        to_translate("%(nth)s training of trainers"),
        to_translate("%(nth)s %(name)s training of trainers"),
    ),
    EventKind.WEBINAR: KindWords(
        to_translate("webinar"), to_translate("%(nth)s webinar"), to_translate("%(nth)s %(name)s webinar")
    ),
    EventKind.ONLINE_PROGRAMME: KindWords(
        # Translators: Several days, of videos to watch and of online meetings
        to_translate("online programme"),
        to_translate("%(nth)s online programme"),
        to_translate("%(nth)s %(name)s online programme"),
    ),
    EventKind.CONFERENCE: KindWords(
        to_translate("conference"),
        # Translators: nth is the ordinal of language.toml: 3rd
        to_translate("%(nth)s conference"),
        # Translators: nth is the ordinal of language.toml: 3rd; name that of a series: DAC, Solidarity
        to_translate("%(nth)s %(name)s conference"),
    ),
    EventKind.EXCHANGE_VISIT: KindWords(
        # Translators: A journey of a few days to colleagues abroad
        to_translate("exchange visit"),
        to_translate("%(nth)s exchange visit"),
        to_translate("%(nth)s %(name)s exchange visit"),
    ),
    EventKind.LAUNCH: KindWords(
        # Translators: The festive start of a project, a report or a campaign
        to_translate("launch"),
        to_translate("%(nth)s launch"),
        to_translate("%(nth)s %(name)s launch"),
    ),
    EventKind.DEADLINE: KindWords(
        # Translators: Called like an event: the date by which something is due
        to_translate("deadline"),
        to_translate("%(nth)s deadline"),
        to_translate("%(nth)s %(name)s deadline"),
    ),
}

"""The closed lists of words that files, commands, code and database share (design section 2)."""

from enum import StrEnum


class EventKind(StrEnum):
    MEETING = "meeting"
    COMMITTEE_MEETING = "committee-meeting"
    WORKING_GROUP = "working-group"
    SEMINAR = "seminar"
    WORKSHOP = "workshop"
    TRAINING = "training"
    TRAINING_OF_TRAINERS = "training-of-trainers"
    WEBINAR = "webinar"
    ONLINE_PROGRAMME = "online-programme"
    CONFERENCE = "conference"
    EXCHANGE_VISIT = "exchange-visit"
    LAUNCH = "launch"
    DEADLINE = "deadline"


class EventStatus(StrEnum):
    DRAFT = "draft"
    CONFIRMED = "confirmed"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class Mode(StrEnum):
    """How one takes part in a day; `deadline` is the mode of the one moment of a deadline."""

    IN_PERSON = "in-person"
    LIVE = "live"
    HYBRID = "hybrid"
    ON_DEMAND = "on-demand"
    DEADLINE = "deadline"


class Role(StrEnum):
    PARTICIPANT = "participant"
    SPEAKER = "speaker"
    ORGANISER = "organiser"
    INTERPRETER = "interpreter"
    OBSERVER = "observer"


class Side(StrEnum):
    GOVERNMENT = "government"
    LABOUR = "labour"
    EMPLOYERS = "employers"
    CIVIL_SOCIETY = "civil society"
    OTHER = "other"


class Gender(StrEnum):
    WOMAN = "woman"
    MAN = "man"
    OTHER = "other"


class Digits(StrEnum):
    NATIVE = "native"
    LATIN = "latin"


class NoticeKind(StrEnum):
    INVITATION = "invitation"
    REMINDER = "reminder"
    DIGEST = "digest"
    CHANGE = "change"
    CANCELLATION = "cancellation"
    THANKS = "thanks"
    ACTION_PLAN = "action-plan"
    PROGRESS = "progress"


READER_ZONE = "reader"
"""`timezone` of a deadline that ends when the day ends where each reader lives."""

ANYWHERE_ON_EARTH = "anywhere-on-earth"
"""`timezone` of a deadline that ends when the day has ended everywhere (UTC-12)."""

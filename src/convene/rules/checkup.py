"""What `doctor` finds: one check, how bad it is, a sentence, and what to do."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """A fault keeps mail from leaving, or lets others read what they must not; a warning may come to that."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True)
class Check:
    """`sentence` holds no secret and no person's address; `remedy` is empty where nothing is to be done."""

    name: str
    level: Level
    sentence: str
    remedy: str = ""


def ok(name: str, sentence: str) -> Check:
    return Check(name, Level.OK, sentence)


def warning(name: str, sentence: str, remedy: str) -> Check:
    return Check(name, Level.WARNING, sentence, remedy)


def fault(name: str, sentence: str, remedy: str) -> Check:
    return Check(name, Level.FAULT, sentence, remedy)


def without_addresses(text: str) -> str:
    """What somebody else wrote, fit to be printed: an answer of a server may repeat whom it refused."""
    return re.sub(r"[^\s<>]+@[^\s<>]+", "(address)", text)

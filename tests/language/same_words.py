"""Sentences that read the same in English and in another language, each looked at, with the reason."""

_LOAN = "a loanword in daily use, in its English spelling"
_COGNATE = "the word of the language itself"

SAME_WORDS: dict[str, dict[str, str]] = {
    "id": {"seminar": _COGNATE, "webinar": _LOAN},
    "fil": {
        "%(nth)s exchange visit": _LOAN,
        "%(nth)s seminar": _LOAN,
        "%(nth)s webinar": _LOAN,
        "Link": _LOAN,
        "Link: %(link)s": _LOAN,
        "Online": _LOAN,
        "exchange visit": _LOAN,
        "seminar": _LOAN,
        "webinar": _LOAN,
    },
    "fr": {"Date": _COGNATE},
}
"""By language: the English sentence, and why its translation is not a copy that was left behind."""

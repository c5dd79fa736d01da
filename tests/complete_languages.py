"""The languages that mails can be written in: what holds for one is tested for each.

Import it as `from tests.complete_languages import COMPLETE, TRANSLATED`.
"""

from convene.language.languages import LANGUAGES, has_catalogue

COMPLETE = tuple(code for code in LANGUAGES if has_catalogue(code))
TRANSLATED = tuple(code for code in COMPLETE if code != "en")

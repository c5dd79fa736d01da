"""A language on the command line: one that mails can be written in."""

from convene.errors import ConveneError, UsageError
from convene.language.languages import LANGUAGES
from convene.language.translation_state import folder_lacks
from convene.programme_file.reading.findings import WrittenValueError
from convene.programme_file.reading.language_names import written_language


def written_in(text: str) -> str:
    """The code of the language that `text` names ("km", "Khmer", "km-KH", "ខ្មែរ").

    Raises UsageError for an unknown one, ConveneError for one whose folder is incomplete.
    """
    try:
        code = written_language(text)
    except WrittenValueError as error:
        raise UsageError(error.sentence, error.remedy) from error
    lacks = folder_lacks(code)
    if lacks:
        raise ConveneError(f"No mail can be written in {LANGUAGES[code].english_name} yet.", f"add {', '.join(lacks)}")
    return code

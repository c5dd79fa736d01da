"""Texts of the coordinator: cleaned, in Unicode NFC, never empty, without control characters."""

import re
import unicodedata

from convene.programme_file.reading.fields import Fields, read_key, read_scalar
from convene.programme_file.reading.findings import WrittenValueError, quoted
from convene.programme_file.reading.language_names import text_language
from convene.programme_file.reading.yaml_nodes import Scalar, Table
from convene.rules.facts import Text

LONGEST_LINE = 1000
"""Code points: 200 Khmer clusters of up to five each."""
LONGEST_TEXT = 9_999

# C0, DEL, C1, the line separators that some programs break lines at, and halves of surrogate pairs.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def clean_line(text: str) -> str:
    """A text of one line, NFC; tabs become spaces. Raises WrittenValueError."""
    line = unicodedata.normalize("NFC", text.replace("\t", " ")).strip()
    if "\n" in line or "\r" in line:
        raise WrittenValueError(f"{quoted(line)} has a line break.", "write it in one line")
    return _checked(line, line, LONGEST_LINE)


def clean_text(text: str) -> str:
    """A text of several lines, NFC, its lines ended by a line feed and without spaces at their ends."""
    plain = unicodedata.normalize("NFC", text.replace("\t", " ").replace("\r\n", "\n").replace("\r", "\n"))
    lines = "\n".join(line.rstrip() for line in plain.split("\n")).strip()
    return _checked(lines, lines.replace("\n", " "), LONGEST_TEXT)


def read_text(fields: Fields, key: str, several_lines: bool = False) -> Text | None:
    """The text under `key`: a string (in the programme's language) or a map of languages. None where absent."""
    parse = clean_text if several_lines else clean_line
    node = fields.nodes.get(key)
    if isinstance(node, Table):
        return _read_languages(node, fields, key, several_lines)
    if isinstance(node, Scalar) and not node.text.strip():
        fields.error(key, f"The {key} is empty.", "write a text, or leave the key out")
        return None
    text = fields.value(key, parse)
    return None if text is None else {fields.findings.language: text}


def _read_languages(node: Table, fields: Fields, key: str, several_lines: bool) -> Text | None:
    parse = clean_text if several_lines else clean_line
    findings, texts = fields.findings, dict[str, str]()
    for entry in node.entries:
        path = f"{fields.under(key)}.{entry.key.text}"
        language = read_key(entry.key, path, findings, text_language)
        text = read_scalar(entry.value, path, findings, parse)
        if language in texts:
            findings.error(path, entry.key.span, f"There are two texts in {language}.", "keep one")
        elif language and text:
            texts[language] = text
    if not node.entries:
        fields.error(key, f"The {key} has no text.", "write: {en: ...}")
    return texts or None


def _checked(text: str, signs: str, longest: int) -> str:
    control = _CONTROL.search(signs)
    if control:
        code = ord(control[0])
        raise WrittenValueError(f"{quoted(text)} holds a control character (U+{code:04X}).", "delete it")
    if len(text) > longest:
        raise WrittenValueError(f"{quoted(text)} has {len(text)} characters.", f"at most {longest} are taken")
    if not any(unicodedata.category(char)[0] not in "ZC" for char in text):
        raise WrittenValueError("The text holds nothing that can be seen.", "write a text, or leave the key out")
    return text

"""The file that a coordinator wrote, brought up to date: what did not change is left exactly as it stands."""

from convene.errors import ContentError
from convene.programme_file.document import ProgrammeDocument
from convene.programme_file.edits.document_tree import document_tree
from convene.programme_file.edits.source_patch import SourcePatch
from convene.programme_file.edits.text_edits import TextEdits
from convene.programme_file.edits.write_document import document_to_yaml
from convene.programme_file.reading.read_programme import BYTE_ORDER_MARK, read_programme
from convene.programme_file.reading.yaml_nodes import Table, parse_yaml


def update_source(source_text: str, wanted: ProgrammeDocument) -> str:
    """The text of `source_text`, edited so that it reads as `wanted`; the very same text where it does already.

    Comments, order, quotes, brackets and indentation stay. Where the source is written in a way that cannot be
    patched, the file is written anew, for being right comes before being pretty. Raises ContentError for a source
    that cannot be read.
    """
    result = read_programme(source_text, "")
    if result.document is None:
        raise ContentError(list(result.problems))
    if result.document == wanted:
        return source_text
    patched = _patched(source_text, result.document, wanted)
    return patched if read_programme(patched, "").document == wanted else document_to_yaml(wanted)


def _patched(source_text: str, current: ProgrammeDocument, wanted: ProgrammeDocument) -> str:
    text = source_text.removeprefix(BYTE_ORDER_MARK)
    mark = source_text[: len(source_text) - len(text)]
    newline = "\r\n" if "\r\n" in text else "\n"
    text = text.replace("\r\n", "\n")
    root = parse_yaml(text).root
    language = wanted.programme.language
    edits = TextEdits(text)
    patch = SourcePatch(edits, language, relabelled=language != current.programme.language)
    if not isinstance(root, Table) or not patch.table(root, document_tree(current), document_tree(wanted), ("",)):
        return source_text
    return mark + edits.apply().replace("\n", newline)

"""A clean programme file from a document alone, for `export` where no source text is kept."""

from convene.programme_file.document import ProgrammeDocument
from convene.programme_file.edits.document_tree import Tree, document_tree
from convene.programme_file.edits.yaml_text import INDENT, block_lines, entry_lines, key_text

Path = tuple[str, ...]
"""The keys that lead to a mapping; it begins with "" for the file itself."""


def document_to_yaml(document: ProgrammeDocument) -> str:
    """The text of a file that reads as exactly `document`."""
    language = document.programme.language
    tree = document_tree(document)
    return "\n".join(line for key, value in tree.items() for line in lines_of(("",), key, value, 0, language)) + "\n"


def lines_of(path: Path, key: str, tree: Tree, indent: int, language: str) -> list[str]:
    """`key: value` as lines where `path` leads: sections and each event spread over lines, the rest is short where
    it can be.
    """
    spread = path in (("",), ("", "events"))
    if not isinstance(tree, dict) or not tree or not spread:
        return _day_lines(key, tree, indent, language) or entry_lines(key, tree, indent, language)
    inner = (*path, key)
    body = [line for name, value in tree.items() for line in lines_of(inner, name, value, indent + INDENT, language)]
    return [f"{' ' * indent}{key_text(key)}:", *body]


def _day_lines(key: str, tree: Tree, indent: int, language: str) -> list[str]:
    """Days stand on a line each, even where one line would hold them all."""
    if key != "days" or not isinstance(tree, list) or not tree:
        return []
    return [f"{' ' * indent}days:", *block_lines(tree, indent + INDENT, language)]

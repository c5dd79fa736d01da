"""Plain trees as YAML text: short things on one line, long ones indented, quotes only where they are needed."""

import json
import re

from convene.programme_file.edits.document_tree import Texts, Tree

WIDEST = 110
"""Columns a mapping or list may take on one line."""
INDENT = 2

# Plain text that YAML, and people, read as nothing but text. Within brackets commas, braces and colons end it.
_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=\\][^\n\t]*")
_UNSAFE = re.compile(r": |:$| #|[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_UNSAFE_IN_BRACKETS = re.compile(r"[\[\]{},]")
_CLOCK = re.compile(r"\d\d:\d\d|(?:[^:]*[^:\d])?\d\d:\d\d(?:-\d\d:\d\d)?")
_WORDS_OF_YAML = {"true", "false", "null", "yes", "no", "on", "off", "~"}
_LITERAL = re.compile(r"[^\s][^\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]*")


def scalar_text(text: str, in_brackets: bool = True, style: str = "") -> str:
    """One value: plain where that is safe, else in double quotes; `style` (a quote sign) is kept where it can be."""
    if style == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    if style != '"' and _is_plain(text, in_brackets):
        return text
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", _escaped, json.dumps(text, ensure_ascii=False))


def flow_text(tree: Tree, language: str) -> str:
    """A tree on one line: {a: b, c: [d, e]}. A text in `language` alone is a plain string."""
    if isinstance(tree, str):
        return scalar_text(tree)
    if isinstance(tree, list):
        return f"[{', '.join(flow_text(item, language) for item in tree)}]"
    if is_plain_text(tree, language):
        return flow_text(tree[language], language)
    return "{" + ", ".join(f"{key_text(key)}: {flow_text(value, language)}" for key, value in tree.items()) + "}"


def key_text(key: str) -> str:
    """A key: words need no quotes, not even `on`."""
    return key if re.fullmatch(r"\w[\w-]*", key) else scalar_text(key)


def entry_lines(key: str, tree: Tree, indent: int, language: str) -> list[str]:
    """`key: value` as lines, indented by `indent` columns, in one line where it fits."""
    margin, name = " " * indent, key_text(key)
    if isinstance(tree, Texts) and is_plain_text(tree, language):
        tree = tree[language]
    if isinstance(tree, str):
        return _string_lines(margin, name, tree)
    line = f"{margin}{name}: {flow_text(tree, language)}"
    if not tree or (len(line) <= WIDEST and "\\n" not in line):
        return [line]
    return [f"{margin}{name}:", *block_lines(tree, indent + INDENT, language)]


def block_lines(tree: Tree, indent: int, language: str) -> list[str]:
    """A mapping or list as indented lines."""
    if isinstance(tree, dict):
        return [line for key, value in tree.items() for line in entry_lines(key, value, indent, language)]
    margin = " " * indent
    return [f"{margin}- {flow_text(item, language)}" for item in tree]


def is_plain_text(tree: Tree, language: str) -> bool:
    """Whether the text is written as a plain string: it exists in the programme's language alone."""
    return isinstance(tree, Texts) and list(tree) == [language]


def _string_lines(margin: str, name: str, text: str) -> list[str]:
    if "\n" in text and _LITERAL.fullmatch(text):
        body = [f"{margin}{' ' * INDENT}{line}" if line else "" for line in text.split("\n")]
        return [f"{margin}{name}: |-", *body]
    return [f"{margin}{name}: {scalar_text(text, in_brackets=False)}"]


def _is_plain(text: str, in_brackets: bool) -> bool:
    if not _PLAIN.fullmatch(text) or _UNSAFE.search(text) or text.lower() in _WORDS_OF_YAML or text != text.strip():
        return False
    if not in_brackets:
        return not text.startswith(("---", "..."))
    return not _UNSAFE_IN_BRACKETS.search(text) and (":" not in text or bool(_CLOCK.fullmatch(text)))


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"

"""Sentences that read the same in English and in another language, each looked at, with the reason."""

SAME_WORDS: dict[str, dict[str, str]] = {}
"""By language: the English sentence, and why its translation is not a copy that was left behind."""

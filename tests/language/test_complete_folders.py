"""Every language of the table has its whole folder: what is missing is said here."""

from convene.language.languages import LANGUAGES
from convene.language.style_file import style_path
from convene.resources import resource_folder

SOURCE = "en"


def test_every_language_of_the_table_has_its_folder() -> None:
    missing = [line for code in LANGUAGES for line in what_lacks(code)]
    assert not missing, "\n".join(["a language needs one folder in locales/:", *missing])


def test_every_folder_is_a_language_of_the_table() -> None:
    folders = {path.name for path in resource_folder("locales").iterdir() if path.is_dir()}
    assert folders <= LANGUAGES.keys()


def what_lacks(code: str) -> list[str]:
    """What is still to be written for the language, and how one begins."""
    sentences = resource_folder("locales") / code / "LC_MESSAGES" / "convene.po"
    lacking = []
    if code != SOURCE and not sentences.is_file():
        lacking.append(f"{code}: {sentences.relative_to(resource_folder('locales'))} (copy convene.pot and translate)")
    if not style_path(code).is_file():
        lacking.append(f"{code}: {code}/language.toml (copy en/language.toml; locales/README.md explains the keys)")
    return lacking

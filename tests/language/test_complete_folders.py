"""Every language of the table has its whole folder: what is missing is said here."""

from jinja2 import Environment, FileSystemLoader

from convene.language.languages import LANGUAGES
from convene.language.translation_state import folder_lacks
from convene.resources import resource_folder


def test_every_language_of_the_table_has_its_folder() -> None:
    missing = [line for code in LANGUAGES for line in folder_lacks(code)]
    assert not missing, "\n".join(["a language needs one folder; still to be written:", *missing])


def test_every_folder_is_a_language_of_the_table() -> None:
    folders = {path.name for path in resource_folder("locales").iterdir() if path.is_dir()}
    assert folders <= LANGUAGES.keys()


def test_every_script_of_the_table_has_its_fonts() -> None:
    loader = FileSystemLoader(resource_folder("templates"))
    fonts = Environment(loader=loader, autoescape=True).get_template("frame/typography.html").module
    missing = {language.script for language in LANGUAGES.values()} - vars(fonts)["scripts"].keys()
    assert not missing, f"templates/frame/typography.html needs a row for {', '.join(sorted(missing))}"

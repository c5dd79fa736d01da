"""The templates of mails, with the sentences of one language built in."""

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from convene.language.catalogue import catalogue
from convene.language.languages import LANGUAGES
from convene.resources import resource_folder


def render(name: str, language: str, **values: object) -> str:
    """The template `name` ("reminder/body.html") in `language`. A value that is missing is an error, never a gap."""
    return _environment(language).get_template(name).render(values)


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(resource_folder("templates")),
        autoescape=_is_html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.globals["language"] = LANGUAGES[language]
    # The extension adds this method to the environment, so no type checker knows it.
    environment.install_gettext_translations(catalogue(language).translations, newstyle=True)  # type: ignore[attr-defined]
    return environment


def _is_html(name: str | None) -> bool:
    return name is None or name.endswith(".html")

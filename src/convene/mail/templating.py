"""The templates of mails, with the sentences of one language built in."""

from functools import cache

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket

from convene.language.catalogue import catalogue
from convene.language.direction import direction, isolated
from convene.language.languages import LANGUAGES
from convene.resources import resource_folder


def render(name: str, language: str, **values: object) -> str:
    """The template `name` ("reminder/body.html") in `language`. A value that is missing is an error, never a gap."""
    return _environment(language).get_template(name).render(values)


class _Compiled(BytecodeCache):
    """What a template was compiled to, shared by the environments of all languages: it is the same for each of them."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(resource_folder("templates")),
        autoescape=_is_html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_COMPILED,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.globals["language"] = LANGUAGES[language]
    environment.globals["languages"] = LANGUAGES
    environment.filters |= {"direction": direction, "isolated": isolated}
    # The extension adds this method to the environment, so no type checker knows it.
    environment.install_gettext_translations(catalogue(language).translations, newstyle=True)  # type: ignore[attr-defined]
    return environment


def _is_html(name: str | None) -> bool:
    return name is None or name.endswith(".html")

"""Every text of the console, Chinese and English: ``name = ["中文", "English"]`` in the files of `wording`."""

import tomllib
from functools import cache
from importlib import resources

LANGUAGES = ("zh", "en")


@cache
def all_texts() -> dict[str, tuple[str, str]]:
    """The texts by name, each Chinese and English."""
    files = (file for file in resources.files("console").joinpath("wording").iterdir() if file.name.endswith(".toml"))
    return {f"{group}.{name}": (pair[0], pair[1]) for file in files
            for group, table in tomllib.loads(file.read_text(encoding="utf-8")).items() for name, pair in table.items()}


class Texts:
    """The texts in one language; called with a name and what stands in its braces.

    >>> Texts("en")("queue.alerts", n=3)
    '3 alerts'
    """

    def __init__(self, language: str):
        self.language = language
        self._index = LANGUAGES.index(language)

    def __call__(self, name: str, **given: object) -> str:
        text = all_texts()[name][self._index]
        return text.format(**given) if given else text

    def pick(self, zh: str, en: str) -> str:
        """The one of two sentences that is in this language."""
        return (zh, en)[self._index]

    def of(self, group: str, name: str) -> str:
        """The text for a value that the store holds; the value itself where a later release made it."""
        pair = all_texts().get(f"{group}.{name}")
        return pair[self._index] if pair else name

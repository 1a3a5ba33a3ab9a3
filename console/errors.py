"""What can go wrong in the console.

::

    ConsoleError
    ├── AccountError    a user cannot be added, changed or found
    ├── BadConsoleSettings  the file of settings is wrong
    ├── OpenIdRefused   a sign-in by the provider is not good
    ├── ApiProblem      answered with a problem, see console.api.problems
    ├── UnsafeServing   what was asked would send passwords in the clear
    ├── NotSignedIn     answered with the page to sign in, see console.visitor
    ├── NotAllowed      answered with a page that says so, see console.visitor
    └── MissingLibrary  a package or a file that the console needs is not installed
"""

from features.errors import DuankaError


class ConsoleError(DuankaError):
    """Root of every error that the console raises on purpose."""


class AccountError(ConsoleError):
    """A user cannot be added, changed or found."""


class UnsafeServing(ConsoleError):
    """What was asked would send passwords and card numbers in the clear."""


class MissingLibrary(ConsoleError):
    """A package or a file that the console needs is not installed."""


class BadConsoleSettings(ConsoleError):
    """The file of the console's settings is wrong: what, what was given, what to do."""


class OpenIdRefused(ConsoleError):
    """A sign-in by the provider is not good; the message is for the log, never for the browser."""

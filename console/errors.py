"""What can go wrong in the console.

::

    ConsoleError
    ├── AccountError    a user cannot be added, changed or found
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

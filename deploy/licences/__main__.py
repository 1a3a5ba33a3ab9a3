"""``python -m deploy.licences > docs/licences.md``; with ``--java`` Maven is asked again first."""

import sys

from deploy.licences.java_artifacts import poms, refresh
from deploy.licences.page import current_page
from features.errors import DuankaError


def main() -> int:
    try:
        if "--java" in sys.argv[1:]:
            for pom in poms():
                refresh(pom)
        sys.stdout.write(current_page())
    except DuankaError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

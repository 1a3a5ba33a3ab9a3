"""The checks of ``duanka doctor``, as the console may make them."""

from connectors.store_url import parse_store_url
from jobs.doctor.finding import Finding
from jobs.settings import Settings

#: Of a server the console is a user of its own, who shall not be able to write what a job writes: its rights say
#: nothing of the job's. The command asks as the job's user.
_OF_THE_JOB = "rights"


def own_checks(settings: Settings) -> list[Finding]:
    """Look at every part; takes seconds."""
    # Imported late: it loads the models and what starts Flink.
    from jobs.doctor.checks import examine

    is_embedded = parse_store_url(settings.store).path is not None
    return [finding for finding in examine(settings) if is_embedded or finding.part != _OF_THE_JOB]

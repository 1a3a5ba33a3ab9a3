"""What Flink does after a failure: try a few times, or go on trying."""

from jobs.flink.settings import JobSettings

#: First pause of a job that never gives up; each further one is twice as long (ours).
_FIRST_DELAY = "1 s"
#: A job that ran for so long without a failure starts again with the first pause (ours).
_CALM = "10 min"


def restart_options(settings: JobSettings) -> dict[str, object]:
    """Options of the restart strategy that the settings name."""
    if settings.endless_restarts:
        strategy = "restart-strategy.exponential-delay"
        return {
            "restart-strategy.type": "exponential-delay",
            f"{strategy}.initial-backoff": _FIRST_DELAY,
            f"{strategy}.max-backoff": f"{settings.restart_max_delay_ms} ms",
            f"{strategy}.backoff-multiplier": 2,
            f"{strategy}.jitter-factor": 0.1,
            f"{strategy}.reset-backoff-threshold": _CALM,
            # Flink's default, written down because everything rests on it: it never gives up.
            f"{strategy}.attempts-before-reset-backoff": 2**31 - 1,
        }
    if settings.restart_attempts == 0:
        return {"restart-strategy.type": "none"}
    # Failures per window, not in total: a job that follows for months meets a few in the end.
    strategy = "restart-strategy.failure-rate"
    return {
        "restart-strategy.type": "failure-rate",
        f"{strategy}.max-failures-per-interval": settings.restart_attempts,
        f"{strategy}.failure-rate-interval": f"{settings.restart_window_ms} ms",
        f"{strategy}.delay": f"{settings.restart_delay_ms} ms",
    }

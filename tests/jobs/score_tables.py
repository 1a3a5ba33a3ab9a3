"""Scores of a replay in a file, the way ``duanka replay --scores`` writes them."""

from pathlib import Path

from jobs.score_file import ScoreFile
from jobs.score_rows import score_rows
from tests.jobs.replays import Replayed, replayed


def write_scores(bus: Path, path: Path, **sizes) -> Replayed:
    """Replay a folder and write its scores."""
    file = ScoreFile(path)

    def look(step):
        for chunk in step.chunks:
            file.note(chunk)
        for shard, outcome in step.outcomes:
            for rows in score_rows(step.engine.cards[shard].features, outcome):
                file.write(rows)
        file.forget_before(step.watermark_ms)

    outcome = replayed(bus, look=look, **sizes)
    file.close()
    return outcome

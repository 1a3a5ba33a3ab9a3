"""How large a run of the benchmark is."""

from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Sizes:
    """What every scenario works on; seeds are fixed.

    Attributes
    ----------
    people, days : int
        Of the simulated city that the whole job works on.
    lane_people, lane_days : int
        Of the one whose calls are the lane's: few people and many days, so that the first calls, which are all that a
        rival can be given, reach over days as well and there is something to find in them.
    rival_records : int
        Calls that a rival gets: the first of the stream. The engine gets all of them.
    slow_records : int
        The same for rivals that manage less than some thousand a second.
    entities : int
        Of the full state, held against a hundredth of it.
    checkpoint_entities : int
        Of the state whose checkpoint and restore are timed.
    folder : Path
        Where cities, stores and results are.
    """

    people: int = 21_000
    days: int = 7
    lane_people: int = 3_000
    lane_days: int = 28
    rival_records: int = 100_000
    slow_records: int = 20_000
    entities: int = 5_000_000
    checkpoint_entities: int = 1_000_000
    seed: int = 9005
    folder: Path = Path("build/bench")

    @property
    def city(self) -> Path:
        return self.folder / f"city-{self.people}-{self.days}-{self.seed}"

    @property
    def stream(self) -> Path:
        """The lane's input."""
        return self.folder / f"calls-{self.lane_people}-{self.lane_days}-{self.seed}"

    def describe(self) -> dict[str, object]:
        """What must be the same for two runs to be compared."""
        return asdict(self) | {"folder": None}


#: For CI: ratios alone, under three minutes (ours).
QUICK = Sizes(people=2_000, days=2, lane_people=1_500, lane_days=6, rival_records=10_000, slow_records=6_000,
              entities=200_000, checkpoint_entities=100_000)

"""Half-space trees beside river's: ``python -m benchmarks.performance.runs.half_space``; prints one JSON object."""

import json

from benchmarks.detection.half_space_speed import half_space_speed

if __name__ == "__main__":
    print(json.dumps(half_space_speed()))

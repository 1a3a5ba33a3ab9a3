"""The Sichuan phones: real numbers (hashed) with aggregates over months, and whether they served fraud.

Source: ``data/Sichuan.zip`` of github.com/xxhu94/GAT-COBO, Apache-2.0.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

from features.errors import DuankaError


class BadPhones(DuankaError, ValueError):
    """The folder holds no table of phones."""


@dataclass(frozen=True)
class Phones:
    """Phones in the order of the files.

    Attributes
    ----------
    columns : dict of str to ndarray of float64, shape (n,)
        NaN where the source has none.
    fraud : ndarray of bool, shape (n,)
    """

    columns: dict[str, np.ndarray]
    fraud: np.ndarray

    def take(self, rows: np.ndarray) -> "Phones":
        """Phones by index or mask."""
        return Phones({name: column[rows] for name, column in self.columns.items()}, self.fraud[rows])

    def matrix(self, names) -> np.ndarray:
        """Columns side by side, float64, shape (n, len(names))."""
        return np.column_stack([self.columns[name] for name in names])


def read_phones(folder: Path, pattern: str = "phones_*.csv.gz") -> Phones:
    """All tables of a folder, one after another.

    Raises
    ------
    BadPhones
        No table, or one without a ``label`` of 0 and 1.
    """
    files = sorted(folder.glob(pattern))
    try:
        tables = [csv.read_csv(file).drop_columns(["phone_no_m"]) for file in files]
        table = pa.concat_tables(tables, promote_options="permissive")
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        raise BadPhones(f"{folder / pattern}: want tables of phones, got {len(files)} files ({error})") from None
    columns = {
        name: np.asarray(table[name].to_numpy(zero_copy_only=False), np.float64) for name in table.column_names
    }
    if "label" not in columns or not 0 < np.mean(columns["label"] > 0) < 1:
        raise BadPhones(f"{folder / pattern}: want a column `label` with both 0 and 1")
    return Phones({n: c for n, c in columns.items() if n != "label"}, columns["label"] > 0)

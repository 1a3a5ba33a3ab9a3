"""Give a Flink worker the real ``print`` back, which numba needs to be importable there.

PyFlink's worker replaces ``builtins.print`` by a method of a buffering object. numba registers
``print`` by the module and name it claims to have, does not find it there, and fails to import.
The worker's standard output goes to its log either way.
"""

import builtins


def restore_print() -> None:
    """Undo PyFlink's replacement; does nothing anywhere else."""
    owner = getattr(builtins.print, "__self__", None)
    original = getattr(owner, "_print", None)
    if callable(original):
        builtins.print = original

#!/bin/sh
# The Python of a Duanka worker. Unpacks the archive's layers once for each machine and user, then runs
# the machine's own Python with them. Starts after the first take no time, and what Python and numba
# compile on the way is kept beside the layers.
#
# DUANKA_WORKER_CACHE   where to unpack; $XDG_CACHE_HOME/duanka/worker or ~/.cache/duanka/worker by default
# DUANKA_WORKER_PYTHON  the Python to run; @PYTHON@ on the PATH by default
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
python=${DUANKA_WORKER_PYTHON:-@PYTHON@}
if [ -n "${DUANKA_WORKER_CACHE:-}" ]; then
  cache=$DUANKA_WORKER_CACHE
elif [ -n "${XDG_CACHE_HOME:-}" ]; then
  cache=$XDG_CACHE_HOME/duanka/worker
elif [ -n "${HOME:-}" ] && [ -w "$HOME" ]; then
  cache=$HOME/.cache/duanka/worker
else
  cache=${TMPDIR:-/tmp}/duanka-worker-$(id -u)
fi

give_up() {
  echo "duanka worker: $1" >&2
  exit 127
}

command -v "$python" >/dev/null 2>&1 ||
  give_up "this machine has no $python; install it, or name one in DUANKA_WORKER_PYTHON"
mkdir -p -m 700 "$cache" || give_up "cannot make the folder $cache; name one in DUANKA_WORKER_CACHE"
# Code runs from there: it must be nobody else's.
[ -O "$cache" ] || give_up "the folder $cache belongs to somebody else; name one in DUANKA_WORKER_CACHE"

unpack() {
  [ -d "$cache/$1" ] && return
  part=$(mktemp -d "$cache/.part.XXXXXX")
  tar -xzf "$here/$1.tar.gz" -C "$part" || { rm -rf "$part"; give_up "cannot unpack $1 into $cache"; }
  # Another worker may have been quicker.
  mv -T "$part" "$cache/$1" 2>/dev/null || rm -rf "$part"
  [ -d "$cache/$1" ] || give_up "cannot unpack $1 into $cache"
}
unpack @PACKAGES@
unpack @CODE@

PYTHONPATH=$cache/@CODE@:$cache/@PACKAGES@${PYTHONPATH:+:$PYTHONPATH}
# Compiled kernels and compiled Python; both are found again by the next worker.
XDG_CACHE_HOME=$cache/@CODE@/@CACHE@
PYTHONNOUSERSITE=1 PYTHONDONTWRITEBYTECODE=
# A heap for each of a worker's many threads costs hundreds of MiB and saves no time.
MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-2}
export PYTHONPATH XDG_CACHE_HOME PYTHONNOUSERSITE PYTHONDONTWRITEBYTECODE MALLOC_ARENA_MAX
unset PYTHONHOME PYTHONPYCACHEPREFIX NUMBA_CACHE_DIR NUMBA_CACHE_LOCATOR_CLASSES FLINK_HOME FLINK_LIB_DIR FLINK_OPT_DIR
exec "$python" "$@"

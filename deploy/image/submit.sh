#!/bin/sh
# Hands the scoring job to the cluster: goes on from the newest savepoint or checkpoint of the newest
# run in the state folder, or begins the first run. `duanka submit` itself refuses while a job works
# in that folder, so that a second call does no harm. Arguments are passed on.
set -eu
state=${DUANKA_STATE:?set DUANKA_STATE to the folder of runs}
for run in "$state"/run-*; do
  if [ -d "$run" ]; then
    exec duanka submit --follow --from latest "$@"
  fi
done
exec duanka submit --follow "$@"

#!/bin/sh
# Makes the passwords of this host's services, once; what is there stays as it is.
set -eu
folder=$(cd "$(dirname "$0")" && pwd)/secrets
umask 077
mkdir -p "$folder"
for name in store_password grafana_password; do
  [ -e "$folder/$name" ] && continue
  head -c 24 /dev/urandom | base64 | tr -d '\n' > "$folder/$name"
  # Containers run as other users than this one; the folder itself is open to its owner alone.
  chmod 444 "$folder/$name"
done

#!/bin/sh
# Makes the passwords of this host's services, and a certificate of the console that its users' browsers
# must be told to trust (put your own in its place); once: what is there stays as it is.
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
if ! [ -e "$folder/console_key" ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj "/CN=$(hostname)" \
    -addext "subjectAltName=DNS:$(hostname),DNS:localhost,IP:127.0.0.1" \
    -keyout "$folder/console_key" -out "$folder/console_certificate" 2>/dev/null
  chmod 444 "$folder/console_key" "$folder/console_certificate"
fi

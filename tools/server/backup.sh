#!/bin/sh
# One encrypted backup of a study, named by its time; the newest TAPAK_KEEP of them stay.
# Run by tapak-backup@NAME.service, which hands over the passphrase as a credential.
set -eu
study=$1
studies=${TAPAK_STUDIES:-/srv/tapak}
into=${TAPAK_BACKUPS:-/var/backups/tapak}
tapak=${TAPAK_COMMAND:-/opt/tapak/current/venv/bin/tapak}
keep=${TAPAK_KEEP:-30}
secret=${CREDENTIALS_DIRECTORY:?run this from its unit, or set CREDENTIALS_DIRECTORY}/pass

file="$into/$study-$(date -u +%Y%m%dT%H%M%SZ).tapak"
"$tapak" backup "$studies/$study" -o "$file" --passphrase-file "$secret"
# names sort as their times do; only files of this very study are counted and removed
find "$into" -maxdepth 1 -type f -name "$study-????????T??????Z.tapak" | sort -r | tail -n "+$((keep + 1))" |
  while IFS= read -r old; do rm -- "$old"; done

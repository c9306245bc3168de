#!/bin/sh
# Put a release of Tapak into service, or go back to the one before. Run as root.
#   release.sh FOLDER    FOLDER is Tapak's source as unpacked; a folder wheels in it is used offline
#   release.sh --back    serve the release before
# Every release has a folder and an environment of its own; `current` points at the one that is
# served. Each study is backed up first. When a study is not well afterwards, the release before
# is served again, and the sentence at the end says what to do about its store.
set -eu
umask 022
root=${TAPAK_ROOT:-/opt/tapak}
studies=${TAPAK_STUDIES:-/srv/tapak}
python=${TAPAK_PYTHON:-python3.11}
wait_s=${TAPAK_WAIT_S:-90}

say() { printf '%s\n' "$*" >&2; }
names() { for s in "$studies"/*/study.toml; do [ -f "$s" ] && basename "$(dirname "$s")"; done; }

point() { # to RELEASE: the switch itself is one rename
  ln -sfn "releases/$1" "$root/current.new"
  mv -T "$root/current.new" "$root/current"
}

restart() { for n in $(names); do systemctl restart "tapak@$n.service"; done; }

well() { # every study answers and is whole
  for n in $(names); do
    left=$wait_s
    until systemctl start "tapak-health@$n.service" 2>/dev/null; do
      left=$((left - 3))
      [ "$left" -gt 0 ] || { say "$n is not well: journalctl --namespace=tapak -u tapak-health@$n"; return 1; }
      sleep "${TAPAK_STEP_S:-3}"
    done
  done
}

build() { # FOLDER RELEASE: a whole release, or none
  new="$root/releases/$2"
  trap 'rm -rf "$new"' EXIT
  mkdir -p "$new"
  cp -a "$1" "$new/src"
  "$python" "$new/src/tools/laptop.py" --into "$new/venv"
  "$new/venv/bin/python" -m compileall -q "$new/src" >/dev/null || true
  trap - EXIT
}

before=$(readlink "$root/current" 2>/dev/null || true)
before=${before#releases/}

if [ "$1" = --back ]; then
  previous=$(cat "$root/previous" 2>/dev/null) || { say 'there is no release before'; exit 1; }
  point "$previous"
  printf '%s\n' "$before" > "$root/previous"
  restart
  well && say "serving $previous again"
  exit
fi

mkdir -p "$root/releases"
release=$(date -u +%Y%m%dT%H%M%SZ)
build "$1" "$release"
if [ -n "$before" ]; then
  for n in $(names); do systemctl start "tapak-backup@$n.service"; done # a failed backup stops here
fi
point "$release"
[ -z "$before" ] || printf '%s\n' "$before" > "$root/previous"
restart
if well; then
  say "serving $release"
  exit 0
fi
if [ -n "$before" ]; then
  point "$before"
  restart
  say "serving $before again. If its health says the schema is newer, restore the backup just made: docs/deploy.md, Going back."
fi
exit 1

#!/bin/sh
# Tapak on an office computer with Linux or macOS: sh tapak.sh [FOLDER OF A STUDY]
# Looks for Python 3.11 or newer and hands over to tools/laptop.py.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
for python in python3.11 python3.13 python3.12 python3.14 python3; do
  if command -v "$python" >/dev/null 2>&1 &&
    "$python" -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' 2>/dev/null; then
    exec "$python" "$here/tools/laptop.py" "$@"
  fi
done
echo 'Python 3.11 atau lebih baru tidak ditemukan di komputer ini; pasang dulu, lalu ulangi.' >&2
exit 1

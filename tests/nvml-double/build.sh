#!/bin/bash
# Builds the stand-in for NVIDIA's libnvidia-ml.so.1, and one of an old driver that lacks the newer symbols: build.sh FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
to=${1:?usage: build.sh FOLDER}
command -v gcc >/dev/null || { echo "gcc is missing: apt-get install gcc libc6-dev, or run tests/run.sh once" >&2; exit 1; }
mkdir -p "$to/current" "$to/old"
# Test projects may build at the same time.
exec 9>"$to/lock"
flock 9
build() { # folder, flags...
  local library=$to/$1/libnvidia-ml.so.1; shift
  if [ ! -e "$library" ] || [ -n "$(find "$here" -maxdepth 1 -name '*.[ch]' -newer "$library" -print -quit)" ]; then
    gcc -std=gnu11 -O1 -g -fPIC -shared -pthread -Wall -Wextra -Werror "$@" -o "$library.new" "$here"/*.c
    mv "$library.new" "$library"
  fi
}
build current
build old -DOLD_DRIVER

#!/bin/bash
# Builds the stand-in for NVIDIA's nvidia-cuda-mps-control, and a client of it: build.sh FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
to=${1:?usage: build.sh FOLDER}
command -v gcc >/dev/null || { echo "gcc is missing: apt-get install gcc libc6-dev, or run tests/run.sh once" >&2; exit 1; }
mkdir -p "$to"
# Test projects may build at the same time.
exec 9>"$to/lock"
flock 9
build() { # program, source
  local program=$to/$1 source=$here/$2
  if [ ! -e "$program" ] || [ -n "$(find "$source" "$here/../nvml-double/double.h" -newer "$program" -print -quit)" ]; then
    gcc -D_GNU_SOURCE -std=gnu11 -O1 -g -Wall -Wextra -Werror -o "$program.new" "$source"
    mv "$program.new" "$program"
  fi
}
build nvidia-cuda-mps-control control.c
build mps-client client.c

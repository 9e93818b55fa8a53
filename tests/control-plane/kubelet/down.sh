#!/bin/bash
# Stops what up.sh started: containers, kubelet, containerd and the control plane. env: as for up.sh.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/nos-scheduling
KL_DIR=${KL_DIR:-$cache/kubelet} data=${KL_DATA:-${KL_DIR:-$cache/kubelet}/node}
pid=$(cat "$data/pid" 2>/dev/null)
# A recorded pid may belong to another program by now. The kernel ends all that runs in the node with it.
if [ -n "$pid" ] && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = unshare ]; then
  kill -9 "$pid"
  sleep 1
  bash "$here/node.sh" sweep
  echo "the node (pid $pid) stopped"
fi
[ -n "${KEEP_DATA:-}" ] || rm -rf --one-file-system -- "$data"
CP_DIR=${CP_DIR:-$cache/plane} bash "$here/../down.sh"

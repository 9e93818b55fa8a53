#!/bin/bash
# Kills kubelet as the kernel does and starts it anew; containers run on.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
KL_DIR=${KL_DIR:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/nos-scheduling/kubelet}; export KL_DIR
SIG=KILL bash "$here/node-down.sh" kubelet
KL_STATUS=${KL_STATUS:-1s} KL_PKI=$KL_DIR/plane/pki bash "$here/node-up.sh"

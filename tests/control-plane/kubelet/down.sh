#!/bin/bash
# Stops what up.sh started: containers, kubelet, containerd and the control plane.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
KL_DIR=${KL_DIR:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/nos-scheduling/kubelet}; export KL_DIR
bash "$here/node-down.sh"
CP_DIR=$KL_DIR/plane bash "$here/../down.sh"

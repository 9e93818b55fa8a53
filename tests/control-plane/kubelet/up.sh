#!/bin/bash
# Starts a whole cluster of one node on 127.0.0.1: the control plane with kube-controller-manager, containerd and a kubelet named vm.
# Prints what the tests against a kubelet need: eval "$(up.sh)", then dotnet test --filter RealKubelet. down.sh stops it and leaves nothing behind.
#
# env:   KL_DIR    what build.sh made (default ${XDG_CACHE_HOME:-$HOME/.cache}/nos-scheduling/kubelet)
# needs: root, unshare, nsenter, openssl, curl
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export KL_DIR=${KL_DIR:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/nos-scheduling/kubelet}
export CP_BIN=$KL_DIR/bin CP_DIR=$KL_DIR/plane CP_APISERVER_PORT=16643 CP_ETCD_PORT=12579 CP_ETCD_PEER_PORT=12580 CP_SCHED_PORT=20459 CP_KCM_PORT=20457
export WITH_KCM=1 CP_AUTHZ=Node,RBAC CP_DISABLE_ADMISSION=DefaultStorageClass CP_KCM_CONTROLLERS='*'
pki=$CP_DIR/pki
export CP_APISERVER_EXTRA="--enable-admission-plugins=NodeRestriction --kubelet-preferred-address-types=Hostname --kubelet-client-certificate=$pki/admin.crt --kubelet-client-key=$pki/admin.key --kubelet-certificate-authority=$pki/ca.crt"
bash "$here/../up.sh" >/dev/null
KL_STATUS=${KL_STATUS:-1s} KL_PKI=$pki bash "$here/node-up.sh" >/dev/null
echo "export KL_DIR=$KL_DIR NOS_KUBELET=$KL_DIR/data/var/lib/kubelet:$CP_DIR/admin.kubeconfig:$KL_DIR/bin/kubectl:vm:$here/restart.sh"

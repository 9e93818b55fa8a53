#!/bin/bash
# Starts a whole cluster of one node by hand, to try things: the control plane of ../up.sh, containerd and a kubelet. down.sh stops it.
# The tests do not use this: they start nodes of their own with node.sh. Prints what makes kubectl find it: eval "$(up.sh)".
#
# env:   KL_DIR   what build.sh made (default ${XDG_CACHE_HOME:-$HOME/.cache}/nos-scheduling/kubelet)
#        KL_DATA  the node's state ($KL_DIR/node); kubelet's directory is $KL_DATA/var/lib/kubelet
#        KL_NODE  the node's name (localhost: the API server dials it for kubectl logs); KL_PORT kubelet's port (16650; the next one is healthz)
#        CP_...   as for ../up.sh
# needs: root, unshare, openssl, curl
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/nos-scheduling
export KL_DIR=${KL_DIR:-$cache/kubelet} CP_DIR=${CP_DIR:-$cache/plane} CP_AUTHZ=Node,RBAC
data=${KL_DATA:-$KL_DIR/node} pki=$CP_DIR/pki port=${KL_PORT:-16650}
export KL_NODE=${KL_NODE:-localhost} KL_PORT=$port KL_HEALTH=$((port + 1)) KL_CERTS=$data/certs KL_KUBECONFIG=$data/certs/kubeconfig
CP_APISERVER_EXTRA="--enable-admission-plugins=NodeRestriction --kubelet-client-certificate=$pki/admin.crt --kubelet-client-key=$pki/admin.key ${CP_APISERVER_EXTRA:-}"
export CP_APISERVER_EXTRA
bash "$here/../up.sh"

answers() { [ "$(curl -sS --max-time 1 "http://127.0.0.1:$KL_HEALTH/healthz" 2>/dev/null)" = ok ]; }
if ! answers; then
  mkdir -p "$KL_CERTS"
  openssl ecparam -name prime256v1 -genkey -noout -out "$KL_CERTS/tls.key"
  openssl req -new -key "$KL_CERTS/tls.key" -subj "/O=system:nodes/CN=system:node:$KL_NODE" -out "$data/csr"
  openssl x509 -req -in "$data/csr" -CA "$pki/ca.crt" -CAkey "$pki/ca.key" -CAcreateserial -days 30 -out "$KL_CERTS/tls.crt" \
    -extfile <(printf 'subjectAltName=DNS:%s,IP:127.0.0.1\nextendedKeyUsage=clientAuth,serverAuth\n' "$KL_NODE") 2>/dev/null
  cp "$pki/ca.crt" "$KL_CERTS/"
  cat >"$KL_KUBECONFIG" <<K
apiVersion: v1
kind: Config
clusters: [{name: plane, cluster: {server: "https://127.0.0.1:${CP_APISERVER_PORT:-16443}", certificate-authority-data: $(base64 -w0 "$pki/ca.crt")}}]
users: [{name: node, user: {client-certificate-data: $(base64 -w0 "$KL_CERTS/tls.crt"), client-key-data: $(base64 -w0 "$KL_CERTS/tls.key")}}]
contexts: [{name: plane, context: {cluster: plane, user: node}}]
current-context: plane
K
  setsid nohup bash "$here/node.sh" run "$data" >"$data/node.log" 2>&1 </dev/null &
  echo $! >"$data/pid"
  for _ in $(seq 600); do
    if answers; then break; fi
    [ -d "/proc/$(cat "$data/pid")" ] || { cat "$data/node.log" >&2; exit 1; }
    sleep 0.1
  done
  answers || { tail -n 20 "$data/log/kubelet.log" >&2; exit 1; }
fi
echo "kubelet answers; its directory is $data/var/lib/kubelet" >&2

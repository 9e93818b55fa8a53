#!/bin/bash
# Starts containerd and kubelet as a node of a running plane (../up.sh). Idempotent: what runs is left running.
# Both live in a private mount namespace: /var and /run are $KL_DATA/var and $KL_DATA/run there (so /var/lib/kubelet,
# /var/lib/containerd, /run/containerd ... are default paths inside and touch nothing outside), and the sysctls a kubelet
# sets (vm.overcommit_memory, kernel.panic ...) are plain files there. The device-plugin directory is
# /var/lib/kubelet/device-plugins inside, $KL_DATA/var/lib/kubelet/device-plugins outside (the same sockets).
# env: KL_DIR (cache folder) KL_DATA ($KL_DIR/data) KL_KUBELET (kubelet binary, $KL_DIR/bin/kubelet) KL_PKI (the plane's pki folder, ca.crt + ca.key)
#      KL_SERVER (https://127.0.0.1:16643) KL_NODE (node name, vm) KL_SNAPSHOTTER (overlayfs) KL_PORT (30250; +1 healthz)
#      KL_STATUS (nodeStatusUpdateFrequency, 10s) KL_CONFIG (file with more lines of KubeletConfiguration) KL_FLAGS (more kubelet flags)
#      KL_QOS=1: pod cgroups below cgroup root /kl (default: no QoS cgroups; containers under /k8s.io)
set -euo pipefail
KL_DIR=${KL_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/nos-scheduling/kubelet}; D=${KL_DATA:-$KL_DIR/data}; KUBELET=$(readlink -f "${KL_KUBELET:-$KL_DIR/bin/kubelet}"); PKI=${KL_PKI:?}
SERVER=${KL_SERVER:-https://127.0.0.1:16643}; NODE=${KL_NODE:-vm}; PORT=${KL_PORT:-30250}; R=$KL_DIR/root; P=$D/pids
mkdir -p "$D"/{var/lib/kubelet,var/lib/containerd,var/log/pods,var/log/containers,var/tmp,run/lock,cni,sys,log,pki}; touch "$P"
[ -e "$D/var/run" ] || ln -s /run "$D/var/run"
t0=$(date +%s.%N); say() { awk -v a="$t0" -v b="$(date +%s.%N)" -v m="$*" 'BEGIN{printf "%6.2fs %s\n", b-a, m}' >&2; }
st() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '{print $20}'; }      # start time: tells a recycled pid
rec() { awk -v n="$1" '$1==n{print $2, $3}' "$P" | tail -1; }
alive() { local p s; read -r p s <<<"$(rec "$1")" || true; [ -n "${p:-}" ] && [ "$(st "$p")" = "$s" ]; }
record() { grep -v "^$1 " "$P" > "$P.new" || true; echo "$1 $2 $(st "$2")" >> "$P.new"; mv "$P.new" "$P"; }

# 1. the mount namespace, held by a sleep
if ! alive holder; then
  : > "$P"
  for s in vm/overcommit_memory:1 vm/panic_on_oom:0 kernel/panic:10 kernel/panic_on_oops:1 kernel/keys/root_maxkeys:1000000 kernel/keys/root_maxbytes:25000000; do
    echo "${s#*:}" > "$D/sys/$(echo "${s%:*}" | tr / _)"; done
  rm -f "$D/run/ready"
  setsid unshare -m --propagation private bash -c '
    set -e; D=$1
    for f in "$D"/sys/*; do p=$(basename "$f"); case $p in kernel_keys_*) p=kernel/keys/${p#kernel_keys_};; *) p=${p/_//};; esac; mount --bind "$f" /proc/sys/$p; done
    mount --bind "$D/var" /var; mount --make-shared /var; mount --bind "$D/run" /run; mount --make-shared /run; : > "$D/run/ready"; exec sleep infinity' - "$D" >"$D/log/holder.log" 2>&1 </dev/null &
  h=$!; for i in $(seq 50); do [ -e "$D/run/ready" ] && break; sleep 0.1; done
  [ -e "$D/run/ready" ] || { cat "$D/log/holder.log"; exit 1; }
  # setsid may or may not fork: take the sleep whose mount namespace is new
  [ "$(readlink /proc/$h/ns/mnt)" != "$(readlink /proc/self/ns/mnt)" ] || { echo "holder not in a namespace of its own" >&2; exit 1; }
  record holder "$h"; rm -f "$D/run/containerd/containerd.sock"; say "mount namespace $(readlink /proc/$h/ns/mnt)"
fi
read -r H _ <<<"$(rec holder)"
inns() { nsenter -t "$H" -m "$@"; }

# 2. containerd
if ! alive containerd; then
  cat > "$D/cni/10-kl.conflist" <<K
{"cniVersion":"0.3.1","name":"kl","plugins":[{"type":"bridge","bridge":"kl0","isGateway":false,"ipMasq":false,"ipam":{"type":"host-local","subnet":"10.251.7.0/24"}}]}
K
  cat > "$D/containerd.toml" <<K
version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "kl.local/pause:1"
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "${KL_SNAPSHOTTER:-overlayfs}"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        BinaryName = "$R/usr/sbin/runc"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "$R/usr/lib/cni"
    conf_dir = "$D/cni"
[plugins."io.containerd.internal.v1.opt"]
  path = "/var/lib/containerd/opt"
K
  PATH=$R/usr/bin:$R/usr/sbin:$PATH setsid nsenter -t "$H" -m "$R/usr/bin/containerd" --config "$D/containerd.toml" >"$D/log/containerd.log" 2>&1 </dev/null &
  record containerd $!
  for i in $(seq 100); do inns "$R/usr/bin/ctr" version >/dev/null 2>&1 && break; sleep 0.1; done
  inns "$R/usr/bin/ctr" version >/dev/null || { tail "$D/log/containerd.log"; exit 1; }
  say "containerd ready"
  for i in pause work; do inns "$R/usr/bin/ctr" -n k8s.io images import --snapshotter "${KL_SNAPSHOTTER:-overlayfs}" "$KL_DIR/img/$i.tar" >>"$D/log/import.log" 2>&1; done
  say "images imported: $(inns "$R/usr/bin/ctr" -n k8s.io images ls -q | tr '\n' ' ')"
fi

# 3. kubelet, as system:node:$NODE (1.20 takes 5 s more: cAdvisor asks five times for a docker engine)
if ! alive kubelet; then
  c=$D/pki
  if [ ! -s "$c/node.crt" ] || ! openssl verify -CAfile "$PKI/ca.crt" "$c/node.crt" >/dev/null 2>&1; then
    openssl ecparam -name prime256v1 -genkey -noout -out "$c/node.key"
    openssl req -new -key "$c/node.key" -subj "/O=system:nodes/CN=system:node:$NODE" -out "$c/node.csr"
    openssl x509 -req -in "$c/node.csr" -CA "$PKI/ca.crt" -CAkey "$PKI/ca.key" -CAcreateserial -days 30 -out "$c/node.crt" \
      -extfile <(printf 'subjectAltName=DNS:%s,IP:127.0.0.1\nextendedKeyUsage=clientAuth,serverAuth\n' "$NODE") 2>/dev/null; fi
  cat > "$D/kubelet.kubeconfig" <<K
apiVersion: v1
kind: Config
clusters: [{name: cp, cluster: {server: "$SERVER", certificate-authority: $PKI/ca.crt}}]
users: [{name: node, user: {client-certificate: $c/node.crt, client-key: $c/node.key}}]
contexts: [{name: cp, context: {cluster: cp, user: node}}]
current-context: cp
K
  cg='cgroupsPerQOS: false
enforceNodeAllocatable: []'
  if [ -n "${KL_QOS:-}" ]; then cg='cgroupsPerQOS: true
cgroupRoot: /kl
enforceNodeAllocatable: []'; for m in /sys/fs/cgroup/*/; do case $m in */unified/) ;; *) mkdir -p "$m/kl";; esac; done
    cat /sys/fs/cgroup/cpuset/cpuset.cpus > /sys/fs/cgroup/cpuset/kl/cpuset.cpus; cat /sys/fs/cgroup/cpuset/cpuset.mems > /sys/fs/cgroup/cpuset/kl/cpuset.mems; fi
  cat > "$D/kubelet.yaml" <<K
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: 127.0.0.1
port: $PORT
readOnlyPort: 0
healthzBindAddress: 127.0.0.1
healthzPort: $((PORT+1))
tlsCertFile: $c/node.crt
tlsPrivateKeyFile: $c/node.key
authentication: {anonymous: {enabled: false}, webhook: {enabled: false}, x509: {clientCAFile: $PKI/ca.crt}}
authorization: {mode: AlwaysAllow}
cgroupDriver: cgroupfs
$cg
failSwapOn: false
makeIPTablesUtilChains: false
imageGCHighThresholdPercent: 100
evictionHard: {imagefs.available: "0%", nodefs.available: "0%", nodefs.inodesFree: "0%"}
nodeStatusUpdateFrequency: ${KL_STATUS:-10s}
volumePluginDir: /var/lib/kubelet/volumeplugins
resolvConf: /etc/resolv.conf
K
  v=$("$KUBELET" --version); fl=()
  case $v in *" v1."[0-9].*|*" v1.1"[0-9].*|*" v1.2"[0-6].*) fl+=(--container-runtime=remote --container-runtime-endpoint=unix:///run/containerd/containerd.sock);;
    *) echo 'containerRuntimeEndpoint: unix:///run/containerd/containerd.sock' >> "$D/kubelet.yaml"; echo 'failCgroupV1: false' >> "$D/kubelet.yaml";; esac
  case $v in *" v1."[0-9].*|*" v1.1"[0-9].*|*" v1.2"[0-9].*|*" v1.3"[0-4].*) fl+=(--pod-infra-container-image=kl.local/pause:1);; esac
  [ -z "${KL_CONFIG:-}" ] || cat "$KL_CONFIG" >> "$D/kubelet.yaml"
  [ ! -s "$D/log/kubelet.log" ] || mv "$D/log/kubelet.log" "$D/log/kubelet.log.$(date +%s)"
  AWS_EC2_METADATA_DISABLED=true PATH=$R/usr/bin:$R/usr/sbin:$PATH setsid nsenter -t "$H" -m "$KUBELET" --config "$D/kubelet.yaml" --kubeconfig "$D/kubelet.kubeconfig" --hostname-override "$NODE" "${fl[@]}" ${KL_FLAGS:-} \
    >"$D/log/kubelet.log" 2>&1 </dev/null &
  record kubelet $!
fi
for i in $(seq 300); do alive kubelet || { say "kubelet died:"; grep -E '^[FE]|rror' "$D/log/kubelet.log" | tail -15 >&2; exit 1; }
  [ "$(curl -sS --max-time 1 "http://127.0.0.1:$((PORT+1))/healthz" 2>/dev/null)" = ok ] && break; sleep 0.1; done
say "$("$KUBELET" --version) healthz: $(curl -sS --max-time 1 "http://127.0.0.1:$((PORT+1))/healthz")"
cat "$P"

#!/bin/bash
# Runs containerd and kubelet as a node, in namespaces of their own: whoever kills this process kills kubelet, containerd and every container with it.
#
#   node.sh run FOLDER    until it is killed. FOLDER becomes the node's /var, /run and logs. A kubelet that ends is started anew; while FOLDER/hold
#                         exists it is not.
#   node.sh possible      whether this machine seems able to run a kubelet, before there is one: 0; 3 where it is not, with the reason on stderr
#   node.sh trial         whether it is, by starting a container and a pod: 0, 3 likewise
#   node.sh sweep         removes the empty cgroups that nodes which were killed left behind
#
# env, for run and trial: KL_DIR what build.sh made
# env, for run: KL_NODE the node's name; KL_KUBECONFIG kubelet's identity; KL_CERTS a folder with tls.crt, tls.key and ca.crt; KL_PORT and KL_HEALTH
#               kubelet's ports on 127.0.0.1; KL_STATUS nodeStatusUpdateFrequency (10s); KL_FLAGS more flags of kubelet
# needs: root, unshare (util-linux), a kernel with overlayfs or none
#
# Inside, FOLDER/var is /var and FOLDER/run is /run, so that everything is where it always is and nothing of the machine is touched; from outside kubelet's
# directory is FOLDER/var/lib/kubelet, with the same sockets. FOLDER itself is /run/node, KL_DIR is /run/dist. The sysctls that a kubelet sets are plain
# files there. Pods are below the cgroup /nos-kubelet-PID, PID being this process's. The network is the machine's: give pods hostNetwork.
set -euo pipefail
umask 022
readonly cgroups=/sys/fs/cgroup

cannot() { echo "$*" >&2; exit 3; }
unified() { [ -e "$cgroups/cgroup.controllers" ]; }
hierarchies() { # the folders in which a cgroup has to be made
  if unified; then echo "$cgroups"; return; fi
  local folder
  for folder in "$cgroups"/*/; do
    folder=${folder%/}
    [ -L "$folder" ] || [ "$folder" = "$cgroups/unified" ] || [ ! -e "$folder/cgroup.procs" ] || echo "$folder"
  done
}

sweep() {
  local folder owner
  while read -r folder; do
    for owner in "$folder"/nos-kubelet-*/; do
      owner=${owner%/}
      [ ! -d "$owner" ] || [ -d "/proc/${owner##*-}" ] || find "$owner" -depth -type d -exec rmdir {} + 2>/dev/null || true
    done
  done < <(hierarchies; [ ! -e "$cgroups/unified/cgroup.procs" ] || echo "$cgroups/unified")
}

check() { # what can be told without trying
  [ "$(id -u)" = 0 ] || cannot "only root can run one"
  local tool
  for tool in unshare setpriv mount; do command -v "$tool" >/dev/null || cannot "there is no $tool (util-linux)"; done
  unshare --mount --pid --fork --kill-child --propagation private bash -c 'mount -t proc proc /proc && mount --bind /proc/version /proc/version' 2>/dev/null ||
    cannot "this machine lets nobody have mount and process namespaces"
  { : </dev/kmsg; } 2>/dev/null || cannot "there is no /dev/kmsg to read, and kubelet does not start without"
  [ -n "$(hierarchies)" ] || cannot "there are no cgroups in $cgroups"
  ( own_cgroup "$BASHPID" ) || exit $?
  sweep
}

complete() {
  local program
  for program in bin/kubelet root/usr/bin/containerd root/usr/sbin/runc img/work.tar; do
    [ -e "$KL_DIR/$program" ] || { echo "$KL_DIR/$program is missing: run tests/control-plane/kubelet/build.sh" >&2; exit 1; }
  done
  "$KL_DIR/bin/kubelet" --version >/dev/null 2>&1 || cannot "$KL_DIR/bin/kubelet does not run here"
}

own_cgroup() { # makes /nos-kubelet-PID in every hierarchy
  local folder controller
  ! unified || for controller in $(cat "$cgroups/cgroup.controllers"); do echo "+$controller" 2>/dev/null >"$cgroups/cgroup.subtree_control" || true; done
  while read -r folder; do
    mkdir -p "$folder/nos-kubelet-$1" 2>/dev/null || cannot "no cgroup can be made in $folder"
    [ ! -e "$folder/cpuset.cpus" ] || [ -n "$(cat "$folder/nos-kubelet-$1/cpuset.cpus")" ] || unified || {
      cat "$folder/cpuset.cpus" >"$folder/nos-kubelet-$1/cpuset.cpus"
      cat "$folder/cpuset.mems" >"$folder/nos-kubelet-$1/cpuset.mems"
    }
  done < <(hierarchies)
}

enter() { # verb FOLDER: becomes the namespaces' keeper
  mkdir -p "$2"/{var/lib/kubelet,var/lib/containerd,var/log/pods,var/log/containers,var/tmp,run/lock,run/node,run/dist,sys,log,cni,pods}
  own_cgroup "$BASHPID"
  export KL_FOLDER=$2 KL_CGROUP=/nos-kubelet-$BASHPID
  exec unshare --mount --pid --fork --kill-child --propagation private bash "${BASH_SOURCE[0]}" "$1"
}

inside() { # as the first process of its namespace
  local s name
  mount -t proc proc /proc
  for s in vm/overcommit_memory:1 vm/panic_on_oom:0 kernel/panic:10 kernel/panic_on_oops:1 kernel/keys/root_maxkeys:1000000 kernel/keys/root_maxbytes:25000000; do
    name=${s%:*}
    echo "${s#*:}" >"$KL_FOLDER/sys/${name//\//_}"
    [ ! -e "/proc/sys/$name" ] || mount --bind "$KL_FOLDER/sys/${name//\//_}" "/proc/sys/$name"
  done
  # Whether an overlay can lie on the disk of this folder; not where that is one itself.
  mkdir -p "$KL_FOLDER"/tmp/{lower,upper,work,all}
  snapshotter=native
  if mount -t overlay overlay -o "lowerdir=$KL_FOLDER/tmp/lower,upperdir=$KL_FOLDER/tmp/upper,workdir=$KL_FOLDER/tmp/work" "$KL_FOLDER/tmp/all" 2>/dev/null; then
    umount "$KL_FOLDER/tmp/all"; snapshotter=overlayfs
  fi
  [ -e "$KL_FOLDER/var/run" ] || ln -s /run "$KL_FOLDER/var/run"
  [ -z "${KL_CERTS:-}" ] || { cp "$KL_CERTS"/{tls.crt,tls.key,ca.crt} "$KL_FOLDER/"; cp "$KL_KUBECONFIG" "$KL_FOLDER/kubeconfig"; }
  mount --bind "$KL_DIR" "$KL_FOLDER/run/dist"
  mount --bind "$KL_FOLDER" "$KL_FOLDER/run/node"
  mount --rbind "$KL_FOLDER/run" /run && mount --make-rshared /run
  mount --bind /run/node/var /var && mount --make-shared /var
  cd /
  export PATH=/run/dist/root/usr/bin:/run/dist/root/usr/sbin:$PATH AWS_EC2_METADATA_DISABLED=true
}

containerd_up() {
  local image
  printf '{"cniVersion":"0.3.1","name":"kl","plugins":[{"type":"loopback"}]}\n' >/run/node/cni/10-kl.conflist
  echo "nameserver 127.0.0.1" >/run/node/resolv.conf
  cat >/run/node/containerd.toml <<END
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
    snapshotter = "$snapshotter"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        BinaryName = "/run/dist/root/usr/sbin/runc"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/run/dist/root/usr/lib/cni"
    conf_dir = "/run/node/cni"
[plugins."io.containerd.internal.v1.opt"]
  path = "/var/lib/containerd/opt"
END
  containerd --config /run/node/containerd.toml >/run/node/log/containerd.log 2>&1 </dev/null &
  local process=$!
  until ctr version >/dev/null 2>&1; do
    kill -0 "$process" 2>/dev/null || { tail -n 5 /run/node/log/containerd.log >&2; cannot "containerd does not start"; }
    sleep 0.1
  done
  for image in pause work; do
    ctr -n k8s.io images import --snapshotter "$snapshotter" "/run/dist/img/$image.tar" >>/run/node/log/import.log 2>&1 || cannot "containerd cannot unpack an image: $(tail -n 1 /run/node/log/import.log)"
  done
}

kubelet_configuration() { # more lines
  cat >/run/node/kubelet.yaml <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: 127.0.0.1
port: ${KL_PORT:-0}
readOnlyPort: 0
healthzBindAddress: 127.0.0.1
healthzPort: ${KL_HEALTH:-0}
cgroupDriver: cgroupfs
cgroupsPerQOS: true
cgroupRoot: $KL_CGROUP
enforceNodeAllocatable: []
failSwapOn: false
makeIPTablesUtilChains: false
imageGCHighThresholdPercent: 100
evictionHard: {imagefs.available: "0%", nodefs.available: "0%", nodefs.inodesFree: "0%"}
nodeStatusUpdateFrequency: ${KL_STATUS:-10s}
volumePluginDir: /var/lib/kubelet/volumeplugins
resolvConf: /run/node/resolv.conf
$1
END
  kubelet=(/run/dist/bin/kubelet --config /run/node/kubelet.yaml)
  local version; version=$("${kubelet[0]}" --version)
  case $version in
    *" v1."[0-9].* | *" v1.1"[0-9].* | *" v1.2"[0-6].*) kubelet+=(--container-runtime=remote --container-runtime-endpoint=unix:///run/containerd/containerd.sock) ;;
    *) printf 'containerRuntimeEndpoint: unix:///run/containerd/containerd.sock\nfailCgroupV1: false\n' >>/run/node/kubelet.yaml ;;
  esac
  case $version in
    *" v1."[0-9].* | *" v1.1"[0-9].* | *" v1.2"[0-9].* | *" v1.3"[0-4].*) kubelet+=(--pod-infra-container-image=kl.local/pause:1) ;;
  esac
}

serve() {
  containerd_up
  echo "containerd serves, on $snapshotter"
  kubelet_configuration 'tlsCertFile: /run/node/tls.crt
tlsPrivateKeyFile: /run/node/tls.key
authentication: {anonymous: {enabled: false}, webhook: {enabled: false}, x509: {clientCAFile: /run/node/ca.crt}}
authorization: {mode: AlwaysAllow}'
  # shellcheck disable=SC2206
  kubelet+=(--kubeconfig /run/node/kubeconfig --hostname-override "$KL_NODE" ${KL_FLAGS:-})
  while :; do
    while [ -e /run/node/hold ]; do sleep 0.1; done
    echo "kubelet starts"
    "${kubelet[@]}" >>/run/node/log/kubelet.log 2>&1 </dev/null || true
    echo "kubelet has ended"
    sleep 0.1
  done
}

try_container() {
  containerd_up
  ctr -n trial images import --snapshotter "$snapshotter" /run/dist/img/work.tar >/dev/null
  local said
  said=$(ctr -n trial run --rm --snapshotter "$snapshotter" --cgroup "$KL_CGROUP/trial" kl.local/work:1 trial /work once 2>&1) && [[ $said = *READY* ]] ||
    cannot "runc starts no container here: $(tail -n 1 <<<"$said" | cut -c1-300)"
}

try_pod() { # by a kubelet without a cluster
  kubelet_configuration 'staticPodPath: /run/node/pods
enableServer: false
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}'
  echo '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"trial"},"spec":{"hostNetwork":true,"containers":[{"name":"c","image":"kl.local/work:1","imagePullPolicy":"Never"}]}}' >/run/node/pods/trial.json
  "${kubelet[@]}" >/run/node/log/kubelet.log 2>&1 </dev/null &
  local process=$! tick
  for tick in $(seq 600); do
    if grep -qs READY /var/log/pods/*trial*/c/0.log; then return; fi
    kill -0 "$process" 2>/dev/null || break
    sleep 0.1
  done
  cannot "kubelet starts no pod here${tick:+: }$(grep -E '^[FE]' /run/node/log/kubelet.log | tail -n 1 | cut -c1-300)"
}

case ${1:-} in
  sweep) sweep ;;
  possible) check ;;
  run)
    : "${KL_DIR:?}" "${KL_NODE:?}" "${KL_KUBECONFIG:?}" "${KL_CERTS:?}" "${KL_PORT:?}" "${KL_HEALTH:?}"
    export KL_DIR
    mkdir -p "${2:?usage: node.sh run FOLDER}"
    sweep
    enter serve "$(cd "$2" && pwd)"
    ;;
  trial)
    export KL_DIR=${KL_DIR:?}
    check
    complete
    folder=$(mktemp -d); rc=0
    ( enter try "$folder" ) || rc=$?
    sweep
    rm -rf --one-file-system -- "$folder"
    exit "$rc"
    ;;
  serve) inside; serve ;;
  try)
    inside; try_container; try_pod ;;
  *) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac

#!/bin/bash
# Starts a throw-away control plane on 127.0.0.1, for a developer's hand: etcd, kube-apiserver, kube-scheduler (and
# kube-controller-manager with WITH_KCM=1). No kubelet: nodes are objects. What runs already is left running; down.sh stops it.
# The tests do not use this: their harness (tests/Nos.Scheduling.ClusterTests/Harness) starts planes of its own.
#
# env:   CP_BIN                  folder of the programs (default $KUBEBUILDER_ASSETS, else what build.sh made)
#        CP_DIR                  state: kubeconfig, pids, data, logs (default ${XDG_CACHE_HOME:-$HOME/.cache}/nos-scheduling/plane)
#        CP_APISERVER_PORT 16443, CP_ETCD_PORT 12379, CP_ETCD_PEER_PORT 12380, CP_SCHED_PORT 20259 (and one more), CP_KCM_PORT 20257
#        KUBE_SCHEDULER_CONFIG   a KubeSchedulerConfiguration file; @KUBECONFIG@ in it is filled in
#        CP_DISABLE_ADMISSION    default ServiceAccount,TaintNodesByCondition, see below
#        CP_AUTHZ                RBAC (default) or AlwaysAllow
#        CP_APISERVER_EXTRA, CP_SCHED_EXTRA, CP_KCM_EXTRA   more flags
#        CP_KCM_CONTROLLERS      default *,-nodelifecycle: with it, nodes without a kubelet turn NotReady after 40 s
# needs: curl, openssl
set -euo pipefail
umask 077
cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/nos-scheduling
dir=${CP_DIR:-$cache/plane}
bin=${CP_BIN:-${KUBEBUILDER_ASSETS:-$cache/control-plane/bin}}
api=${CP_APISERVER_PORT:-16443} client=${CP_ETCD_PORT:-12379} peer=${CP_ETCD_PEER_PORT:-12380} sched=${CP_SCHED_PORT:-20259} kcm=${CP_KCM_PORT:-20257}
# ServiceAccount: without kube-controller-manager no namespace gets its default service account, and every pod would be refused.
# TaintNodesByCondition: taints a new node not-ready, and only kube-controller-manager takes that off.
no_admission=${CP_DISABLE_ADMISSION:-ServiceAccount,TaintNodesByCondition}
programs="etcd kube-apiserver kube-scheduler"; [ "${WITH_KCM:-0}" != 1 ] || programs+=" kube-controller-manager"

started=$(date +%s)
say() { printf '%3d s  %s\n' $(($(date +%s) - started)) "$*" >&2; }
fail() { echo "up.sh: $*" >&2; exit 1; }
for tool in curl openssl; do command -v "$tool" >/dev/null || fail "missing $tool: apt-get install $tool (as root)"; done
for program in $programs; do
  [ -x "$bin/$program" ] || fail "$bin/$program is missing: run COMPONENTS=\"${programs#etcd }\" tests/control-plane/build.sh, or set CP_BIN"
done
mkdir -p "$dir/pki" "$dir/log"
dir=$(cd "$dir" && pwd); pids=$dir/pids; pki=$dir/pki; logs=$dir/log
touch "$pids"

pid_of() { awk -v n="$1" '$1 == n {p = $2} END {print p}' "$pids"; }
# The recorded pid lives and is that program, not another one that got its number.
alive() { local pid; pid=$(pid_of "$1"); [ -n "$pid" ] && [ "$(basename "$(readlink "/proc/$pid/exe" 2>/dev/null)")" = "$1" ]; }
start() { # program, flags...
  local program=$1; shift
  setsid nohup "$bin/$program" "$@" >"$logs/$program.log" 2>&1 </dev/null &
  { grep -v "^$program " "$pids" || true; echo "$program $!"; } >"$pids.new"; mv "$pids.new" "$pids"
}
wait_for() { # program, seconds, command...
  local program=$1 limit=$(($(date +%s) + $2)); shift 2
  until "$@" >/dev/null 2>&1; do
    sleep 0.1
    alive "$program" || { tail -n 20 "$logs/$program.log" >&2; fail "$program ended, see above and $logs/$program.log"; }
    [ "$(date +%s)" -lt "$limit" ] || { tail -n 20 "$logs/$program.log" >&2; fail "$program is not ready, see above and $logs/$program.log"; }
  done
  say "$program (pid $(pid_of "$program"))"
}
answers() { [ "$(curl -sS --max-time 2 "${@:2}")" = "$1" ]; } # text, curl's arguments
as_admin() { curl -sSf --max-time 2 --cacert "$pki/ca.crt" --cert "$pki/admin.crt" --key "$pki/admin.key" "$@"; }

certificate() { # name subject extensions
  openssl ecparam -name prime256v1 -genkey -noout -out "$pki/$1.key"
  openssl req -new -key "$pki/$1.key" -subj "$2" -out "$pki/$1.csr"
  openssl x509 -req -in "$pki/$1.csr" -CA "$pki/ca.crt" -CAkey "$pki/ca.key" -CAcreateserial -days 30 -out "$pki/$1.crt" \
    -extfile <(printf '%b' "$3") 2>/dev/null
}
if [ ! -s "$pki/kcm.crt" ]; then
  openssl ecparam -name prime256v1 -genkey -noout -out "$pki/ca.key"
  openssl req -x509 -new -key "$pki/ca.key" -subj /CN=plane-ca -days 30 -out "$pki/ca.crt"
  openssl ecparam -name prime256v1 -genkey -noout -out "$pki/sa.key"
  certificate apiserver /CN=kube-apiserver "subjectAltName=DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:10.0.0.1\nextendedKeyUsage=serverAuth\n"
  certificate admin /O=system:masters/CN=admin "extendedKeyUsage=clientAuth\n"
  certificate scheduler /CN=system:kube-scheduler "extendedKeyUsage=clientAuth\n"
  certificate kcm /CN=system:kube-controller-manager "extendedKeyUsage=clientAuth\n"
fi
for user in admin scheduler kcm; do
  cat >"$dir/$user.kubeconfig" <<K
apiVersion: v1
kind: Config
clusters: [{name: plane, cluster: {server: "https://127.0.0.1:$api", certificate-authority-data: $(base64 -w0 "$pki/ca.crt")}}]
users: [{name: $user, user: {client-certificate-data: $(base64 -w0 "$pki/$user.crt"), client-key-data: $(base64 -w0 "$pki/$user.key")}}]
contexts: [{name: plane, context: {cluster: plane, user: $user}}]
current-context: plane
K
done

alive etcd || start etcd --name plane --data-dir "$dir/etcd" --unsafe-no-fsync \
  --listen-client-urls "http://127.0.0.1:$client" --advertise-client-urls "http://127.0.0.1:$client" \
  --listen-peer-urls "http://127.0.0.1:$peer" --initial-advertise-peer-urls "http://127.0.0.1:$peer" --initial-cluster "plane=http://127.0.0.1:$peer"
wait_for etcd 30 curl -sSf --max-time 2 "http://127.0.0.1:$client/health"

# shellcheck disable=SC2086
alive kube-apiserver || start kube-apiserver --etcd-servers "http://127.0.0.1:$client" \
  --bind-address 127.0.0.1 --advertise-address 127.0.0.1 --secure-port "$api" \
  --tls-cert-file "$pki/apiserver.crt" --tls-private-key-file "$pki/apiserver.key" --client-ca-file "$pki/ca.crt" \
  --service-account-key-file "$pki/sa.key" --service-account-signing-key-file "$pki/sa.key" \
  --service-account-issuer https://kubernetes.default.svc --service-cluster-ip-range 10.0.0.0/24 \
  --authorization-mode "${CP_AUTHZ:-RBAC}" --disable-admission-plugins "$no_admission" --allow-privileged=true ${CP_APISERVER_EXTRA:-}
wait_for kube-apiserver 90 as_admin "https://127.0.0.1:$api/readyz"
wait_for kube-apiserver 30 as_admin "https://127.0.0.1:$api/api/v1/namespaces/default"

# Releases before 1.23 open a plain port on all interfaces unless told otherwise.
plain_port_off() { case "$("$bin/$1" --help 2>&1)" in *" --port int "*) echo "--port=0" ;; esac; }
if ! alive kube-scheduler; then
  flags=(--leader-elect=false --kubeconfig "$dir/scheduler.kubeconfig")
  if [ -n "${KUBE_SCHEDULER_CONFIG:-}" ]; then
    sed "s#@KUBECONFIG@#$dir/scheduler.kubeconfig#" "$KUBE_SCHEDULER_CONFIG" >"$dir/scheduler.yaml"
    # With a file of v1beta1 the flag --port=0 is ignored, and port 0 in the file refused: keep it on loopback.
    if grep -q '^apiVersion: *kubescheduler.config.k8s.io/v1beta1' "$dir/scheduler.yaml" && ! grep -q '^healthzBindAddress:' "$dir/scheduler.yaml"; then
      printf '\nhealthzBindAddress: 127.0.0.1:%s\nmetricsBindAddress: 127.0.0.1:%s\n' $((sched + 1)) $((sched + 1)) >>"$dir/scheduler.yaml"
    fi
    flags=(--config "$dir/scheduler.yaml")
  fi
  # shellcheck disable=SC2046,SC2086
  start kube-scheduler "${flags[@]}" $(plain_port_off kube-scheduler) --bind-address 127.0.0.1 --secure-port "$sched" \
    --authentication-kubeconfig "$dir/scheduler.kubeconfig" --authorization-kubeconfig "$dir/scheduler.kubeconfig" \
    --authentication-skip-lookup=true --authorization-always-allow-paths /healthz,/readyz,/livez,/metrics ${CP_SCHED_EXTRA:-}
fi
wait_for kube-scheduler 30 answers ok -k "https://127.0.0.1:$sched/healthz"

if [ "${WITH_KCM:-0}" = 1 ]; then
  # shellcheck disable=SC2046,SC2086
  alive kube-controller-manager || start kube-controller-manager $(plain_port_off kube-controller-manager) --leader-elect=false \
    --kubeconfig "$dir/kcm.kubeconfig" --authentication-kubeconfig "$dir/kcm.kubeconfig" --authorization-kubeconfig "$dir/kcm.kubeconfig" \
    --bind-address 127.0.0.1 --secure-port "$kcm" --service-account-private-key-file "$pki/sa.key" --root-ca-file "$pki/ca.crt" \
    --use-service-account-credentials=true --controllers="${CP_KCM_CONTROLLERS:-*,-nodelifecycle}" ${CP_KCM_EXTRA:-}
  wait_for kube-controller-manager 30 answers ok -k "https://127.0.0.1:$kcm/healthz"
fi
say "the plane is up"
echo "export KUBECONFIG=$dir/admin.kubeconfig"

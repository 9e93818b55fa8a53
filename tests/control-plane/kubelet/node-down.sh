#!/bin/bash
# node-down.sh          stop kubelet, kill the containers, stop containerd, shims and the namespace holder; remove bridge, cgroups and $KL_DATA (kept with KEEP_DATA=1)
# node-down.sh kubelet  stop only the kubelet (SIG=KILL for -9); containers go on running
# Only recorded pids (with their start time) and processes of the namespace that node-up.sh made are stopped.
set -uo pipefail
KL_DIR=${KL_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/nos-scheduling/kubelet}; D=${KL_DATA:-$KL_DIR/data}; R=$KL_DIR/root; P=$D/pids; [ -s "$P" ] || { echo "nothing recorded"; exit 0; }
st() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '{print $20}'; }
rec() { awk -v n="$1" '$1==n{print $2, $3}' "$P" | tail -1; }
alive() { local p s; read -r p s <<<"$(rec "$1")" || true; [ -n "${p:-}" ] && [ "$(st "$p")" = "$s" ]; }
stop() { local p s; alive "$1" || return 0; read -r p s <<<"$(rec "$1")"; kill -"${SIG:-TERM}" "$p"; for i in $(seq 100); do alive "$1" || { echo "$1 $p stopped"; return; }; sleep 0.1; done; kill -9 "$p"; echo "$1 $p killed (-9)"; }
stop kubelet; [ "${1:-}" != kubelet ] || exit 0
if alive holder; then
  read -r H _ <<<"$(rec holder)"; NS=$(readlink "/proc/$H/ns/mnt"); [ -n "$NS" ] && [ "$NS" != "$(readlink /proc/self/ns/mnt)" ] || { echo "holder's namespace is wrong"; exit 1; }
  if alive containerd; then c() { nsenter -t "$H" -m timeout 10 "$R/usr/bin/ctr" -n k8s.io "$@"; }
    for t in $(c tasks ls -q 2>/dev/null); do c tasks kill -s KILL "$t" >/dev/null 2>&1; done; sleep 0.5
    for t in $(c tasks ls -q 2>/dev/null); do c tasks delete -f "$t" >/dev/null 2>&1; done
    for t in $(c containers ls -q 2>/dev/null); do c containers delete "$t" >/dev/null 2>&1; done; fi
  stop containerd
  for p in /proc/[0-9]*; do p=${p#/proc/}; [ "$p" != "$H" ] && [ "$(readlink "/proc/$p/ns/mnt" 2>/dev/null)" = "$NS" ] && { echo "in the namespace: $p $(tr '\0' ' ' < "/proc/$p/cmdline" | cut -c1-60)"; kill "$p" 2>/dev/null; sleep 0.2; kill -9 "$p" 2>/dev/null; }; done
  SIG=KILL stop holder
fi
ip link show kl0 >/dev/null 2>&1 && ip link del kl0
sleep 0.3
for m in /sys/fs/cgroup/*/; do for g in k8s.io kl; do [ -d "$m$g" ] && find "$m$g" -depth -type d -exec rmdir {} + 2>/dev/null; done; done
: > "$P"; [ -n "${KEEP_DATA:-}" ] || case $D in */data*) rm -rf --one-file-system -- "$D" && echo "removed $D";; esac

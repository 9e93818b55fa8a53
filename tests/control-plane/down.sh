#!/bin/bash
# Stops exactly the processes that up.sh recorded and removes their data (KEEP_DATA=1 keeps it). env: CP_DIR as for up.sh.
set -uo pipefail
dir=${CP_DIR:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/nos-scheduling/plane}
[ -s "$dir/pids" ] || { echo "nothing is recorded in $dir"; exit 0; }
# A recorded pid may belong to another program by now.
is() { [ "$(basename "$(readlink "/proc/$2/exe" 2>/dev/null | sed 's/ (deleted)$//')")" = "$1" ]; }
for program in kube-controller-manager kube-scheduler kube-apiserver etcd; do
  pid=$(awk -v n="$program" '$1 == n {p = $2} END {print p}' "$dir/pids")
  [ -n "$pid" ] && is "$program" "$pid" || continue
  kill "$pid"
  for _ in $(seq 100); do is "$program" "$pid" || break; sleep 0.1; done
  if is "$program" "$pid"; then kill -9 "$pid"; fi
  echo "$program (pid $pid) stopped"
done
: >"$dir/pids"
[ -n "${KEEP_DATA:-}" ] || rm -rf -- "$dir/etcd" "$dir/pki" "$dir/log" "$dir"/*.kubeconfig "$dir/scheduler.yaml"

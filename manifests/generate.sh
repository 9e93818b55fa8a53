#!/bin/bash
# Writes the generated files below manifests/ anew, from what kubectl-nos prints. A test compares them with it.
# usage: bash manifests/generate.sh [DIR]
# DIR takes the place of manifests/; $NOS that of the program, which else is built first.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
into=${1:-$root/manifests}

if [ -z "${NOS:-}" ]; then
    dotnet build "$root/src/Nos.Scheduling.Cli" -v q --nologo >&2
    NOS="dotnet run --no-build --project $root/src/Nos.Scheduling.Cli --"
fi
write() { # file, arguments of kubectl-nos: only a whole result replaces the file
    mkdir -p "$(dirname "$into/$1")"
    $NOS "${@:2}" >"$into/$1.new" || { rm -f "$into/$1.new"; return 1; }
    mv "$into/$1.new" "$into/$1"
    echo "$into/$1"
}

# As seen from the pod of components/own-scheduler.
scheduler=(scheduler-config --mode own --url https://nos-extender.nos-system.svc:8444 --client-kubeconfig ""
    --ca-file /etc/nos/certificates/ca.crt --cert-file /etc/nos/certificates/tls.crt --key-file /etc/nos/certificates/tls.key
    --lease nos-system/nos-scheduler)

write crds/nos.nebuly.com.yaml crds
write components/crd-validation/nos.nebuly.com.yaml crds --for 1.29
write components/own-scheduler/kube-scheduler-config.yaml "${scheduler[@]}" --api v1
write components/own-scheduler-v1beta1/kube-scheduler-config.yaml "${scheduler[@]}" --api v1beta1

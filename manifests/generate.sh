#!/bin/bash
# Writes the generated files below manifests/ anew, from what kubectl-nos prints. A test compares them with it.
# usage: bash manifests/generate.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

dotnet build src/Nos.Scheduling.Cli -v q --nologo >&2
nos() { dotnet run --no-build --project src/Nos.Scheduling.Cli -- "$@"; }
write() { # file, arguments of kubectl-nos: only a whole result replaces the file
    nos "${@:2}" >"$1.new" || { rm -f "$1.new"; return 1; }
    mv "$1.new" "$1"
    echo "$1"
}

# As seen from the pod of components/own-scheduler.
scheduler=(scheduler-config --mode own --url https://nos-extender.nos-system.svc:8444 --client-kubeconfig ""
    --ca-file /etc/nos/certificates/ca.crt --cert-file /etc/nos/certificates/tls.crt --key-file /etc/nos/certificates/tls.key
    --lease nos-system/nos-scheduler)

write manifests/crds/nos.nebuly.com.yaml crds
write manifests/components/crd-validation/nos.nebuly.com.yaml crds --for 1.29
write manifests/components/own-scheduler/kube-scheduler-config.yaml "${scheduler[@]}" --api v1
write manifests/components/own-scheduler-v1beta1/kube-scheduler-config.yaml "${scheduler[@]}" --api v1beta1

#!/bin/bash
# Makes the certificates that a development cluster needs, below certs/dev (never committed): a CA of its own; the server's, for its
# extender and admission ports; the client's, which kube-scheduler shows to the extender. What is there and still good is kept.
set -euo pipefail
umask 077

usage() {
    cat <<'END'
usage: bash certs/make-dev-certs.sh [--renew] [--out DIR] [--days N] [--host NAME]...

  --renew      new server and client certificates, also where the old ones are still good; the CA stays
  --out DIR    where to put them (default: certs/dev)
  --days N     how long new certificates last, 1 to 825 (default: 365; the CA lasts ten years)
  --host NAME  one more DNS name or IPv4 address of the server; may come again

Below DIR, each folder with tls.crt, tls.key and ca.crt:
  server          for the server's --cert-dir and the Secret nos-certificates
  kube-scheduler  for scheduler-config's --cert-file, --key-file and --ca-file, and the Secret nos-scheduler-certificates
and ca/, whose key signs them.
END
}
fail() { echo "make-dev-certs.sh: $1" >&2; exit "${2:-1}"; }
value() { [ "$2" -ge 2 ] || fail "$1 needs a value; --help tells more." 2; }

out= days=365 renew=0 hosts=()
while [ $# -gt 0 ]; do
    case $1 in
        --renew) renew=1 ;;
        --out) value "$1" $#; out=$2; shift ;;
        --days) value "$1" $#; days=$2; shift ;;
        --host) value "$1" $#; hosts+=("$2"); shift ;;
        --help | -h) usage; exit 0 ;;
        *) fail "'$1' means nothing here; --help tells more." 2 ;;
    esac
    shift
done
[[ $days =~ ^[1-9][0-9]{0,2}$ ]] && [ "$days" -le 825 ] || fail "--days '$days' is not between 1 and 825." 2
for host in "${hosts[@]}"; do
    [[ $host =~ ^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$ ]] || fail "--host '$host' is neither a DNS name nor an IPv4 address." 2
done
command -v openssl >/dev/null || fail "openssl is missing; on Debian: apt-get install openssl."
out=${out:-$(dirname "${BASH_SOURCE[0]}")/dev}
mkdir -p "$out" && [ -w "$out" ] || fail "cannot write to $out."
out=$(cd "$out" && pwd)

work=$(mktemp -d "$out/.new.XXXXXX")
trap 'rm -rf -- "$work"' EXIT
quietly() { openssl "$@" 2>"$work/error" || { cat "$work/error" >&2; fail "openssl $1 failed, see above."; }; }
new_key() { quietly ecparam -name prime256v1 -genkey -noout -out "$1"; }

# Whether the certificate is there, belongs to its key and lasts another 30 days (or a tenth of its time, where that is less).
good() { # folder certificate key
    local margin=$((days * 8640 < 2592000 ? days * 8640 : 2592000))
    [ -s "$1/$2" ] && [ -s "$1/$3" ] && openssl x509 -in "$1/$2" -noout -checkend "$margin" >/dev/null 2>&1 &&
        [ "$(openssl x509 -in "$1/$2" -noout -pubkey 2>/dev/null)" = "$(openssl pkey -in "$1/$3" -pubout 2>/dev/null)" ]
}

make_ca() {
    if good "$out/ca" ca.crt ca.key; then echo "kept     $out/ca"; return; fi
    mkdir "$work/ca"
    new_key "$work/ca/ca.key"
    quietly req -x509 -new -key "$work/ca/ca.key" -sha256 -days 3650 -subj "/CN=nos-scheduling development CA" \
        -addext "keyUsage=critical,keyCertSign,cRLSign" -out "$work/ca/ca.crt"
    rm -rf -- "$out/ca"
    mv "$work/ca" "$out/ca"
    echo "made     $out/ca"
}

# One folder, complete or not at all: a server that re-reads it never sees half of it.
make_leaf() { # name subject usage [subjectAltName]
    local name=$1 folder=$out/$1 extensions="basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=$3\n${4:+subjectAltName=$4\n}"
    if [ $renew = 0 ] && good "$folder" tls.crt tls.key && [ "$(cat "$folder/.names" 2>/dev/null)" = "${4:-}" ] &&
        openssl verify -CAfile "$out/ca/ca.crt" "$folder/tls.crt" >/dev/null 2>&1; then
        echo "kept     $folder"
        return
    fi
    local made=$work/$name
    mkdir "$made"
    new_key "$made/tls.key"
    quietly req -new -key "$made/tls.key" -subj "$2" -out "$work/$name.csr"
    printf '%b' "$extensions" >"$work/$name.ext"
    quietly x509 -req -in "$work/$name.csr" -CA "$out/ca/ca.crt" -CAkey "$out/ca/ca.key" -set_serial "0x$(openssl rand -hex 16)" \
        -sha256 -days "$days" -extfile "$work/$name.ext" -out "$made/tls.crt"
    cp "$out/ca/ca.crt" "$made/ca.crt"
    printf '%s' "${4:-}" >"$made/.names"
    rm -rf -- "$folder"
    mv "$made" "$folder"
    echo "made     $folder"
}

names="DNS:localhost,IP:127.0.0.1"
for service in nos-extender nos-admission; do
    for suffix in "" .nos-system .nos-system.svc .nos-system.svc.cluster.local; do names+=",DNS:$service$suffix"; done
done
for host in "${hosts[@]}"; do
    [[ $host =~ ^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$ ]] && names+=",IP:$host" || names+=",DNS:$host"
done

make_ca
make_leaf server "/CN=nos-server" serverAuth "$names"
make_leaf kube-scheduler "/CN=system:kube-scheduler" clientAuth

secret() { # name folder
    local file files=""
    for file in tls.crt tls.key ca.crt; do files+=" --from-file=$file=$out/$2/$file"; done
    echo "  kubectl -n nos-system create secret generic $1$files --dry-run=client -o yaml | kubectl apply -f -"
}
cat <<END

Put them into the cluster, after the namespace nos-system is there:
$(secret nos-certificates server)
$(secret nos-scheduler-certificates kube-scheduler)

Tell the API server by which CA it knows the webhooks:
  kubectl patch mutatingwebhookconfiguration nos --type=json -p '[{"op":"add","path":"/webhooks/0/clientConfig/caBundle","value":"$(base64 -w0 <"$out/ca/ca.crt")"}]'
  kubectl patch validatingwebhookconfiguration nos --type=json -p '[{"op":"add","path":"/webhooks/0/clientConfig/caBundle","value":"$(base64 -w0 <"$out/ca/ca.crt")"}]'
END

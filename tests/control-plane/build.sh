#!/bin/bash
# Builds etcd, kube-apiserver and kube-scheduler 1.20.2 from Debian 12's packages into CACHE/bin (123 MB). Nothing is installed on
# the system and no root is needed; 2.5 minutes on two idle cores, 3 GB of disk meanwhile. Does nothing where CACHE/bin is complete.
#
# usage: build.sh [CACHE]      default ${XDG_CACHE_HOME:-$HOME/.cache}/nos-scheduling/control-plane
# env:   COMPONENTS            what to build beside etcd (default "kube-apiserver kube-scheduler"; also kube-controller-manager, kubectl)
# needs: apt-get, dpkg-source (dpkg-dev), patch, xz (xz-utils), flock
set -euo pipefail
umask 022
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=debian-packages.sh
. "$here/debian-packages.sh"

components=${COMPONENTS:-kube-apiserver kube-scheduler}
cache=${1:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/nos-scheduling/control-plane}
needed_kb=3000000

say() { echo "control plane: $*" >&2; }
fail() { say "$*"; exit 1; }
runs() { # program: kubectl knows only the second form
  "$1" --version >/dev/null 2>&1 || "$1" version --client >/dev/null 2>&1
}
complete() { local program; for program in etcd $components; do runs "$cache/bin/$program" || return 1; done; }

mkdir -p "$cache" 2>/dev/null || fail "cannot write to $cache: give another folder, or set XDG_CACHE_HOME"
cache=$(cd "$cache" && pwd)
missing=(); for tool in apt-get:apt dpkg-source:dpkg-dev patch:patch xz:xz-utils flock:util-linux; do
  command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:}"); done
[ ${#missing[@]} -eq 0 ] || fail "missing ${missing[*]}: apt-get install ${missing[*]} (as root)"

# One builder at a time; who waited finds it done.
exec 9>"$cache/lock" || fail "cannot write to $cache"
flock 9
complete && { say "$cache/bin is complete"; exit 0; }
rm -rf -- "$cache"/build.*
free_kb=$(df -Pk "$cache" | awk 'NR==2{print $4}')
[ "$free_kb" -ge "$needed_kb" ] || fail "the disk of $cache has $((free_kb / 1024)) MB free and $((needed_kb / 1024)) MB are needed: free some, or set XDG_CACHE_HOME"

work=$(mktemp -d "$cache/build.XXXXXX")
trap 'rm -rf -- "$work"' EXIT
trap 'exit 130' INT TERM HUP
started=$SECONDS; phase=$SECONDS
step() { say "$(printf '%-28s %4d s' "$1" $((SECONDS - phase)))"; phase=$SECONDS; }
logged() { # what it is, command...: shows the command's output only when it failed
  local what=$1; shift
  "$@" >"$work/step.log" 2>&1 || { tail -n 30 "$work/step.log" >&2; fail "$what failed"; }
}

debian_open "$work" bookworm "deb deb-src" || fail "no package lists"
debian_download "$work" golang-1.19-go golang-1.19-src etcd-server golang-github-modern-go-reflect2-dev || fail "no compiler or no etcd"
debian_source "$work" kubernetes || fail "no source of Kubernetes"
step downloaded
mkdir -p "$work/bin" "$work/gopath/src/k8s.io"
debian_unpack "$work" "$work/root" || fail "a package is damaged"
cp "$work/root/usr/bin/etcd" "$work/bin/"
K=$work/gopath/src/k8s.io/kubernetes
logged "unpacking the source of Kubernetes" dpkg-source --no-check -x "$work"/debs/kubernetes_*.dsc "$K"
# Debian calls it 1.20.5+really1.20.2-1.1: what it really is counts.
version=$(sed -nE 's/^Version: *(.*really|[0-9]+:)?([0-9]+\.[0-9]+\.[0-9]+).*/\2/p' "$work"/debs/kubernetes_*.dsc | head -n 1)
[ -n "$version" ] || fail "no version in kubernetes_*.dsc"
# Its vendored reflect2 1.0.1 crashes when compiled with Go >= 1.18 (nil pointer on every JSON map): take Debian's 1.0.2.
R=$K/vendor/github.com/modern-go/reflect2
rm -rf "$R"; cp -a "$work/root/usr/share/gocode/src/github.com/modern-go/reflect2" "$R"; rm -f "$R"/*_test.go
step unpacked

export GOROOT=$work/root/usr/lib/go-1.19 GOPATH=$work/gopath GOCACHE=$work/gocache GOTMPDIR=$work GOPROXY=off GO111MODULE=off GOFLAGS='' CGO_ENABLED=0
export PATH=$GOROOT/bin:$PATH
# A compiler that seldom collects is faster, where there is memory for it.
[ "$(awk '/^MemAvailable/{print $2}' /proc/meminfo)" -lt 6000000 ] || export GOGC=${GOGC:-400}
cd "$K"
# The one generated file that the source package leaves out; this is what Kubernetes' `make gen_openapi` does.
logged "building openapi-gen" go build -o "$work/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
packages=$( { grep -rl --include='*.go' '^ *// *+k8s:openapi-gen=' pkg plugin cmd || true
              (cd staging/src; grep -rl --include='*.go' '^ *// *+k8s:openapi-gen=' k8s.io | sed 's#^#vendor/#'); } |
            grep -v -e /zz_generated -e '_test\.go$' -e vendor/k8s.io/code-generator/ -e vendor/k8s.io/sample-apiserver/ -e /testdata/ |
            xargs -n1 dirname | LC_ALL=C sort -u | sed 's#^#k8s.io/kubernetes/#' | paste -sd, )
logged "generating the OpenAPI definitions" "$work/openapi-gen" --logtostderr -i "$packages" -p k8s.io/kubernetes/pkg/generated/openapi \
  -O zz_generated.openapi -h vendor/k8s.io/code-generator/hack/boilerplate.go.txt -r "$work/violations.report"
diff <(LC_ALL=C sort "$work/violations.report") <(LC_ALL=C sort api/api-rules/violation_exceptions.list) >/dev/null ||
  fail "the generated OpenAPI definitions are not those of this release"
step "OpenAPI generated"

flags="-s -w"
for package in component-base/version client-go/pkg/version; do
  v=k8s.io/kubernetes/vendor/k8s.io/$package; IFS=. read -r major minor _ <<<"$version"
  flags+=" -X $v.gitVersion=v$version -X $v.gitMajor=$major -X $v.gitMinor=$minor -X $v.gitTreeState=clean"
done
# providerless: without the clouds' drivers, which nothing here needs and which take as long as all the rest.
# shellcheck disable=SC2046,SC2086
logged "compiling" go build -trimpath -tags providerless -ldflags "$flags" -o "$work/bin/" $(printf './cmd/%s ' $components)
step compiled

for program in etcd $components; do runs "$work/bin/$program" || fail "the new $program does not run"; done
# Whole or not at all: bin appears by one rename.
rm -rf -- "$cache/bin.old"
[ ! -e "$cache/bin" ] || mv -T "$cache/bin" "$cache/bin.old"
mv -T "$work/bin" "$cache/bin"
rm -rf -- "$cache/bin.old"
say "etcd $components $version in $cache/bin after $((SECONDS - started)) s"

#!/bin/bash
# Provides CACHE/bin/kubectl (one that knows kustomize components) and CACHE/bin/promtool: what the machine has where it will do,
# else Debian's package, unpacked and not installed. Quick and silent where CACHE/bin has both.
#
# usage: tools.sh [CACHE]      default ${XDG_CACHE_HOME:-$HOME/.cache}/nos-scheduling/tools
# env:   KUBECTL, PROMTOOL     take exactly these; a KUBECTL that does not know components is an error
# needs: flock; apt-get and dpkg-deb where one must be downloaded
set -euo pipefail
umask 022
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=debian-packages.sh
. "$here/debian-packages.sh"

cache=${1:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/nos-scheduling/tools}
say() { echo "tools: $*" >&2; }
fail() { say "$*"; exit 1; }
mkdir -p "$cache/bin" 2>/dev/null || fail "cannot write to $cache: give another folder, or set XDG_CACHE_HOME"
cache=$(cd "$cache" && pwd)

# kubectl before 1.21 embeds a kustomize that has never heard of "components:".
knows_components() { # kubectl
  local sample out; [ -x "$1" ] || return 1
  sample=$(mktemp -d) || return 1
  mkdir "$sample/part"
  printf 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [one.yaml]\ncomponents: [part]\n' >"$sample/kustomization.yaml"
  printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n' >"$sample/one.yaml"
  printf 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: seen-\n' >"$sample/part/kustomization.yaml"
  out=$("$1" kustomize "$sample" 2>/dev/null || true)
  rm -rf -- "$sample"
  case $out in *seen-one*) ;; *) return 1 ;; esac
}
runs() { [ -x "$1" ] && "$1" --version >/dev/null 2>&1; }

work=
trap '[ -z "$work" ] || rm -rf -- "$work"' EXIT
trap 'exit 130' INT TERM HUP
unpack_into_cache() { # release package path-in-package
  work=$(mktemp -d "$cache/download.XXXXXX")
  debian_open "$work" "$1" && debian_download "$work" "$2" && debian_unpack "$work" "$work/root" ||
    fail "no $(basename "$3"): the package $2 of Debian $1 could not be had"
  mv -T "$work/root/$3" "$cache/bin/.$2.new" && mv -T "$cache/bin/.$2.new" "$cache/bin/$(basename "$3")"
  rm -rf -- "$work"; work=
}
provide() { # name, the machine's own one ('' = none), check, release, package, path-in-package
  local name=$1 given=$2 check=$3
  if [ -n "$given" ]; then
    given=$(readlink -f "$(command -v "$given")") && "$check" "$given" || fail "what ${name^^} names will not do ($check)"
    ln -sfn "$given" "$cache/bin/$name"; return
  fi
  "$check" "$cache/bin/$name" && return
  local found; found=$(command -v "$name" || true)
  if [ -n "$found" ] && "$check" "$found"; then
    ln -sfn "$found" "$cache/bin/$name"; return
  fi
  rm -f -- "$cache/bin/$name"
  say "$name: from Debian's package $5 ($4)"
  unpack_into_cache "$4" "$5" "$6"
  "$check" "$cache/bin/$name" || fail "$name of Debian $4 does not run here"
}

command -v flock >/dev/null || fail "missing flock: apt-get install util-linux (as root)"
exec 9>"$cache/lock"
flock 9
rm -rf -- "$cache"/download.*
# Debian 12's own kubectl is 1.20; Debian 13's (1.32) runs on Debian 12 too and talks to a 1.20 server.
provide kubectl "${KUBECTL:-}" knows_components trixie kubectl usr/bin/kubectl
# Unpacked rather than installed, because the package would start a Prometheus server.
provide promtool "${PROMTOOL:-}" runs bookworm prometheus usr/bin/promtool

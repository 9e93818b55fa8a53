#!/bin/bash
# Provides in CACHE what node.sh makes a node of: kubelet 1.20.2 (bin), containerd and runc (root), two tiny images (img). From Debian 12's packages;
# nothing is installed. Compiling kubelet takes
# 2 minutes on two idle cores, half a minute where that is done together with the control plane. Does nothing where all is there.
#
# usage: build.sh [CACHE]      default ${XDG_CACHE_HOME:-$HOME/.cache}/nos-scheduling/kubelet
# env:   KUBELET               one to take; else one is built
# needs: what ../build.sh needs, gcc with libc6-dev
set -euo pipefail
umask 022
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../debian-packages.sh
. "$here/../debian-packages.sh"
cache=${1:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/nos-scheduling/kubelet}

say() { echo "kubelet: $*" >&2; }
fail() { say "$*"; exit 1; }
complete() { "$cache/bin/kubelet" --version >/dev/null 2>&1 && [ -x "$cache/root/usr/bin/containerd" ] && [ -x "$cache/root/usr/sbin/runc" ] && [ -s "$cache/img/work.tar" ]; }
command -v gcc >/dev/null || fail "missing gcc: apt-get install gcc libc6-dev (as root)"
mkdir -p "$cache" 2>/dev/null || fail "cannot write to $cache: give another folder, or set XDG_CACHE_HOME"
cache=$(cd "$cache" && pwd)
complete && exit 0

if [ -z "${KUBELET:-}" ] && ! "$cache/bin/kubelet" --version >/dev/null 2>&1; then
  # It takes the lock of this folder for itself.
  COMPONENTS=kubelet bash "$here/../build.sh" "$cache"
fi
exec 9>"$cache/lock"
flock 9
complete && exit 0
rm -rf -- "$cache"/build.*
work=$(mktemp -d "$cache/build.XXXXXX")
trap 'rm -rf -- "$work"' EXIT
trap 'exit 130' INT TERM HUP

if [ -n "${KUBELET:-}" ]; then
  mkdir -p "$cache/bin"
  cp -- "$KUBELET" "$cache/bin/kubelet.new"
  mv -T "$cache/bin/kubelet.new" "$cache/bin/kubelet"
fi
debian_open "$work" bookworm && debian_download "$work" containerd runc containernetworking-plugins && debian_unpack "$work" "$work/root" ||
  fail "containerd could not be had"

image() { # NAME ARGUMENT...: img/NAME.tar, a docker archive of kl.local/NAME:1 that holds nothing but /work
  local name=$1 arguments; shift
  arguments=$(printf ',"%s"' /work "$@")
  tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$work/image/layer.tar" -C "$work/layer" dev etc proc sys tmp work
  printf '{"architecture":"%s","os":"linux","config":{"Entrypoint":[%s],"Env":["PATH=/"],"WorkingDir":"/"},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
    "$(dpkg --print-architecture)" "${arguments#,}" "$(sha256sum "$work/image/layer.tar" | cut -d' ' -f1)" >"$work/image/config.json"
  printf '[{"Config":"config.json","RepoTags":["kl.local/%s:1"],"Layers":["layer.tar"]}]' "$name" >"$work/image/manifest.json"
  tar --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$work/img/$name.tar" -C "$work/image" layer.tar config.json manifest.json
}
mkdir -p "$work"/{img,image,layer/dev,layer/etc,layer/proc,layer/sys,layer/tmp}
gcc -static -Os -s -o "$work/layer/work" "$here/work.c" || fail "the images' program does not compile"
image pause pause
image work
rm -rf -- "$cache/root" "$cache/img"
mv -T "$work/root" "$cache/root"
mv -T "$work/img" "$cache/img"
complete || fail "what was built does not run here"
say "all is in $cache"

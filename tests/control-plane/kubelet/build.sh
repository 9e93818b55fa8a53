#!/bin/bash
# Provides what a node of a real cluster needs in CACHE: a whole control plane and kubelet 1.20.2 (bin), containerd and runc (root), two tiny
# images (img). From Debian 12's packages; nothing is installed. 5 minutes on two idle cores, 3 GB of disk meanwhile. Does nothing where all is there.
#
# usage: build.sh [CACHE]      default ${XDG_CACHE_HOME:-$HOME/.cache}/nos-scheduling/kubelet
# needs: what ../build.sh needs, gcc, python3
set -euo pipefail
umask 022
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../debian-packages.sh
. "$here/../debian-packages.sh"
cache=${1:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/nos-scheduling/kubelet}
for tool in gcc python3; do command -v "$tool" >/dev/null || { echo "kubelet: missing $tool" >&2; exit 1; }; done

COMPONENTS="kube-apiserver kube-scheduler kube-controller-manager kubectl kubelet" bash "$here/../build.sh" "$cache"
cache=$(cd "$cache" && pwd)
[ -s "$cache/img/work.tar" ] && [ -x "$cache/root/usr/bin/containerd" ] && [ -x "$cache/root/usr/sbin/runc" ] && [ -x "$cache/root/usr/lib/cni/bridge" ] && exit 0

work=$(mktemp -d "$cache/build.XXXXXX")
trap 'rm -rf -- "$work"' EXIT
debian_open "$work" bookworm && debian_download "$work" containerd runc containernetworking-plugins && debian_unpack "$work" "$work/root" ||
  { echo "kubelet: containerd could not be had" >&2; exit 1; }
mkdir "$work/img"
gcc -static -Os -s -o "$work/img/work" "$here/work.c"
( cd "$work/img"; python3 "$here/mkimage.py" pause.tar kl.local/pause:1 work pause; python3 "$here/mkimage.py" work.tar kl.local/work:1 work )
rm -rf -- "$cache/root" "$cache/img"
mv -T "$work/root" "$cache/root"
mv -T "$work/img" "$cache/img"
echo "kubelet: all is in $cache" >&2

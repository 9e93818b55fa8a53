#!/bin/bash
# Sourced, not run: packages of a Debian release, downloaded by apt with its signatures checked and unpacked, never installed.
# The machine's own apt state (sources, lists, what is installed) is neither used nor changed, and no root is needed.
#
#   debian_open DIR RELEASE [deb|deb deb-src]   reads the lists of RELEASE into DIR
#   debian_download DIR PACKAGE...              downloads packages into DIR/debs
#   debian_source DIR PACKAGE                   downloads a source package into DIR/debs
#   debian_unpack DIR ROOT                      unpacks all of DIR/debs/*.deb below ROOT
# Each returns non-zero after saying on stderr what went wrong; apt's own words are in DIR/apt.log.

# The mirrors of the Debian archive that this machine is set up with; any of them has every release. Cloud images name a list of
# mirrors in a file instead. Sources of security updates and of other projects do not match.
debian_mirrors() {
  { cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null || true; } |
    sed -nE -e '/^[[:space:]]*#/d' -e 's#^(deb |URIs:).*((https?://|mirror\+file:/)[^ ]*/debian(\.list)?)/?( .*)?$#\2#p' | awk '!seen[$0]++'
}

debian_apt() { # DIR apt-get arguments...
  local dir=$1; shift
  apt-get -q -y \
    -o Dir::Etc::sourcelist="$dir/debian.sources" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
    -o Dir::State::lists="$dir/lists" -o Dir::State::status="$dir/status" -o Dir::Cache="$dir/cache" \
    -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false -o Acquire::Languages=none -o Acquire::Retries=3 \
    -o APT::Update::Error-Mode=any -o APT::Sandbox::User="$(id -un)" "$@" >>"$dir/apt.log" 2>&1
}

debian_open() {
  local dir=$1 release=$2 types=${3:-deb} keyring=/usr/share/keyrings/debian-archive-keyring.gpg mirror
  command -v apt-get >/dev/null || { echo "apt-get is missing: this needs Debian or a system like it" >&2; return 1; }
  [ -r "$keyring" ] || { echo "$keyring is missing: install debian-archive-keyring, with which Debian's packages are checked" >&2; return 1; }
  mkdir -p "$dir"/{lists/partial,cache/archives/partial,debs}; : >"$dir/status"
  local mirrors; mirrors=$(debian_mirrors)
  [ -n "$mirrors" ] || { echo "no mirror of the Debian archive in /etc/apt/sources.list or /etc/apt/sources.list.d" >&2; return 1; }
  for mirror in $mirrors; do
    printf 'Types: %s\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' "$types" "$mirror" "$release" "$keyring" >"$dir/debian.sources"
    if debian_apt "$dir" update; then return 0; fi
    echo "could not read the package lists of Debian $release from $mirror" >&2
  done
  tail -n 5 "$dir/apt.log" >&2
  return 1
}

debian_download() {
  local dir=$1 package; shift
  for package; do
    if ! (cd "$dir/debs" && debian_apt "$dir" download "$package"); then
      echo "could not download the package $package (see the sources in $dir/debian.sources):" >&2; tail -n 5 "$dir/apt.log" >&2; return 1
    fi
  done
}

debian_source() {
  local dir=$1 package=$2
  # The tarballs' hashes come from the signed lists, so the maintainer's own signature on the .dsc adds nothing.
  if ! (cd "$dir/debs" && debian_apt "$dir" source --download-only "$package"); then
    echo "could not download the source package $package (see the sources in $dir/debian.sources):" >&2; tail -n 5 "$dir/apt.log" >&2; return 1
  fi
}

debian_unpack() {
  local dir=$1 root=$2 deb
  mkdir -p "$root"
  for deb in "$dir"/debs/*.deb; do
    dpkg-deb -x "$deb" "$root" || { echo "could not unpack $deb" >&2; return 1; }
  done
}

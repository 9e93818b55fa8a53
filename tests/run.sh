#!/bin/bash
# Installs what the tests need on a bare Debian 12 with the .NET SDK, provides a real control plane, builds, and runs all tests.
# The last line is "N passed, N failed, N skipped"; the exit code is 0 only if tests ran and none failed. `run.sh --help` says more.
set -uo pipefail
umask 022

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root
readonly results=$root/tests/TestResults

usage() {
  cat <<'END'
usage: bash tests/run.sh [FLAG...]

  (no flag)       unit tests, then cluster tests against a real etcd, kube-apiserver and kube-scheduler, some with a real kubelet and containerd
  --unit          unit tests only; needs nothing but the .NET SDK and gcc, for the stand-in of NVIDIA's library
  --prepare       only install and build; afterwards `dotnet test Nos.Scheduling.sln` works as it is
  --help          this text

  Longer tests, each behind its flag:
  --full-faults   every fault at full size and three times with other dice (NOS_FULL_FAULTS=1; NOS_FAULT_SEED=N repeats one)
  --soak --scale --fuzz --mutation --images --openb-all

environment:
  KUBEBUILDER_ASSETS   a folder with etcd, kube-apiserver and kube-scheduler; else they are built once, from Debian's packages,
                       into ${XDG_CACHE_HOME:-$HOME/.cache}/nos-scheduling (about 3 minutes)
  NOS_KUBELET          a folder that tests/control-plane/kubelet/build.sh filled; else it is built beside the control plane (half a minute more,
                       2 minutes where there is a control plane already). Tests with it run as root, where namespaces and cgroups can be made
  KUBECTL, PROMTOOL    the programs to use; else the machine's own, else Debian's, unpacked into that cache
  NOS_TEST_KEEP=1      keep the logs and data of the control planes
END
}

# What exists only as a name yet. A later change that fills one takes it off this list.
readonly longer="--full-faults --soak --scale --fuzz --mutation --images --openb-all"
readonly empty="--soak --scale --fuzz --mutation --images --openb-all"

mode=all given=
for argument; do
  case $argument in
    --prepare) mode=prepare ;;
    --unit) mode=unit ;;
    --help | -h) usage; exit 0 ;;
    *)
      case " $longer " in
        *" $argument "*) given="$given $argument" ;;
        *) echo "unknown flag: $argument" >&2; echo "There are: --prepare --unit --help $longer" >&2; exit 2 ;;
      esac ;;
  esac
done

passed=0 failed=0 skipped=0 broken=0 not_run=()
end() { # the one last line
  [ "$mode" = prepare ] || echo "$passed passed, $failed failed, $skipped skipped"
  exit "$1"
}
fail() { echo "run.sh: $*" >&2; end 1; }
phase() { # name, command...: one line with its seconds; its output only if it failed
  local name=$1 started=$SECONDS rc=0; shift
  "$@" >"$results/$name.log" 2>&1 </dev/null || rc=$?
  printf '%-24s %4d s%s\n' "${name//-/ }" $((SECONDS - started)) "$([ $rc = 0 ] || echo '  FAILED')"
  [ $rc = 0 ] || awk '!seen[$0]++' "$results/$name.log" | cut -c1-300 | tail -n 40 >&2
  return $rc
}

# A build machine may have no HOME, or one that is not ours; the .NET CLI and the cache need one.
if [ -z "${HOME:-}" ] || [ ! -w "${HOME:-}" ]; then
  HOME=$(getent passwd "$(id -u)" | cut -d: -f6)
  if [ -z "$HOME" ] || [ ! -w "$HOME" ]; then HOME=${TMPDIR:-/tmp}/nos-scheduling-home-$(id -u); mkdir -p "$HOME"; fi
fi
export HOME
readonly cache=${XDG_CACHE_HOME:-$HOME/.cache}/nos-scheduling
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en MSBUILDDISABLENODEREUSE=1
# The SDK refuses to start where there is no ICU unless told that nobody needs it; nothing here does.
PATH=$PATH:/sbin ldconfig -p 2>/dev/null | grep -q libicuuc || export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
rm -rf -- "$results"
mkdir -p "$results" || fail "cannot write to $results"
# Relative to where the caller stands, which we leave.
assets=${KUBEBUILDER_ASSETS:-}
[ ! -d "$assets" ] || { assets=$(cd "$assets" && pwd); export KUBEBUILDER_ASSETS=$assets; }
kubelet=${NOS_KUBELET:-}
[ ! -d "$kubelet" ] || kubelet=$(cd "$kubelet" && pwd)
cd "$root" || fail "cannot enter $root"

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo -n "$@"
  else echo "root is needed for: $*  (run as root, or with a sudo that asks no password)" >&2; return 1
  fi
}

find_dotnet() {
  local folder
  for folder in "" "${DOTNET_ROOT:-}" "$HOME/.dotnet" /usr/share/dotnet /usr/lib/dotnet; do
    [ -z "$folder" ] || [ ! -x "$folder/dotnet" ] || PATH=$folder:$PATH
    if command -v dotnet >/dev/null && dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then export PATH; return; fi
  done
  fail "no .NET SDK 10 found (dotnet --list-sdks): see https://dotnet.microsoft.com/download"
}

plane_in() { # folder: whether it holds a control plane that runs on this machine
  local program
  for program in etcd kube-apiserver kube-scheduler; do
    [ -x "$1/$program" ] && "$1/$program" --version >/dev/null 2>&1 || return 1
  done
}

kubelet_possible() { # sets no_kubelet to the reason where this machine cannot run one
  local said rc=0
  said=$(bash tests/control-plane/kubelet/node.sh possible 2>&1) || rc=$?
  [ $rc = 0 ] || no_kubelet=${said:-node.sh possible ended with $rc}
  [ $rc = 0 ] || [ -z "${NOS_KUBELET:-}" ] || fail "NOS_KUBELET=$NOS_KUBELET: $no_kubelet"
}
provide_kubelet() { # builds one where none is, and tries it; one that the caller named must work
  local said rc=0 built='' started=$SECONDS
  [ "$plane_from" != "$cache/control-plane/bin" ] || [ ! -x "$plane_from/kubelet" ] || built=$plane_from/kubelet
  KUBELET=$built bash tests/control-plane/kubelet/build.sh "$kubelet" </dev/null || return 1
  said=$(KL_DIR=$kubelet bash tests/control-plane/kubelet/node.sh trial 2>&1) || rc=$?
  case $rc in
    0) export NOS_KUBELET=$kubelet ;;
    3) no_kubelet=$said; [ -z "${NOS_KUBELET:-}" ] || { echo "NOS_KUBELET=$NOS_KUBELET: $said" >&2; return 1; } ;;
    *) echo "$said" >&2; return 1 ;;
  esac
  printf '%-24s %4d s\n' kubelet $((SECONDS - started))
}

install() { # only what is missing
  local packages=() pair
  # gcc builds the stand-in for NVIDIA's library; certs/ makes certificates with openssl; flock guards builds. The last three unpack Kubernetes' source.
  local wanted="gcc:gcc flock:util-linux"
  [ "$mode" = unit ] || wanted+=" openssl:openssl"
  [ "$plane_from" != build ] && [ "$kubelet_from" != build ] || wanted+=" dpkg-source:dpkg-dev patch:patch xz:xz-utils"
  for pair in $wanted; do command -v "${pair%%:*}" >/dev/null || packages+=("${pair##*:}"); done
  [ -s /usr/include/stdio.h ] || packages+=(libc6-dev)
  # NuGet's packages come over TLS.
  [ -s /etc/ssl/certs/ca-certificates.crt ] || packages+=(ca-certificates)
  [ ${#packages[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || { echo "missing: ${packages[*]}; and there is no apt-get to install them with" >&2; return 1; }
  # A source of the machine's own that does not answer is no reason to stop: the install below decides.
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update || true
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${packages[@]}" ||
    { echo "could not install: ${packages[*]}" >&2; return 1; }
}

run_tests() { # name, project, dotnet test's own options...: adds to the counts
  local name=$1 project=$2 trx=$results/$1.trx started=$SECONDS rc=0 counts
  shift 2
  # A test that hangs is killed and named; nothing here takes anything near that long.
  dotnet test "tests/$project/$project.csproj" --no-build --nologo --results-directory "$results" --logger "trx;LogFileName=$name.trx" \
    --blame-hang-timeout 15m --blame-hang-dump-type none "$@" >"$results/$name.log" 2>&1 </dev/null || rc=$?
  counts="= 0 0 0"
  if [ -s "$trx" ]; then
    awk -f "$root/tests/trx.awk" "$trx" >"$results/$name.txt"
    sed '$d' "$results/$name.txt"
    counts=$(tail -n 1 "$results/$name.txt")
  fi
  local p f s; read -r _ p f s <<<"$counts"
  printf '%-24s %4d s  %d passed, %d failed, %d not executed\n' "$name tests" $((SECONDS - started)) "$p" "$f" "$s" | sed 's/, 0 not executed$//'
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))

  # What ended badly without a failed test to show for it: a crashed or hanging test host, a fixture that could not be disposed.
  if [ $rc != 0 ] && [ "$f" = 0 ] || grep -qE 'Test Run Aborted|Cleanup Failure|Catastrophic failure' "$results/$name.log"; then
    broken=1
    echo "$project did not end well (dotnet test: exit code $rc):" >&2
    grep -vE '^ *at ' "$results/$name.log" | cut -c1-300 | tail -n 40 >&2
  elif [ $((p + f)) = 0 ]; then
    not_run+=("$project: it holds no tests")
  fi
}

# What stands behind a flag is told by an environment variable, which a developer's own `dotnet test` can set as well.
case " $given " in *" --full-faults "*) export NOS_FULL_FAULTS=1 ;; esac

find_dotnet
plane_from=none kubelet_from=none no_kubelet=
if [ "$mode" = unit ]; then
  phase install install || fail "the packages above are missing"
else
  if [ -n "$assets" ] && plane_in "$assets"; then plane_from=$assets
  else
    [ -z "$assets" ] || echo "KUBEBUILDER_ASSETS=$assets does not hold etcd, kube-apiserver and kube-scheduler that run here: not used"
    # The harness looks there too, and must come to the same answer.
    unset KUBEBUILDER_ASSETS
    if plane_in "$cache/control-plane/bin"; then plane_from=$cache/control-plane/bin; else plane_from=build; fi
  fi

  kubelet=${kubelet:-$cache/kubelet}
  kubelet_possible
  if [ -z "$no_kubelet" ]; then
    if [ -s "$kubelet/img/work.tar" ]; then kubelet_from=$kubelet
    elif command -v apt-get >/dev/null && [ -r /usr/share/keyrings/debian-archive-keyring.gpg ]; then kubelet_from=build
    else no_kubelet="there is none in $kubelet, and it can be built only on Debian"
    fi
  fi

  phase install install || fail "the packages above are missing"
  if [ "$plane_from" = build ]; then
    # Not a phase: it takes minutes and says what it does. kubelet is of the same source.
    [ "$kubelet_from" != build ] || export COMPONENTS="kube-apiserver kube-scheduler kubelet"
    bash tests/control-plane/build.sh "$cache/control-plane" </dev/null || fail "there is no control plane, so the cluster tests cannot run"
    plane_from=$cache/control-plane/bin
    unset COMPONENTS
  fi
  plane_in "$plane_from" || fail "the control plane in $plane_from does not run on this machine"
  phase tools bash tests/control-plane/tools.sh "$cache/tools" || fail "kubectl or promtool is missing"
  [ "$kubelet_from" = none ] || provide_kubelet || fail "this machine should be able to run a kubelet, and there is none"
  [ -z "$no_kubelet" ] || export NOS_NO_KUBELET=$no_kubelet
  export KUBECTL=$cache/tools/bin/kubectl PROMTOOL=$cache/tools/bin/promtool
fi

if [ "$mode" = unit ]; then
  phase build dotnet build tests/Nos.Scheduling.Tests -v q --nologo || fail "the build failed"
else
  phase build dotnet build Nos.Scheduling.sln -v q --nologo || fail "the build failed"
fi
[ "$mode" != prepare ] || { echo "ready: dotnet test Nos.Scheduling.sln"; end 0; }

# Those that start the agent or its daemons and wait for what they do take longer than all others together.
run_tests unit Nos.Scheduling.Tests --filter 'Needs!=processes'
if [ "$mode" = unit ]; then
  not_run+=("tests of the agent as a process: --unit")
  not_run+=("Nos.Scheduling.ClusterTests: --unit")
else
  echo "control plane: $("$plane_from/kube-apiserver" --version) in $plane_from"
  if [ -n "$no_kubelet" ]; then
    echo "kubelet: none, $no_kubelet"
    not_run+=("tests with a real kubelet: $no_kubelet")
  else
    echo "kubelet: $("$kubelet/bin/kubelet" --version) with $("$kubelet/root/usr/bin/containerd" --version | cut -d' ' -f1,3) in $kubelet"
  fi
  run_tests process Nos.Scheduling.Tests --filter 'Needs=processes'
  run_tests cluster Nos.Scheduling.ClusterTests
  [ -n "$no_kubelet" ] || bash tests/control-plane/kubelet/node.sh sweep
fi

hollow='' not_given=''
for flag in $longer; do
  case " $empty " in
    *" $flag "*) hollow+=" $flag" ;;
    *) case " $given " in *" $flag "*) ;; *) not_given+=" $flag" ;; esac ;;
  esac
done
[ -z "$not_given" ] || not_run+=("not asked for:$not_given")
[ -z "$hollow" ] || not_run+=("nothing behind the flag yet:$hollow")
echo "Did not run:"
printf '  %s\n' "${not_run[@]}"
[ "$skipped" = 0 ] || echo "  $skipped skipped tests, named above"

if [ "$broken" = 1 ]; then echo "run.sh: a test project did not end well, see above" >&2; end 1; fi
if [ $((passed + failed)) = 0 ]; then echo "run.sh: not one test was executed" >&2; end 1; fi
[ "$failed" = 0 ] || end 1
end 0

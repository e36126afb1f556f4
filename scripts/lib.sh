# shellcheck shell=bash
# Functions shared by the scripts beside this file, which source it: messages, checks of what the machine has, restore and build.
# Rules: nothing calls sudo; each missing thing is one line; Debian packages are installed only as root with FLAFKA_INSTALL=1,
# otherwise the command that would install them is printed. Runs with bash and the usual Unix tools; python, zip and jq are not needed.

FLAFKA_ROOT="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)"
# shellcheck disable=SC2034 # used by the scripts that source this file
FLAFKA_SOLUTION="$FLAFKA_ROOT/Flafka.Dataflow.sln"

# Build output is read by these scripts, so it must not depend on the user's language or on a first-run banner.
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en

say() { printf '%s\n' "$*" >&2; }

die() {
  say "$@"
  exit 1
}

# Filled by the checks below, reported at once by stop_if_missing, so that a user repairs everything in one go.
flafka_missing=()

stop_if_missing() {
  [[ ${#flafka_missing[@]} -gt 0 ]] || return 0
  printf 'missing: %s\n' "${flafka_missing[@]}" >&2
  exit 1
}

# The SDK that global.json asks for. 'dotnet --version' in the root resolves it, and fails when no installed one fits.
check_sdk() {
  local found
  if ! command -v dotnet >/dev/null; then
    flafka_missing+=(".NET SDK 10: no 'dotnet' on the PATH; get it from https://dotnet.microsoft.com/download/dotnet/10.0")
  elif ! (cd "$FLAFKA_ROOT" && dotnet --version) >/dev/null 2>&1; then
    found="$(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | paste -sd' ' -)"
    flafka_missing+=(".NET SDK 10: found ${found:-no SDK, only a runtime}; get it from https://dotnet.microsoft.com/download/dotnet/10.0")
  fi
}

preflight() {
  check_sdk
  stop_if_missing
}

may_install() { [[ "${FLAFKA_INSTALL:-}" == 1 && $EUID -eq 0 ]] && command -v apt-get >/dev/null; }

# install_command PACKAGE...: what a user has to type when we may not install.
install_command() { printf 'apt-get update && apt-get install -y --no-install-recommends %s' "$*"; }

# debian_install PACKAGE...: only after may_install said yes.
debian_install() {
  local log
  log="$(mktemp)"
  say "Installing Debian packages: $*"
  if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null; then
    tail -n 5 "$log" >&2
    rm -f "$log"
    die "apt-get could not install: $*"
  fi
  rm -f "$log"
}

# explain_restore LOG: the errors of a failed restore, each once. A feed that does not answer is one line, not three per project.
explain_restore() {
  local texts feed reason
  if grep -q 'NU1301' "$1"; then
    texts="$(sed -n 's/.*NU1301: *//p' "$1" | sed 's/ \[[^]]*\]$//')"
    feed="$(grep -om1 "https\{0,1\}://[^/' ]*" <<<"$texts" || true)"
    reason="$(grep -vm1 -E "^(Failed to|Unable to|The HTTP request)" <<<"$texts" || head -n 1 <<<"$texts")"
    say "missing: package feed not reachable${feed:+ ($feed)}: $reason"
  else
    grep -E '(error|MSB)' "$1" | sed 's/^ *//' | sort -u >&2 || cat "$1" >&2
  fi
}

# Everything a fresh clone needs before restore can work.
set_up() {
  preflight
  mkdir -p "$FLAFKA_ROOT/scripts/feed" # a source in nuget.config, so it has to exist
  "$FLAFKA_ROOT/scripts/librdkafka.sh"
}

# restore TARGET: quiet when it works.
restore() {
  local log
  log="$(mktemp)"
  if ! (cd "$FLAFKA_ROOT" && dotnet restore "$1" -v quiet) >"$log" 2>&1 </dev/null; then
    explain_restore "$log"
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}

# build TARGET [dotnet build options]: restore and Release build, errors as the compiler prints them.
build() {
  local target="$1"
  shift
  say "Building $(basename "$target")"
  restore "$target" || return 1
  (cd "$FLAFKA_ROOT" && dotnet build "$target" -c Release --no-restore -v quiet "$@" </dev/null)
}

# The comment at the head of a script is its help; run.sh hands the word on to the program.
if [[ "${1-}" =~ ^(-h|--help)$ && "${0##*/}" != run.sh ]]; then
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$FLAFKA_ROOT/scripts/${0##*/}"
  exit 0
fi

#!/usr/bin/env bash
# Builds the solution and runs all tests; does all of its own set-up (see build.sh).
#
#   scripts/test.sh                                      everything
#   scripts/test.sh --filter FullyQualifiedName~Spool    options go to 'dotnet test' (with --no-build: what was built last is tested)
#
# Prints each failure, then each skip reason once with a count and the variable that would enable the tests, and last the line
# 'N passed, N failed'. Exits 1 when a test failed, the build failed, a test process died or hung, or no test ran.
# For authors of tests: a skip reason says what is missing and names the variable, as in Assert.Ignore("needs a broker: set FLAFKA_X").
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

build=1
options=()
for option in "$@"; do
  if [[ "$option" == --no-build ]]; then build=; else options+=("$option"); fi
done

# A child process, because 'set -e' is off inside a condition.
if [[ -n "$build" ]] && ! "$FLAFKA_ROOT/scripts/build.sh"; then
  printf '\nSet-up or build failed, so no test ran.\n\n0 passed, 1 failed\n'
  exit 1
fi

results="$FLAFKA_ROOT/TestResults"
rm -rf -- "$results"

# One assembly after the other (-m:1): tests with timeouts would not get the cores they expect.
# A test that hangs ends its process after 15 minutes and counts as a failure.
arguments=(test "$FLAFKA_SOLUTION" -c Release --no-build -m:1 --results-directory "$results"
  --logger trx --logger 'console;verbosity=quiet' --blame-hang-timeout 15m --blame-hang-dump-type none)

# Progress only: what failed and what was skipped is printed from the result files, once.
show_progress() {
  local line name
  while IFS= read -r line; do
    case "$line" in
      '' | 'A total of '* | 'Results File: '* | 'Additionally, path to test adapters'* | 'No test is available in '* | 'No test matches the given testcase filter'*) ;;
      'Test run for '*)
        name="${line%%.dll *}"
        printf 'Testing %s\n' "${name##*/}"
        ;;
      *) printf '%s\n' "$line" ;;
    esac
  done
}

cd "$FLAFKA_ROOT"
status=0
dotnet "${arguments[@]}" ${options[@]+"${options[@]}"} </dev/null 2>&1 | show_progress || status="${PIPESTATUS[0]}"

shopt -s nullglob
awk -v status="$status" -f "$FLAFKA_ROOT/scripts/trx.awk" "$results"/*.trx </dev/null

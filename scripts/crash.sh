#!/usr/bin/env bash
# The file channel on a simulated disk: power cuts and kills after every operation, each followed by a start that is compared with what was promised.
#
#   scripts/crash.sh 100000          that many crashes, from seed 0
#   scripts/crash.sh 1000 --from N   from seed N on; the seed of a failing run
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

points=100000 from=0
while [ $# -gt 0 ]; do
  case $1 in
    --from) from=$2; shift ;;
    *[!0-9]*|'') echo "crash.sh: '$1' is not a number of crashes" >&2; exit 2 ;;
    *) points=$1 ;;
  esac
  shift
done

set_up
FLAFKA_CRASH_SEED=$from FLAFKA_CRASH_POINTS=$points \
  dotnet test test/Flafka.Dataflow.Tests -c Release --nologo --filter 'FullyQualifiedName~FileChannelCrashTests' --logger 'console;verbosity=normal'

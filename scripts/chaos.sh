#!/usr/bin/env bash
# Random agents under random failures, in simulated time.
#
#   scripts/chaos.sh 100000          that many seeds, from 0
#   scripts/chaos.sh --seed 4711     one seed again; the seed of a failing test
#   scripts/chaos.sh 1000 --from N   seeds N, N+1, ...
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

seeds=1000 from=0
while [ $# -gt 0 ]; do
  case $1 in
    --seed) from=$2 seeds=1; shift ;;
    --from) from=$2; shift ;;
    *[!0-9]*|'') echo "chaos.sh: '$1' is not a number of seeds" >&2; exit 2 ;;
    *) seeds=$1 ;;
  esac
  shift
done

set_up
FLAFKA_CHAOS_SEED=$from FLAFKA_CHAOS_SEEDS=$seeds \
  dotnet test test/Flafka.Dataflow.Tests -c Release --nologo --filter 'Name=Simulated' --logger 'console;verbosity=normal'

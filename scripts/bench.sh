#!/usr/bin/env bash
# Benchmarks: prints  name | figure | baseline | ratio.  Ours and the baseline are measured in turns in one run.
#
#   scripts/bench.sh            all
#   scripts/bench.sh engine     those whose name begins so
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh
set_up
dotnet build test/Flafka.Dataflow.Benchmarks -c Release --nologo -v quiet >&2
exec dotnet test/Flafka.Dataflow.Benchmarks/bin/Release/net10.0/Flafka.Dataflow.Benchmarks.dll "$@"

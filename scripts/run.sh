#!/usr/bin/env bash
# Runs the built 'flafka' with the given arguments, for example: scripts/run.sh validate config/examples/quickstart.json
# Builds it first when it is missing, never when it is only old: after a change run scripts/build.sh.
# Relative paths in the arguments are relative to the caller's folder.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

runner="$FLAFKA_ROOT/src/Flafka.Dataflow.Runner"
assembly="$runner/bin/Release/net10.0/flafka.dll"
if [[ ! -f "$assembly" ]]; then
  {
    set_up
    build "$runner/Flafka.Dataflow.Runner.csproj"
  } >&2
fi
exec dotnet "$assembly" "$@"

#!/usr/bin/env bash
# Regenerates config/reference and the table of Flume's components in README.md from what the components declare. A test compares.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

set_up
build "$FLAFKA_ROOT/src/Flafka.Dataflow.Runner/Flafka.Dataflow.Runner.csproj" >&2
reference="$FLAFKA_ROOT/config/reference" readme="$FLAFKA_ROOT/README.md"
dotnet "$FLAFKA_ROOT/src/Flafka.Dataflow.Runner/bin/Release/net10.0/flafka.dll" docs --out "$reference"
new="$(mktemp)"
awk -v table="$reference/flume.md" '
  /<!-- flume components -->/ { print; while ((getline line < table) > 0) print line; inside = 1; next }
  /<!-- end -->/ { inside = 0 }
  !inside' "$readme" > "$new"
cat "$new" > "$readme"
rm -f "$new"

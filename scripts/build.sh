#!/usr/bin/env bash
# Builds the solution in Release, after whatever set-up a fresh clone needs: the SDK is checked, librdkafka.redist is built when no
# feed has it, packages are restored. Options go to 'dotnet build', for example: scripts/build.sh -p:ContinuousIntegrationBuild=true
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

set_up
build "$FLAFKA_SOLUTION" "$@"

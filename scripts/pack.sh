#!/usr/bin/env bash
# Packs the libraries, each with its readme, licence and symbols, for: dotnet add package Flafka.Dataflow --source FOLDER
#
#   scripts/pack.sh FOLDER [dotnet pack options]
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

[[ $# -ge 1 && "$1" != -* ]] || die "usage: scripts/pack.sh FOLDER [dotnet pack options]"
mkdir -p -- "$1"
folder="$(cd -- "$1" && pwd)"
shift
set_up
restore "$FLAFKA_SOLUTION"
for project in "$FLAFKA_ROOT"/src/*/*.csproj; do
  if ! grep -q '<IsPackable>false' "$project"; then
    (cd "$FLAFKA_ROOT" && dotnet pack "$project" -c Release --no-restore -v quiet -o "$folder" "$@" </dev/null) >&2
  fi
done
(cd -- "$folder" && ls -1 Flafka.*nupkg)

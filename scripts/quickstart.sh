#!/usr/bin/env bash
# Generates card transactions, sends them from files into Kafka and from Kafka into dated folders, stops by itself and proves that what
# went in came out, each once. Needs neither Docker nor Java: Kafka is the one that librdkafka carries for tests.
#
#   scripts/quickstart.sh [TRANSACTIONS]     default 10000
#
# Works in the folder quickstart-data of this checkout and deletes nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

count=${1:-10000}
[[ "$count" =~ ^[1-9][0-9]*$ ]] || die "'$count' is not a number of transactions"
root=$PWD
work=$root/quickstart-data
flafka=$root/src/Flafka.Dataflow.Runner/bin/Release/net10.0/flafka.dll

set_up
build src/Flafka.Dataflow.Runner/Flafka.Dataflow.Runner.csproj >&2

rm -rf "$work"
mkdir -p "$work/in"
cd "$work"

say "Generating $count transactions: uuid|card number|time|amount|store"
awk -v n="$count" 'BEGIN {
  srand()
  for (i = 0; i < n; i++) {
    printf "%08x-%04x-4%03x-%04x-%06x%06x|4%015.0f|2026-%02d-%02d %02d:%02d:%02d|%.2f|%04d\n",
      i, rand() * 65536, rand() * 4096, 32768 + rand() * 16384, rand() * 16777216, rand() * 16777216,
      rand() * 999999999999999, 1 + int(rand() * 12), 1 + int(rand() * 28), int(rand() * 24), int(rand() * 60), int(rand() * 60),
      rand() * 1000, int(rand() * 1000)
  }
}' | split -l $(((count + 3) / 4)) - in/transactions-
cat in/* | sort > generated.txt

say "The plan:"
dotnet "$flafka" plan -f "$root/config/examples/quickstart.json"

say "Running until nothing is left to do:"
dotnet "$flafka" run -f "$root/config/examples/quickstart.json" --until-idle 3

echo
echo "Files written:"
find data -type f -name '*.txt' | sort | while read -r file; do printf '  %6d lines  %s\n' "$(wc -l < "$file")" "$file"; done
left=$(find data -type f ! -name '*.txt')
[ -z "$left" ] || die "files still in use: $left"

find data -type f -exec cat {} + | sort > delivered.txt
in=$(wc -l < generated.txt)
out=$(wc -l < delivered.txt)
twice=$(uniq -d delivered.txt | wc -l)
cmp -s generated.txt delivered.txt || die "$in transactions in, $out out, $twice of them more than once: not the same"
echo
echo "$in transactions in, $out out, $twice twice: every one arrived, each once."

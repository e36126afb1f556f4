#!/usr/bin/env bash
# kill -9 of a running agent at random moments, then a count: spooldir -> memory (acknowledge = auto) -> files on the local disk.
#
#   scripts/kill.sh [SINK] [LINES] [KILLS]     SINK: file_roll (default), hdfs, or clean: SIGTERM instead of kill -9, nothing may come twice
#
# Ends with exit 0 when every line is in the output, no in-use file is left and no more came twice than was in flight.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

sink=${1:-file_roll} lines=${2:-1000000} kills=${3:-20} batch=1000
signal=KILL
[ "$sink" = clean ] && sink=file_roll signal=TERM
flafka=$PWD/src/Flafka.Dataflow.Runner/bin/Release/net10.0/flafka.dll
set_up
[ -e "$flafka" ] || build src/Flafka.Dataflow.Runner/Flafka.Dataflow.Runner.csproj >&2
work=$(mktemp -d "${TMPDIR:-/tmp}/flafka-kill.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/in" "$work/out"

case $sink in
  file_roll) sink_keys="a1.sinks.k1.sink.directory = $work/out
a1.sinks.k1.sink.batchSize = $batch" ;;
  hdfs) sink_keys="a1.sinks.k1.hdfs.path = file:$work/out/%Y-%m-%d
a1.sinks.k1.hdfs.fileType = DataStream
a1.sinks.k1.hdfs.useLocalTimeStamp = true
a1.sinks.k1.hdfs.batchSize = $batch
a1.sinks.k1.hdfs.rollInterval = 0
a1.sinks.k1.hdfs.rollSize = 0
a1.sinks.k1.hdfs.rollCount = 20000
a1.sinks.k1.hdfs.idleTimeout = 1
a1.sinks.k1.hdfs.stateDir = $work/state" ;;
  *) die "no such sink here: $sink" ;;
esac
cat > "$work/a1.conf" <<END
a1.sources = r1
a1.channels = c1
a1.sinks = k1
a1.sources.r1.type = spooldir
a1.sources.r1.spoolDir = $work/in
a1.sources.r1.batchSize = $batch
a1.sources.r1.channels = c1
a1.channels.c1.type = memory
a1.channels.c1.capacity = 100000
a1.channels.c1.transactionCapacity = $batch
a1.sinks.k1.type = $sink
a1.sinks.k1.channel = c1
$sink_keys
END

say "$lines lines in 20 files, $kills times SIG$signal"
seq -f "%09.0f|card transaction, padded to a length that a log line has; the number in front makes it the only one of its kind" 1 "$lines" |
  split -l $(((lines + 19) / 20)) - "$work/in/part-"

for ((kill = 1; kill <= kills; kill++)); do
  dotnet "$flafka" run -f "$work/a1.conf" > "$work/log" 2>&1 &
  pid=$!
  # It is at work, and something is left for the next life.
  for ((wait = 0; wait < 600; wait++)); do
    grep -q 'Agent a1 runs' "$work/log" && break
    sleep 0.05
  done
  sleep "$(awk -v seed="$RANDOM" 'BEGIN { srand(seed); printf "%.3f", rand() * 0.4 }')"
  kill -"$signal" "$pid" 2> /dev/null || { cat "$work/log" >&2; die "the agent ended by itself"; }
  wait "$pid" 2> /dev/null || true
  printf '%d:%d ' "$kill" "$(find "$work/in" -name 'part-*' ! -name '*.COMPLETED' | wc -l)" >&2
done
say ""
dotnet "$flafka" run -f "$work/a1.conf" --until-idle 2 > "$work/log" 2>&1 || { cat "$work/log" >&2; die "the last life failed"; }

find "$work/out" -type f -exec cat {} + | cut -d'|' -f1 | sort > "$work/got"
total=$(wc -l < "$work/got")
distinct=$(uniq "$work/got" | grep -cE '^[0-9]{9}$' || true)
torn=$(grep -cvE '^[0-9]{9}$' "$work/got" || true)
in_use=$(find "$work/out" -name '*.tmp' | wc -l)
twice=$((total - torn - distinct))
bound=$((kills * 65 * batch)) # 64 batches in flight and a lease, each time
[ "$signal" = TERM ] && bound=0
echo "$sink, $kills x SIG$signal: $lines lines in, $((lines - distinct)) missing, $twice came twice (at most $bound may), $torn torn, $in_use in-use files left"
[ "$distinct" -eq "$lines" ] && [ "$twice" -le "$bound" ] && [ "$in_use" -eq 0 ]

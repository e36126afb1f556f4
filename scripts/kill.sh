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
a1.sources.r1.pollDelay = 10
a1.sources.r1.channels = c1
a1.channels.c1.type = memory
a1.channels.c1.capacity = 100000
a1.channels.c1.transactionCapacity = $batch
a1.sinks.k1.type = $sink
a1.sinks.k1.channel = c1
$sink_keys
END

# Every life gets its share of the files while it runs, half of them just before the end: so the signal meets an agent at work.
share=20
say "$lines lines in $((kills * share)) files, $kills times SIG$signal"
mkdir "$work/next"
seq -f "%09.0f|card transaction, padded to a length that a log line has; the number in front makes it the only one of its kind" 1 "$lines" |
  split -a 5 -l $(((lines + kills * share - 1) / (kills * share))) - "$work/next/part-"

# feed COUNT [PAUSE]: moves the next files in, whole ones, with a pause between two of them.
feed() {
  local file count=$1
  for file in "$work"/next/part-*; do
    ((count-- > 0)) || break
    [ -e "$file" ] && mv "$file" "$work/in/"
    [ -z "${2:-}" ] || sleep "$2"
  done
}

at_work=0
for ((kill = 1; kill <= kills; kill++)); do
  : > "$work/log"
  dotnet "$flafka" run -f "$work/a1.conf" >> "$work/log" 2>&1 &
  pid=$!
  for ((wait = 0; wait < 600; wait++)); do
    grep -q 'Agent a1 runs' "$work/log" && break
    sleep 0.05
  done
  feed $((share / 2)) 0.02
  feed $((share - share / 2))
  sleep "$(awk -v seed="$RANDOM" 'BEGIN { srand(seed); printf "%.3f", rand() * 0.03 }')"
  kill -"$signal" "$pid" 2> /dev/null || { cat "$work/log" >&2; die "the agent ended by itself"; }
  wait "$pid" 2> /dev/null || true
  left=$(find "$work/in" -name 'part-*' ! -name '*.COMPLETED' | wc -l)
  [ "$left" -eq 0 ] || at_work=$((at_work + 1))
  printf '%d:%d ' "$kill" "$left" >&2
done
say ""
feed $((kills * share))
dotnet "$flafka" run -f "$work/a1.conf" --until-idle 2 > "$work/log" 2>&1 || { cat "$work/log" >&2; die "the last life failed"; }

# A kill in the middle of a write leaves part of a line at the end of a file; its event comes again, whole. 'awk 1' ends such a line.
find "$work/out" -type f -exec awk 1 {} + > "$work/all"
torn=$(grep -cvE '^[0-9]{9}\|.*only one of its kind$' "$work/all" || true)
grep -E '^[0-9]{9}\|.*only one of its kind$' "$work/all" | cut -d'|' -f1 | sort > "$work/got"
total=$(wc -l < "$work/got")
distinct=$(uniq "$work/got" | wc -l)
in_use=$(find "$work/out" -name '*.tmp' | wc -l)
twice=$((total - distinct))
bound=$((kills * 65 * batch)) # 64 batches in flight and a lease, each time
may_tear=$kills
[ "$signal" = TERM ] && bound=0 may_tear=0
echo "$sink, $kills x SIG$signal, $at_work of them with files left to read: $lines lines in, $((lines - distinct)) missing, $twice came twice (at most $bound may), $torn torn, $in_use in-use files left"
[ "$distinct" -eq "$lines" ] && [ "$twice" -le "$bound" ] && [ "$torn" -le "$may_tear" ] && [ "$in_use" -eq 0 ]

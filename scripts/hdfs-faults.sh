#!/usr/bin/env bash
# Faults on the way from files to a real HDFS: nothing that was acknowledged may be missing; with hdfs.commit = file nothing may be there twice,
# with batch no more than was in flight when the agent was killed; HDFS has to be clean, without in-use files and open leases, at the end.
#
#   scripts/hdfs-faults.sh [MODE] [LINES] [SEED]     MODE: file (default) or batch; lines per fault (125000: 1,000,000 in all); the seed of the moments (1)
#
# Lines go into 24 hourly folders. Faults, one after the other: an agent killed in mid-file, the data node killed, the name node killed, safe
# mode, the name node hanging (its answers are lost), the data node hanging, the agent killed again. Needs what scripts/hdfs.sh starts.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

mode=${1:-file} lines=${2:-125000} RANDOM=${3:-1} batch=1000 capacity=100000
[[ $mode == file || $mode == batch ]] || die "no such mode: $mode"
flafka=$PWD/src/Flafka.Dataflow.Runner/bin/Release/net10.0/flafka.dll
set_up
[ -e "$flafka" ] || build src/Flafka.Dataflow.Runner/Flafka.Dataflow.Runner.csproj >&2
work=$(mktemp -d "${TMPDIR:-/tmp}/flafka-hdfs-faults.XXXXXX")
export FLAFKA_HADOOP_DIR="$work/hdfs"
unset FLAFKA_TEST_WEBHDFS # one of our own: its nodes are killed
agent=
trap '[ -z "$agent" ] || kill -9 "$agent" 2> /dev/null || true; scripts/hdfs.sh stop > /dev/null 2>&1 || true; rm -rf "$work"' EXIT
root=$(scripts/hdfs.sh start | tail -n 1)
[ -n "$root" ] || exit 3
# A source for each hour: its lines get a time in that hour.
{
  echo "a1.sources =$(printf ' r%02d' {0..23})"
  for hour in {00..23}; do
    mkdir -p "$work/in/$hour"
    cat << END
a1.sources.r$hour.type = spooldir
a1.sources.r$hour.spoolDir = $work/in/$hour
a1.sources.r$hour.batchSize = $batch
a1.sources.r$hour.pollDelay = 100
a1.sources.r$hour.ignorePattern = .*[.]part
a1.sources.r$hour.interceptors = i1
a1.sources.r$hour.interceptors.i1.type = static
a1.sources.r$hour.interceptors.i1.key = timestamp
a1.sources.r$hour.interceptors.i1.value = $((1767225600000 + 10#$hour * 3600000))
a1.sources.r$hour.channels = c1
END
  done
  cat << END
a1.channels = c1
a1.sinks = k1
a1.channels.c1.type = memory
a1.channels.c1.capacity = $capacity
a1.channels.c1.transactionCapacity = $batch
a1.sinks.k1.type = hdfs
a1.sinks.k1.hdfs.path = $root/logs/%Y-%m-%d/%H
a1.sinks.k1.hdfs.timeZone = UTC
a1.sinks.k1.hdfs.fileType = DataStream
a1.sinks.k1.hdfs.commit = $mode
a1.sinks.k1.hdfs.batchSize = $batch
a1.sinks.k1.hdfs.rollCount = 20000
a1.sinks.k1.hdfs.rollSize = 0
a1.sinks.k1.hdfs.rollInterval = 0
a1.sinks.k1.hdfs.idleTimeout = 2
a1.sinks.k1.hdfs.retryInterval = 5
a1.sinks.k1.hdfs.stateDir = $work/state
a1.sinks.k1.channel = c1
END
} > "$work/a1.conf"

start_agent() {
  dotnet "$flafka" run -f "$work/a1.conf" >> "$work/log" 2>&1 &
  agent=$!
}

kill_agent() {
  kill -"$1" "$agent"
  wait "$agent" 2> /dev/null || true
  agent=
}

moment() { sleep "$(awk -v seed="$RANDOM" 'BEGIN { srand(seed); printf "%.2f", 0.2 + rand() * 1.5 }')"; }

written=0 file=0
# fill: the next lines, numbered, in turn for each hour.
fill() {
  local part
  file=$((file + 1))
  seq $((written + 1)) $((written + lines)) \
    | awk -v work="$work/in" -v file="$file" \
      '{ printf "%010d|card transaction, padded to a length that a log line has\n", $1 > sprintf("%s/%02d/%s.part", work, $1 % 24, file) }'
  for part in "$work"/in/*/"$file.part"; do mv "$part" "${part%.part}.txt"; done
  written=$((written + lines))
}

# settle FAULT: until the source has been told that all is delivered.
settle() {
  local begin=$SECONDS
  while [ -n "$(find "$work/in" -type f ! -name "*.COMPLETED" -print -quit)" ]; do
    kill -0 "$agent" 2> /dev/null || { tail -n 5 "$work/log" >&2; die "the agent ended: $1"; }
    [ $((SECONDS - begin)) -lt 240 ] || { tail -n 30 "$work/log" >&2; die "not all delivered within four minutes after: $1"; }
    sleep 0.5
  done
  say "$1: all delivered after $((SECONDS - begin)) s"
}

start_agent
fill; settle "start"
fill; moment; kill_agent KILL; start_agent; settle "agent killed in mid-file"
fill; moment; scripts/hdfs.sh kill datanode1; sleep 4; scripts/hdfs.sh restart datanode1; settle "data node killed"
fill; moment; scripts/hdfs.sh kill namenode; sleep 4; scripts/hdfs.sh restart namenode; settle "name node killed"
scripts/hdfs.sh safemode enter; fill; sleep 6; scripts/hdfs.sh safemode leave; settle "safe mode"
fill; moment; scripts/hdfs.sh pause namenode; sleep 14; scripts/hdfs.sh resume namenode; settle "name node hung"
fill; moment; scripts/hdfs.sh pause datanode1; sleep 14; scripts/hdfs.sh resume datanode1; settle "data node hung"
fill; moment; kill_agent KILL; start_agent; settle "agent killed again"

# Files that were retired wait for their leases; the name node ends those a minute after their writer was last seen.
begin=$SECONDS
while scripts/hdfs.sh list /logs | grep -q '[.]tmp$'; do
  [ $((SECONDS - begin)) -lt 180 ] || break
  sleep 2
done
say "no file in use after another $((SECONDS - begin)) s"
kill_agent TERM

inUse=$(scripts/hdfs.sh list /logs | grep -c '[.]tmp$' || true)
check=$(scripts/hdfs.sh fsck / | head -n 1) || true
scripts/hdfs.sh cat '/logs/*/*/*' | grep -aoE '^[0-9]{10}\|' | sort > "$work/got"
total=$(wc -l < "$work/got")
distinct=$(uniq "$work/got" | wc -l)
twice=$((total - distinct))
bound=0
[ "$mode" = file ] || bound=$((2 * capacity)) # two crashes: what the channel held
echo "$mode: $written lines, seven faults: $((written - distinct)) missing, $twice twice (at most $bound may), $inUse files in use, HDFS is ${check:-not clean}"
[ "$distinct" -eq "$written" ] && [ "$twice" -le "$bound" ] && [ "$inUse" -eq 0 ] && [ "$check" = clean ]

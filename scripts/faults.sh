#!/usr/bin/env bash
# Faults on the way from Kafka to files, on a real broker: nothing that was written to the topic may be missing, no more may come twice than was
# in flight, and a fresh record has to arrive within 10 s after each fault.
#
#   scripts/faults.sh [RECORDS] [SEED]     records per fault (100000); the seed of the moments (1)
#
# Faults, one after the other: an agent killed, an agent that comes and goes, the broker killed, partitions added, an agent that hangs longer than its
# session, a topic deleted and made again, the broker away for a minute. Needs what scripts/kafka.sh needs.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

records=${1:-100000} RANDOM=${2:-1} batch=1000
flafka=$PWD/src/Flafka.Dataflow.Runner/bin/Release/net10.0/flafka.dll
set_up
[ -e "$flafka" ] || build src/Flafka.Dataflow.Runner/Flafka.Dataflow.Runner.csproj >&2
work=$(mktemp -d "${TMPDIR:-/tmp}/flafka-faults.XXXXXX")
export FLAFKA_KAFKA_DIR="$work/kafka"
unset FLAFKA_TEST_BOOTSTRAP # a broker of our own: it is killed
declare -A pid
trap 'for one in "${pid[@]}"; do kill -9 "$one" 2> /dev/null || true; done; scripts/kafka.sh stop > /dev/null 2>&1 || true; rm -rf "$work"' EXIT
bootstrap=$(scripts/kafka.sh start | tail -n 1)
scripts/kafka.sh topic events 4
scripts/kafka.sh topic other 1

# agent NAME [OPTION...]: starts one; all of them are one group and write into folders of their own.
agent() {
  mkdir -p "$work/out/$1"
  cat > "$work/$1.conf" << END
a1.sources = r1
a1.channels = c1
a1.sinks = k1
a1.sources.r1.type = kafka
a1.sources.r1.kafka.bootstrap.servers = $bootstrap
a1.sources.r1.kafka.topics = events,other
a1.sources.r1.kafka.consumer.group.id = faults
a1.sources.r1.kafka.consumer.auto.offset.reset = earliest
a1.sources.r1.kafka.consumer.session.timeout.ms = 10000
a1.sources.r1.kafka.consumer.partition.assignment.strategy = cooperative-sticky
a1.sources.r1.batchSize = $batch
a1.sources.r1.channels = c1
a1.channels.c1.type = memory
a1.channels.c1.capacity = 100000
a1.channels.c1.transactionCapacity = $batch
a1.sinks.k1.type = file_roll
a1.sinks.k1.sink.directory = $work/out/$1
a1.sinks.k1.sink.batchSize = $batch
a1.sinks.k1.channel = c1
END
  : > "$work/$1.log"
  dotnet "$flafka" run -f "$work/$1.conf" "${@:2}" >> "$work/$1.log" 2>&1 &
  pid[$1]=$!
}

# leave NAME SIGNAL: ends one, and waits for its end.
leave() {
  kill -"$2" "${pid[$1]}"
  wait "${pid[$1]}" 2> /dev/null || true
  unset "pid[$1]"
}

moment() { sleep "$(awk -v seed="$RANDOM" 'BEGIN { srand(seed); printf "%.2f", 0.3 + rand() * 2 }')"; }

written=0
# fill: the next records, numbered; returns when the broker has acknowledged all of them.
fill() {
  seq -f "%010.0f|card transaction, padded to a length that a log line has" $((written + 1)) $((written + records)) | scripts/kafka.sh produce events
  written=$((written + records))
}

# begin_fill, end_fill: the same beside something else.
begin_fill() {
  fill &
  pid[fill]=$!
}
end_fill() {
  wait "${pid[fill]}"
  unset "pid[fill]"
  written=$((written + records))
}

# fresh FAULT [TOPIC]: how long a record that is written now takes to arrive.
slowest=0
fresh() {
  local begin end
  written=$((written + 1))
  printf '%010d|fresh\n' "$written" | scripts/kafka.sh produce "${2:-events}"
  begin=$(date +%s%N)
  until grep -rqs "$(printf '%010d|fresh' "$written")" "$work/out"; do
    [ $(($(date +%s%N) - begin)) -lt 60000000000 ] || { tail -n 20 "$work"/*.log >&2; die "no fresh record within a minute after: $1"; }
    sleep 0.1
  done
  end=$((($(date +%s%N) - begin) / 1000000))
  [ "$end" -le "$slowest" ] || slowest=$end
  say "$1: fresh record after $end ms"
}

agent one
fresh "start"
begin_fill; moment; leave one KILL; agent one; end_fill
fresh "agent killed"
begin_fill; moment; agent two; moment; moment; moment; leave two TERM; end_fill
fresh "agent came and went"
fill; scripts/kafka.sh kill; sleep 2; scripts/kafka.sh restart
fresh "broker killed"
scripts/kafka.sh grow events 7; fill
fresh "partitions added"
agent two; begin_fill; moment; kill -STOP "${pid[one]}"; sleep 25; kill -CONT "${pid[one]}"; end_fill
fresh "agent hung while its partitions were taken"
scripts/kafka.sh delete other; sleep 3; scripts/kafka.sh topic other 1
fresh "topic deleted and made again" other
fill; scripts/kafka.sh kill; sleep 60; scripts/kafka.sh restart
fresh "broker away for a minute"
leave two TERM
leave one TERM
agent last --until-idle 2
wait "${pid[last]}" || { cat "$work/last.log" >&2; die "the last life failed"; }
unset "pid[last]"

find "$work/out" -type f -exec awk 1 {} + | grep -oE '^[0-9]{10}\|' | sort > "$work/got"
total=$(wc -l < "$work/got")
distinct=$(uniq "$work/got" | wc -l)
twice=$((total - distinct))
bound=$((2 * 65 * batch)) # two crashes, as the group sees them: 64 batches in flight and a lease
echo "$written records, seven faults: $((written - distinct)) missing, $twice came twice (at most $bound may), slowest fresh record after $slowest ms"
[ "$distinct" -eq "$written" ] && [ "$twice" -le "$bound" ] && [ "$slowest" -le 10000 ]

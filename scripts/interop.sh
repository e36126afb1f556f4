#!/usr/bin/env bash
# Apache Flume and flafka side by side on one real broker: what one writes the other reads, and one moves into the other's place.
#
#   scripts/interop.sh [RECORDS]     records of each flow (2000)
#
# Both directions of: a Kafka channel that one fills and the other drains, a Kafka sink and a Kafka source with and without useFlumeEventFormat. Then a rolling
# move: a Flume agent reads a topic, a flafka agent joins its consumer group, the Flume agent ends, and back again. Ends with exit 0 when nothing is missing.
# Needs what scripts/kafka.sh needs, Java, and Flume in FLAFKA_TEST_FLUME or ../shared/peers/flume.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

records=${1:-2000}
flume=$(realpath -m "${FLAFKA_TEST_FLUME:-../shared/peers/flume}")/flume # agents start in a folder of their own
[ -x "$flume" ] || { say "needs Flume: set FLAFKA_TEST_FLUME"; exit 3; }
flafka=${FLAFKA_TEST_PROGRAM:-$PWD/src/Flafka.Dataflow.Runner/bin/Release/net10.0/flafka.dll}
set_up
[ -e "$flafka" ] || build src/Flafka.Dataflow.Runner/Flafka.Dataflow.Runner.csproj >&2
work=$(mktemp -d "${TMPDIR:-/tmp}/flafka-interop.XXXXXX")
export FLAFKA_KAFKA_DIR="${FLAFKA_KAFKA_DIR:-$work/kafka}" FLUME_HEAP="${FLUME_HEAP:-256m}" LOG_LEVEL="${LOG_LEVEL:-INFO}"
[ -d "$FLAFKA_KAFKA_DIR" ] || started=yes # a broker that runs already is left running
declare -A pid
trap 'for one in "${pid[@]}"; do kill -9 "$one" 2> /dev/null || true; done; [ -z "${started:-}" ] || scripts/kafka.sh stop > /dev/null 2>&1 || true; rm -rf "$work"' EXIT
bootstrap=$(scripts/kafka.sh start | tail -n 1)
run=$(basename "$work" | tr . -)
failed=0

# start NAME PROGRAM...: an agent named a1 with $work/NAME.conf.
start() {
  (cd "$work" && exec "${@:2}" -n a1 -f "$work/$1.conf") > "$work/$1.log" 2>&1 &
  pid[$1]=$!
}
start_flume() { start "$1" "$flume" agent; }
start_flafka() { start "$1" dotnet "$flafka" agent; }

# leave NAME: an orderly end.
leave() {
  kill "${pid[$1]}"
  wait "${pid[$1]}" 2> /dev/null || true
  unset "pid[$1]"
}

check() {
  if [ "$2" = "$3" ]; then echo "ok: $1: $2"; else
    echo "WRONG: $1: $2 instead of $3"
    failed=1
  fi
}

lines() { seq -f "$1 %07.0f" "$2" "$3"; }
held() { cat "$work/out/$1"/* 2> /dev/null | grep -aoE "$2" | sort -u | wc -l; }

# arrive FOLDER WORDS COUNT: until so many different lines are there, at most two minutes.
arrive() {
  for ((i = 0; i < 1200; i++)); do
    [ "$(held "$1" "$2")" -lt "$3" ] || return 0
    sleep 0.1
  done
  tail -n 5 "$work"/*.log >&2
}

# source NAME CHANNEL, memory NAME, writes NAME FOLDER CHANNEL, kafka KIND NAME [KEY=VALUE...]: parts of a configuration, the same for both programs.
set_part() {
  local part=$1 pair
  for pair in "${@:2}"; do echo "a1.$part.${pair%%=*} = ${pair#*=}"; done
}
reads() { set_part "sources.$1" type=exec "command=cat $work/$2" batchSize=100 "channels=$3" interceptors=i1 interceptors.i1.type=static interceptors.i1.key=k interceptors.i1.value=v; }
memory() { set_part "channels.$1" type=memory capacity=10000 transactionCapacity=1000; }
writes() {
  mkdir -p "$work/out/$2"
  set_part "sinks.$1" type=file_roll "sink.directory=$work/out/$2" sink.rollInterval=0 sink.serializer=HEADER_AND_TEXT "channel=$3"
}
kafka_channel() { set_part "channels.$1" type=org.apache.flume.channel.kafka.KafkaChannel "kafka.bootstrap.servers=$bootstrap" "kafka.topic=$2" "kafka.consumer.group.id=$2"; }
kafka_sink() { set_part "sinks.$1" type=org.apache.flume.sink.kafka.KafkaSink "kafka.bootstrap.servers=$bootstrap" "kafka.topic=$2" "channel=$3" "useFlumeEventFormat=$4" kafka.producer.acks=all; }
kafka_source() { set_part "sources.$1" type=org.apache.flume.source.kafka.KafkaSource "kafka.bootstrap.servers=$bootstrap" "kafka.topics=$2" "kafka.consumer.group.id=$2" "channels=$3" "useFlumeEventFormat=$4" kafka.consumer.auto.offset.reset=earliest batchSize=100; }

# both ME OTHER: everything that one program writes, and reads of what the other one writes.
both() {
  echo "a1.sources = w1 w2 w3 r2 r3"
  echo "a1.channels = c1 c2 c3 d1 d2 d3"
  echo "a1.sinks = k2 k3 f1 f2 f3"
  reads w1 lines c1 && kafka_channel c1 "$run-channel-$1"
  reads w2 lines c2 && memory c2 && kafka_sink k2 "$run-raw-$1" c2 false
  reads w3 lines c3 && memory c3 && kafka_sink k3 "$run-avro-$1" c3 true
  kafka_channel d1 "$run-channel-$2" && writes f1 "channel-$2" d1
  kafka_source r2 "$run-raw-$2" d2 false && memory d2 && writes f2 "raw-$2" d2
  kafka_source r3 "$run-avro-$2" d3 true && memory d3 && writes f3 "avro-$2" d3
}

lines line 1 "$records" > "$work/lines"
for program in flume flafka; do
  for way in channel raw avro; do scripts/kafka.sh topic "$run-$way-$program" 2; done
done
both flume flafka > "$work/flume.conf"
both flafka flume > "$work/flafka.conf"
start_flume flume
start_flafka flafka
for program in flume flafka; do
  other=$([ "$program" = flume ] && echo flafka || echo flume)
  for way in channel raw avro; do
    header=$([ "$way" = raw ] && echo 'topic=[^ ,}]*' || echo 'k=v')
    arrive "$way-$program" 'line [0-9]+' "$records"
    check "$way, $program writes and $other reads, different lines" "$(held "$way-$program" 'line [0-9]+')" "$records"
    check "$way, $program writes and $other reads, lines with the header" "$(cat "$work/out/$way-$program"/* | grep -ac "^{.*$header.*} line ")" "$(cat "$work/out/$way-$program"/* | grep -ac line)"
  done
done
leave flume
leave flafka

# move NAME [CHANNEL KEY=VALUE...]: an agent of the group that moves.
move() {
  echo "a1.sources = r1"
  echo "a1.channels = c1"
  echo "a1.sinks = k1"
  kafka_source r1 "$run-move" c1 false
  writes k1 "move-$1" c1
  set_part channels.c1 "${@:2}"
}
# What a Flume agent has taken and not written at its end stays in its file channel; the next one writes it.
move flume type=file "checkpointDir=$work/move/checkpoint" "dataDirs=$work/move/data" > "$work/old.conf"
move flafka type=memory capacity=10000 transactionCapacity=1000 > "$work/new.conf"
cp "$work/old.conf" "$work/back.conf"
scripts/kafka.sh topic "$run-move" 4
written=0
produce() {
  lines move $((written + 1)) $((written + records)) | scripts/kafka.sh produce "$run-move"
  written=$((written + records))
}
# beside COMMAND...: records are written while something else happens.
beside() {
  produce &
  pid[produce]=$!
  "$@"
  wait "${pid[produce]}"
  unset "pid[produce]"
  written=$((written + records))
}
# all: until everything that was written is in some file.
arrived() { cat "$work"/out/move-*/* 2> /dev/null | grep -aoE 'move [0-9]+' | sort -u | wc -l; }
all() {
  for ((i = 0; i < 1200; i++)); do
    [ "$(arrived)" -lt "$written" ] || return 0
    sleep 0.1
  done
  tail -n 5 "$work"/*.log >&2
}
start_flume old
produce
all
beside start_flafka new
all
beside leave old
beside start_flume back
all
beside leave new
all
leave back
total=$(cat "$work"/out/move-*/* | grep -acE 'move [0-9]+')
check "a rolling move from Flume to flafka and back, different records" "$(arrived)" "$written"
echo "$((total - $(arrived))) of $written records came twice in the move"
exit "$failed"

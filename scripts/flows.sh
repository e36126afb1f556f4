#!/usr/bin/env bash
# Runs three flows as they were published for Flume, on a real broker: only hosts and the folder of the output are set.
#
#   scripts/flows.sh [FOLDER]     where the configurations lie (../shared/examples)
#
# One of them runs once more with an interceptor of a user's own, config/examples/plugins/fraud, in the place of the Java class.
# Ends with exit 0 when every record arrived where it should, and nothing went back to where it came from.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

examples=${1:-../shared/examples} records=1000
[ -e "$examples/kafka-to-hdfs.conf" ] || die "no configurations in $examples"
flafka=$PWD/src/Flafka.Dataflow.Runner/bin/Release/net10.0/flafka.dll
set_up
[ -e "$flafka" ] || build src/Flafka.Dataflow.Runner/Flafka.Dataflow.Runner.csproj >&2
work=$(mktemp -d "${TMPDIR:-/tmp}/flafka-flows.XXXXXX")
export FLAFKA_KAFKA_DIR="$work/kafka"
agent=
trap '[ -z "$agent" ] || kill -9 "$agent" 2> /dev/null || true; scripts/kafka.sh stop > /dev/null 2>&1 || true; rm -rf "$work"' EXIT
bootstrap=$(scripts/kafka.sh start | tail -n 1)
scripts/kafka.sh topic flume.txn
scripts/kafka.sh topic flume.auths
source=flume1.sources.kafka-source-1 sink=flume1.sinks failed=0

produce() { seq -f "$1 %06.0f" 1 "$records" | scripts/kafka.sh produce flume.txn; }
held() { scripts/kafka.sh consume "$1" | grep -c "$2" || true; }
files() { find "$1" -type f -exec cat {} + 2> /dev/null | grep -c "$2" || true; }
# wait_for TOPIC WORDS COUNT: until so many records have them, at most a minute.
wait_for() {
  for ((i = 0; i < 10; i++)); do
    [ "$(held "$1" "$2")" -lt "$3" ] || return 0
  done
}
check() {
  if [ "$2" = "$3" ]; then echo "ok: $1: $2"; else
    echo "WRONG: $1: $2 instead of $3"
    failed=1
  fi
}

# start FILE WORDS OPTION...: runs an agent until its log has the words.
class='cloudera.se.fraud.demo.flume.interceptor.FraudEventInterceptor$Builder' type=none
start() {
  : > "$work/log"
  dotnet "$flafka" run -f "$examples/$1" --set "$source.kafka.bootstrap.servers=$bootstrap" --type "$class=$type" "${@:3}" > "$work/log" 2>&1 &
  agent=$!
  for ((i = 0; i < 600; i++)); do
    if grep -q "$2" "$work/log"; then return; fi
    kill -0 "$agent" 2> /dev/null || break
    sleep 0.1
  done
  cat "$work/log" >&2
  die "$1 did not get so far: $2"
}

# stop SECONDS: after that time, and waits for the end.
stop() {
  sleep "$1"
  kill "$agent"
  wait "$agent" || true
  agent=
}

start kafka-to-hdfs.conf 'reads flume.txn' --set "$sink.hdfs-sink-1.hdfs.path=file:$work/one/%{topic}/%y-%m-%d"
produce one
stop 3
check "kafka-to-hdfs.conf, lines in files" "$(files "$work/one/flume.txn" '^one ')" "$records"

start kafka-interceptor-kafka.conf 'reads flume.txn' --set "$sink.kafka-sink-1.brokerList=$bootstrap"
produce two
stop 3
check "kafka-interceptor-kafka.conf, records in flume.auths" "$(held flume.auths '^two ')" "$records"
check "kafka-interceptor-kafka.conf, records in flume.txn" "$(held flume.txn '^two ')" "$records"

dotnet build config/examples/plugins/fraud -c Release --nologo -v quiet -o "$work/plugins/fraud" >&2
type='Fraud.FraudInterceptor, Fraud'
start kafka-interceptor-kafka.conf 'reads flume.txn' --set "$sink.kafka-sink-1.brokerList=$bootstrap" --plugins-path "$work/plugins"
produce rated
wait_for flume.auths '^rated .* rated calls=' "$records"
stop 0
check "kafka-interceptor-kafka.conf with an interceptor, records in flume.auths" "$(held flume.auths '^rated .* rated calls=')" "$records"
start kafka-interceptor-kafka.conf 'reads flume.txn' --set "$sink.kafka-sink-1.brokerList=$bootstrap" --plugins-path "$work/plugins" --set "$source.batchSize=1000"
produce wide
wait_for flume.auths '^wide .* rated calls=' "$records"
stop 0
scripts/kafka.sh consume flume.auths > "$work/auths"
check "the same with larger batches, most calls at a time" "$(sed -n 's/^wide .* calls=//p' "$work/auths" | sort -n | tail -n 1)" 200
for name in rated wide; do
  check "$name records, in the order in which they were written" "$(grep "^$name " "$work/auths" | cut -d ' ' -f 2 | sort -c 2>&1 && echo yes)" yes
done
type=none

code=0
dotnet "$flafka" validate -f "$examples/kafka-channel-to-hdfs.conf" > "$work/log" 2>&1 || code=$?
check "kafka-channel-to-hdfs.conf, exit code of validate" "$code" 2
check "kafka-channel-to-hdfs.conf, findings that name line 11 and kafka-channel-1" "$(grep -A1 '(11,' "$work/log" | grep -c kafka-channel-1 || true)" 1

channel="flume1.channels.kafka-channel-1.brokerList=$bootstrap" path="$sink.hdfs-sink-1.hdfs.path=file:$work/three/%y-%m-%d"
start kafka-channel-to-hdfs.conf 'reads flume.auths' --compatibility flume --set "$channel" --set "$path"
stop 3
check "kafka-channel-to-hdfs.conf as Flume runs it, lines in files" "$(files "$work/three" '^two ')" "$records"

start kafka-channel-to-hdfs.conf 'reads flume.txn' --set "$channel" --set "$path" --set "$source.channels=kafka-channel-1"
produce four
stop 5
check "kafka-channel-to-hdfs.conf with its channel, lines in files" "$(files "$work/three" '^four ')" "$records"
exit "$failed"

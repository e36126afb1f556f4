#!/usr/bin/env bash
# A Kafka broker to try things on; the tests use it as well.
#
#   scripts/kafka.sh start [OPTION...]             prints the bootstrap servers as its last line; where one runs already, those of that one
#   scripts/kafka.sh topic NAME [PARTITIONS]       makes a topic (1 partition)
#   scripts/kafka.sh grow NAME PARTITIONS          gives a topic more partitions
#   scripts/kafka.sh delete NAME                   deletes a topic with its records
#   scripts/kafka.sh produce NAME                  one record for each line of standard input
#   scripts/kafka.sh consume NAME [COUNT]          prints records from the beginning, so many, or until none has come for 5 s
#   scripts/kafka.sh kill | restart [NUMBER]       kill -9 of the broker, or of that one of several, and its start with the data it has
#   scripts/kafka.sh status                        lines NAME=value: bootstrap, and sasl, ssl, sasl_ssl, dir where they exist
#   scripts/kafka.sh stop                          ends what 'start' began and deletes its data
#
# Which broker: the one that FLAFKA_TEST_BOOTSTRAP names; else one started from the Kafka in the folder KAFKA_HOME (Apache's archive,
# unpacked), or in ../shared/peers/kafka beside the project; else the image apache/kafka in Docker. Exit code 3: none of these is there.
# State lies in FLAFKA_KAFKA_DIR (default: flafka-kafka in the folder for temporary files). Only ../shared/peers/kafka has options: --sasl, --tls, --brokers 3 and more.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

dir="${FLAFKA_KAFKA_DIR:-${TMPDIR:-/tmp}/flafka-kafka}"
export FLAFKA_KAFKA_DIR="$dir"
image="${FLAFKA_KAFKA_IMAGE:-apache/kafka:4.1.0}"
container="flafka-kafka-$(cksum <<<"$dir" | cut -d' ' -f1)"
home="${KAFKA_HOME:-$FLAFKA_ROOT/../shared/peers/kafka}"

usage() {
  sed -n '4,12s/^#   //p' "${BASH_SOURCE[0]}" >&2
  exit 1
}

# kind: external, peer (one script that does all), archive (Apache's bin folder) or docker.
if [[ -n "${FLAFKA_TEST_BOOTSTRAP:-}" ]]; then
  kind=external
elif [[ -x "$home/kafka" ]]; then
  kind=peer
elif [[ -x "$home/bin/kafka-server-start.sh" ]]; then
  kind=archive
elif command -v docker >/dev/null && docker info >/dev/null 2>&1; then
  kind=docker
else
  say "needs a Kafka broker: set FLAFKA_TEST_BOOTSTRAP=HOST:PORT, or KAFKA_HOME"
  exit 3
fi

bootstrap() {
  case $kind in
    external) printf '%s\n' "$FLAFKA_TEST_BOOTSTRAP" ;;
    peer) "$home/kafka" status | sed -n 's/^bootstrap=//p' ;;
    *) cat "$dir/bootstrap" ;;
  esac
}

# tool NAME ARGUMENTS...: a command-line tool of Kafka, such as topics, with the bootstrap servers filled in.
tool() {
  local name="$1"
  shift
  case $kind in
    docker) docker exec -i "$container" "/opt/kafka/bin/kafka-$name.sh" --bootstrap-server localhost:19092 "$@" ;;
    *)
      if [[ -x "$home/bin/kafka-$name.sh" ]]; then
        "$home/bin/kafka-$name.sh" --bootstrap-server "$(bootstrap)" "$@"
      elif [[ -x "$home/kafka" ]]; then
        case $name in console-producer) name=produce ;; console-consumer) name=consume ;; esac
        "$home/kafka" "$name" --bootstrap-server "$(bootstrap)" "$@"
      else
        die "needs Kafka's command-line tools: set KAFKA_HOME"
      fi
      ;;
  esac
}

# wait_for_broker: until it answers a client, at most a minute.
wait_for_broker() {
  local i
  for ((i = 0; i < 30; i++)); do
    if tool topics --list >/dev/null 2>&1; then return 0; fi
    sleep 2
  done
  [[ ! -f "$dir/server.log" ]] || tail -n 20 "$dir/server.log" >&2
  die "the broker did not answer within a minute"
}

free_port() {
  local port
  for ((port = 20000 + RANDOM % 10000; ; port++)); do
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      printf '%s\n' "$port"
      return
    fi
  done
}

start_archive_server() {
  nohup "$home/bin/kafka-server-start.sh" "$dir/server.properties" >"$dir/server.log" 2>&1 </dev/null &
  printf '%s\n' $! >"$dir/pid"
  wait_for_broker
}

start_archive() {
  local port controller
  port=$(free_port) controller=$(free_port)
  mkdir -p "$dir"
  cat >"$dir/server.properties" <<END
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$port
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$dir/data
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
END
  "$home/bin/kafka-storage.sh" format -t MkU3OEVBNTcwNTJENDM2Qg -c "$dir/server.properties" >/dev/null
  printf '127.0.0.1:%s\n' "$port" >"$dir/bootstrap"
  start_archive_server
}

start_docker() {
  local port
  port=$(free_port)
  mkdir -p "$dir"
  docker run -d --name "$container" -p "127.0.0.1:$port:9092" \
    -e KAFKA_NODE_ID=1 -e KAFKA_PROCESS_ROLES=broker,controller -e KAFKA_CONTROLLER_LISTENER_NAMES=CONTROLLER \
    -e KAFKA_CONTROLLER_QUORUM_VOTERS=1@localhost:9093 -e KAFKA_INTER_BROKER_LISTENER_NAME=INSIDE \
    -e KAFKA_LISTENERS=CONTROLLER://:9093,INSIDE://:19092,OUTSIDE://:9092 \
    -e KAFKA_ADVERTISED_LISTENERS="INSIDE://localhost:19092,OUTSIDE://127.0.0.1:$port" \
    -e KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=CONTROLLER:PLAINTEXT,INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT \
    -e KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR=1 -e KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR=1 \
    -e KAFKA_TRANSACTION_STATE_LOG_MIN_ISR=1 -e KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS=0 "$image" >/dev/null
  printf '127.0.0.1:%s\n' "$port" >"$dir/bootstrap"
  wait_for_broker
}

archive_pid() { pid=$(cat "$dir/pid" 2>/dev/null) && kill -0 "$pid" 2>/dev/null; }

start() {
  case $kind in
    external) ;;
    peer) "$home/kafka" start --port 0 "$@" >/dev/null ;;
    archive | docker)
      [[ $# -eq 0 ]] || die "no such option with this broker: $1"
      if [[ ! -f "$dir/bootstrap" ]]; then "start_$kind"; fi
      ;;
  esac
  bootstrap
}

stop() {
  case $kind in
    peer) if [[ -d "$dir" ]]; then "$home/kafka" clean >/dev/null; fi ;;
    archive)
      if archive_pid; then
        kill "$pid"
        for ((i = 0; i < 100; i++)); do
          kill -0 "$pid" 2>/dev/null || break
          sleep 0.1
        done
        kill -9 "$pid" 2>/dev/null || true
      fi
      rm -rf -- "$dir"
      ;;
    docker)
      docker rm -f "$container" >/dev/null 2>&1 || true
      rm -rf -- "$dir"
      ;;
  esac
}

kill_broker() {
  case $kind in
    peer) "$home/kafka" kill "$1" >/dev/null ;;
    archive) archive_pid && kill -9 "$pid" ;;
    docker) docker kill "$container" >/dev/null ;;
    *) die "a broker that this script did not start is not killed" ;;
  esac
}

restart_broker() {
  case $kind in
    peer) "$home/kafka" restart "$1" >/dev/null ;;
    archive) start_archive_server ;;
    docker) docker start "$container" >/dev/null && wait_for_broker ;;
    *) die "a broker that this script did not start is not started again" ;;
  esac
}

command="${1:-}"
[[ -n "$command" ]] || usage
shift
case $command in
  start) start "$@" ;;
  topic) tool topics --create --if-not-exists --topic "${1:?the name of a topic}" --partitions "${2:-1}" >/dev/null ;;
  grow) tool topics --alter --topic "${1:?the name of a topic}" --partitions "${2:?how many partitions}" >/dev/null ;;
  delete) tool topics --delete --topic "${1:?the name of a topic}" >/dev/null ;;
  produce) tool console-producer --topic "${1:?the name of a topic}" >/dev/null ;;
  consume)
    limit=(--timeout-ms 5000)
    if [[ -n "${2:-}" ]]; then limit=(--max-messages "$2" --timeout-ms 60000); fi
    tool console-consumer --topic "${1:?the name of a topic}" --from-beginning "${limit[@]}" 2>/dev/null
    ;;
  kill) kill_broker "${1:-1}" ;;
  restart) restart_broker "${1:-1}" ;;
  status)
    if [[ $kind == peer ]]; then
      "$home/kafka" status || true
    else
      printf 'bootstrap=%s\n' "$(bootstrap)"
    fi
    ;;
  stop) stop ;;
  *) usage ;;
esac

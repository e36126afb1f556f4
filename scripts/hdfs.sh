#!/usr/bin/env bash
# An HDFS to try things on; the tests use it as well.
#
#   scripts/hdfs.sh start [--datanodes N]        prints the address for hdfs.path as its last line; where one runs already, that of that one
#   scripts/hdfs.sh list [PATH]                  all files below a folder, with their lengths
#   scripts/hdfs.sh cat PATH                     the text of files; * and ? stand for names
#   scripts/hdfs.sh text PATH                    the records of a SequenceFile or Avro file, as Hadoop reads them
#   scripts/hdfs.sh fsck [PATH]                  'clean', or what is wrong: damaged blocks, and files that somebody holds open
#   scripts/hdfs.sh kill | restart | pause | resume NODE    namenode, datanode1, ...
#   scripts/hdfs.sh safemode enter | leave
#   scripts/hdfs.sh status                       lines NAME=value: fs and webhdfs
#   scripts/hdfs.sh stop                         ends what 'start' began and deletes its data
#
# Which HDFS: the one that FLAFKA_TEST_WEBHDFS=HOST:PORT names (its name node's HTTP address; only 'start' and 'status' then); else one started
# from the folder HADOOP_PEER, or ../shared/peers/hadoop beside the project. Exit code 3: none of these is there.
# State lies in FLAFKA_HADOOP_DIR (default: flafka-hadoop in the folder for temporary files).
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

export FLAFKA_HADOOP_DIR="${FLAFKA_HADOOP_DIR:-${TMPDIR:-/tmp}/flafka-hadoop}"
hadoop="${HADOOP_PEER:-$FLAFKA_ROOT/../shared/peers/hadoop}/hadoop"

usage() {
  sed -n '4,12s/^#   //p' "${BASH_SOURCE[0]}" >&2
  exit 1
}

command="${1:-}"
[[ -n "$command" ]] || usage
shift
if [[ -n "${FLAFKA_TEST_WEBHDFS:-}" ]]; then
  case $command in
    start) printf 'webhdfs://%s\n' "$FLAFKA_TEST_WEBHDFS" ;;
    status) printf 'webhdfs=http://%s\n' "$FLAFKA_TEST_WEBHDFS" ;;
    stop) ;;
    *) die "an HDFS that this script did not start is left alone: $command" ;;
  esac
  exit
fi

if [[ ! -x "$hadoop" ]] || ! command -v "${JAVA_HOME:+$JAVA_HOME/bin/}java" >/dev/null; then
  say "needs an HDFS: set FLAFKA_TEST_WEBHDFS=HOST:PORT, or HADOOP_PEER"
  exit 3
fi

case $command in
  start) "$hadoop" start "$@" | sed -n 's/^webhdfs=http:/webhdfs:/p' ;;
  list) "$hadoop" dfs -ls -R "${1:-/}" 2>/dev/null | awk '$1 ~ /^-/ { print $5, $8 }' ;;
  cat) "$hadoop" dfs -cat "${1:?which file}" 2>/dev/null ;;
  text) "$hadoop" text "${1:?which file}" 2>/dev/null ;;
  fsck)
    report="$("$hadoop" fsck "${1:-/}" -openforwrite 2>/dev/null || true)"
    if grep -q 'Status: HEALTHY' <<<"$report" && ! grep -q 'OPENFORWRITE' <<<"$report"; then
      echo clean
    else
      printf '%s\n' "$report"
      exit 1
    fi
    ;;
  kill | restart | pause | resume) "$hadoop" "$command" "${1:?which node}" >/dev/null ;;
  safemode) "$hadoop" dfsadmin -safemode "${1:?enter or leave}" >/dev/null 2>&1 ;;
  status) "$hadoop" status || true ;;
  stop) "$hadoop" wipe >/dev/null ;;
  *) usage ;;
esac

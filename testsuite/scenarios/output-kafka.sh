#!/usr/bin/env bash
# Every event arrives in Kafka, byte for byte, while brokers come and go: each connection in one partition, in order, with
# both of its ends. What is missing on a host is told before anything runs.
source "$(dirname "$0")/../lib.sh"

start_brokers brokers 3
tell brokers topic connbeat 4
consume connbeat "$work/consumed" '%p\t%k\t%h\t%s\n'
configure <<YAML
connbeat: { poll_interval: 200ms, shutdown_timeout: 10s, state: $work/state }
output:
  console: {}
  kafka: { hosts: [${hosts//,/, }], username: "", password: "\${SECRET:}", backoff: { init: 100ms, max: 200ms } }
setup.kafka: { partitions: 6, retention: 168h }
YAML

expect 0 "$connbeat" test output -c "$work/connbeat.yml"
says "$out" "${hosts//,/, }: 3 brokers; topic connbeat has 4 partitions"
expect 0 "$connbeat" setup --dry-run -c "$work/connbeat.yml"
says "$out" 'topic connbeat: 4 partitions'
expect 0 "$connbeat" setup --dry-run -c "$work/connbeat.yml" -E output.kafka.topic=other
says "$out" 'would make  output kafka  topic other: 6 partitions, replicas as the broker has them by default, kept 168h'

start_peer peer
tell peer listen
port=$answer
start_agent
for broker in 1 2 3; do
    tell brokers down $broker
    tell peer churn "$port" 20
    tell brokers up $broker
    await "$((20 * broker)) closes" more_than $((20 * broker - 1)) event.action=connection_closed remote_port="$port"
done
stop_agent
[ "$stopped" = 0 ] || fail "exit code $stopped"

# Each event that was told is there, and no other.
arrived() {
    cut -f 4 "$work/consumed" | sort -u | cmp -s - <(sort "$events")
}
await 'end of what was told' arrived
"$python" - "$work/consumed" <<'PYTHON' || fail 'partitions, order or headers are wrong'
import collections, json, sys

partitions, sequences = collections.defaultdict(set), collections.defaultdict(list)
for line in open(sys.argv[1], encoding="utf-8"):
    partition, key, headers, value = line.rstrip("\n").split("\t")
    event = json.loads(value)
    sequence = event["event"]["sequence"]
    assert headers == (f"content-type=application/json,schema=connbeat,event.id={event['event']['id']},"
                       f"event.sequence={sequence}"), headers
    assert key == event.get("network", {}).get("community_id", ""), (key, value)
    partitions[key].add(partition)
    if sequence not in sequences[key]:
        sequences[key].append(sequence)
for key in filter(None, partitions):
    assert len(partitions[key]) == 1, (key, partitions[key])
    assert sequences[key] == sorted(sequences[key]), (key, sequences[key])
assert max(len(found) for key, found in sequences.items() if key) >= 4, "both ends open and close"
PYTHON

expect 1 "$connbeat" -c "$work/connbeat.yml" -E output.kafka.librdkafka.linger.ms=soon
says "$err" 'Exiting: librdkafka refuses the settings of output.kafka'
if [ "$(id -u)" = 0 ]; then
    library=$(ldconfig -p | sed -n 's/.*librdkafka\.so\.1 .* => //p' | head -1)
    # shellcheck disable=SC2016 # the inner shell has the arguments
    expect 1 unshare --mount sh -c 'mount --bind /dev/null "$1" && shift && exec "$@"' - "$library" "$connbeat" -c "$work/connbeat.yml"
    says "$err" 'Exiting: output.kafka needs librdkafka.so.1, which is not on this system; sudo apt-get install librdkafka1'
    # shellcheck disable=SC2016 # as above
    expect 1 unshare --mount sh -c 'mount --bind /dev/null "$1" && shift && exec "$@"' - "$library" "$connbeat" doctor -c "$work/connbeat.yml"
    says "$out" 'apt-get install librdkafka1'
fi

"""Kafka brokers, told what to do line by line on stdin; the first line of stdout says where they are, and each command is
answered with one line. They are the mock cluster of librdkafka: they speak the real protocol, and keep only a few megabytes
of each partition, so what is to be read is read while it is written.

    kafka.py BROKERS

    topic NAME PARTITIONS        -> makes a topic
    down BROKER, up BROKER       -> BROKER, from 1 on, hangs up and refuses connections, or takes them again
    delay BROKER MILLISECONDS    -> its answers take that long
    answer KIND CODE COUNT       -> the next COUNT requests of that kind, its API key, are answered with that code
    leader NAME PARTITION BROKER -> moves a partition
    end                          -> ends, without an answer
"""

import ctypes
import os
import socket
import sys

library = ctypes.CDLL("librdkafka.so.1")
pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
library.rd_kafka_conf_new.restype = pointer
library.rd_kafka_conf_set.argtypes = [pointer, text, text, pointer, ctypes.c_size_t]
library.rd_kafka_new.restype = pointer
library.rd_kafka_new.argtypes = [number, pointer, text, ctypes.c_size_t]
library.rd_kafka_mock_cluster_new.restype = pointer
library.rd_kafka_mock_cluster_new.argtypes = [pointer, number]
library.rd_kafka_mock_cluster_bootstraps.restype = text
library.rd_kafka_mock_cluster_bootstraps.argtypes = [pointer]
library.rd_kafka_mock_topic_create.argtypes = [pointer, text, number, number]
library.rd_kafka_mock_broker_set_down.argtypes = [pointer, number]
library.rd_kafka_mock_broker_set_up.argtypes = [pointer, number]
library.rd_kafka_mock_broker_set_rtt.argtypes = [pointer, number, number]
library.rd_kafka_mock_partition_set_leader.argtypes = [pointer, text, number, number]
library.rd_kafka_mock_push_request_errors_array.argtypes = [pointer, ctypes.c_int16, ctypes.c_size_t, pointer]
library.rd_kafka_mock_push_request_errors_array.restype = None

brokers = int(sys.argv[1])
settings = library.rd_kafka_conf_new()
library.rd_kafka_conf_set(settings, b"log_level", b"0", None, 0)
client = library.rd_kafka_new(0, settings, None, 0)
cluster = library.rd_kafka_mock_cluster_new(client, brokers)

# As real brokers do, and connections have it from who listens; else the second of two answers waits 40 ms for the first.
for name in os.listdir("/proc/self/fd"):
    try:
        with socket.socket(fileno=os.dup(int(name))) as listener:
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        pass  # no socket of TCP

print(library.rd_kafka_mock_cluster_bootstraps(cluster).decode(), flush=True)


def answer(kind, code, count):
    codes = (number * int(count))(*[int(code)] * int(count))
    library.rd_kafka_mock_push_request_errors_array(cluster, int(kind), int(count), codes)
    return 0


commands = {
    "topic": lambda name, partitions: library.rd_kafka_mock_topic_create(cluster, name.encode(), int(partitions), brokers),
    "down": lambda broker: library.rd_kafka_mock_broker_set_down(cluster, int(broker)),
    "up": lambda broker: library.rd_kafka_mock_broker_set_up(cluster, int(broker)),
    "delay": lambda broker, time: library.rd_kafka_mock_broker_set_rtt(cluster, int(broker), int(time)),
    "leader": lambda name, partition, broker: library.rd_kafka_mock_partition_set_leader(
        cluster, name.encode(), int(partition), int(broker)),
    "answer": answer,
}

for line in sys.stdin:
    command, *arguments = line.split()
    if command == "end":
        break
    print(commands[command](*arguments), flush=True)

# What connbeat may see is decided when the image is started, by root with few capabilities:
#   docker run --rm --network host --pid host --cap-drop ALL \
#     --cap-add BPF --cap-add PERFMON --cap-add NET_ADMIN --cap-add SYS_PTRACE --cap-add DAC_READ_SEARCH \
#     --cgroupns host --security-opt apparmor=unconfined connbeat
# --network host   the connections of the host, not of the container
# --pid host       their processes
# --cgroupns host  connects without a route, wherever on the host
# BPF, PERFMON     eBPF, of every network namespace
# NET_ADMIN        connects without a route; without eBPF, a receive buffer that holds a burst of closed connections
# SYS_PTRACE, DAC_READ_SEARCH   of other users' processes the network namespace and the executable, and, without eBPF, the
#                  file descriptors, which say who owns a socket; Docker's AppArmor profile forbids the same, hence
#                  apparmor=unconfined
# SYS_ADMIN        only where eBPF does not work: to enter the network namespaces of other containers
# As another user (`--user nobody`) Docker grants none of these: every connection is told all the same, but its owner
# as a user only, not as a process.

FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
WORKDIR /connbeat
COPY . .
RUN dotnet publish src/Connbeat -c Release --use-current-runtime -o /publish

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble
RUN apt-get update && apt-get install -y --no-install-recommends libbpf1 librdkafka1 && rm -rf /var/lib/apt/lists/*
COPY --from=build /publish/connbeat /usr/bin/connbeat
COPY connbeat.yml /etc/connbeat/connbeat.yml
VOLUME /var/lib/connbeat
ENTRYPOINT ["/usr/bin/connbeat"]

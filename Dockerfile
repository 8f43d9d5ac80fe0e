# What connbeat may see is decided when the image is started, by root with few capabilities:
#   docker run --rm --network host --pid host --cap-drop ALL \
#     --cap-add NET_ADMIN --cap-add SYS_ADMIN --cap-add SYS_PTRACE --cap-add DAC_READ_SEARCH \
#     --security-opt apparmor=unconfined connbeat
# --network host   the connections of the host, not of the container
# --pid host       their processes
# SYS_ADMIN        the network namespaces of other containers; without, what /proc tells of them at each poll
# NET_ADMIN        a receive buffer that holds a burst of closed connections
# SYS_PTRACE, DAC_READ_SEARCH   of other users' processes the network namespace, and the file descriptors, which say who
#                  owns a socket; Docker's AppArmor profile forbids the same, hence apparmor=unconfined
# As another user (`--user nobody`) Docker grants none of these: every connection is told all the same, but its owner
# as a user only, not as a process.

FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
WORKDIR /connbeat
COPY . .
RUN dotnet publish src/Connbeat -c Release --use-current-runtime -o /publish

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble
RUN apt-get update && apt-get install -y --no-install-recommends librdkafka1 && rm -rf /var/lib/apt/lists/*
COPY --from=build /publish/connbeat /usr/bin/connbeat
COPY connbeat.yml /etc/connbeat/connbeat.yml
VOLUME /var/lib/connbeat
ENTRYPOINT ["/usr/bin/connbeat"]

# What connbeat may see is decided when the image is started, by root with few capabilities:
#   docker run --rm --network host --pid host --cap-drop ALL \
#     --cap-add BPF --cap-add PERFMON --cap-add NET_ADMIN --cap-add SYS_PTRACE --cap-add DAC_READ_SEARCH \
#     --cgroupns host --security-opt apparmor=unconfined connbeat
# --network host   the connections of the host, not of the container
# --pid host       their processes
# --cgroupns host  connects without a route, wherever on the host
# BPF, PERFMON     eBPF, of every network namespace
# NET_ADMIN        connects without a route, whom UDP sockets talk to; without eBPF, a receive buffer that holds a burst of closed connections
# SYS_PTRACE, DAC_READ_SEARCH   of other users' processes the network namespace and the executable, and, without eBPF, the
#                  file descriptors, which say who owns a socket; Docker's AppArmor profile forbids the same, hence
#                  apparmor=unconfined
# SYS_ADMIN        only where eBPF does not work: to enter the network namespaces of other containers
# It runs as connbeat (10001), not as root. The executable carries these rights (setcap), as Docker grants a user none; so it
# takes all five to start, and a container that may gain rights: --security-opt no-new-privileges takes them away. For
# fewer: docker build --build-arg CAPABILITIES= and --user 0. The root may be read-only: --read-only --tmpfs /tmp

FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
WORKDIR /connbeat
COPY . .
RUN dotnet publish src/Connbeat -c Release --use-current-runtime -o /publish

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble
RUN apt-get update && apt-get install -y --no-install-recommends libbpf1 libcap2-bin librdkafka1 && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home --home-dir /var/lib/connbeat connbeat \
    && install -d -m 700 -o connbeat -g connbeat /var/lib/connbeat
COPY --from=build /publish/connbeat /usr/bin/connbeat
ARG CAPABILITIES=cap_bpf,cap_perfmon,cap_net_admin,cap_sys_ptrace,cap_dac_read_search
# Who may start it may run code with its rights: nobody but its user, and root, by its group, without any right.
RUN chown connbeat:root /usr/bin/connbeat && chmod 550 /usr/bin/connbeat \
    && { [ -z "$CAPABILITIES" ] || setcap "$CAPABILITIES+ep" /usr/bin/connbeat; }
COPY connbeat.yml /etc/connbeat/connbeat.yml
# No debugger, profiler or dump of memory by who gets in as this user.
ENV DOTNET_EnableDiagnostics=0
USER connbeat
VOLUME /var/lib/connbeat
ENTRYPOINT ["/usr/bin/connbeat"]

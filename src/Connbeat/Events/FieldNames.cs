namespace Connbeat.Events;

/// <summary>The names of the fields in the connbeat schema, escaped once.</summary>
internal static class FieldNames
{
    public static readonly FieldName Timestamp = new("@timestamp");
    public static readonly FieldName Agent = new("agent");
    public static readonly FieldName Beat = new("beat");
    public static readonly FieldName Container = new("container");
    public static readonly FieldName Error = new("error");
    public static readonly FieldName Event = new("event");
    public static readonly FieldName Gap = new("gap");
    public static readonly FieldName Listener = new("listener");
    public static readonly FieldName LocalIp = new("local_ip");
    public static readonly FieldName LocalPort = new("local_port");
    public static readonly FieldName LocalProcess = new("local_process");
    public static readonly FieldName Network = new("network");
    public static readonly FieldName RemoteIp = new("remote_ip");
    public static readonly FieldName RemotePort = new("remote_port");
    public static readonly FieldName Tunnel = new("tunnel");
    public static readonly FieldName Type = new("type");

    public static readonly FieldName Action = new("action");
    public static readonly FieldName Attribution = new("attribution");
    public static readonly FieldName Binary = new("binary");
    public static readonly FieldName BytesReceived = new("bytes_received");
    public static readonly FieldName BytesSent = new("bytes_sent");
    public static readonly FieldName Child = new("child");
    public static readonly FieldName Cmdline = new("cmdline");
    public static readonly FieldName Code = new("code");
    public static readonly FieldName CommunityId = new("community_id");
    public static readonly FieldName Count = new("count");
    public static readonly FieldName Created = new("created");
    public static readonly FieldName Direction = new("direction");
    public static readonly FieldName DockerHost = new("docker_host");
    public static readonly FieldName Duration = new("duration");
    public static readonly FieldName End = new("end");
    public static readonly FieldName Env = new("env");
    public static readonly FieldName Environ = new("environ");
    public static readonly FieldName EphemeralId = new("ephemeral_id");
    public static readonly FieldName Executable = new("executable");
    public static readonly FieldName Expected = new("expected");
    public static readonly FieldName From = new("from");
    public static readonly FieldName HostIp = new("HostIp");
    public static readonly FieldName HostPort = new("HostPort");
    public static readonly FieldName Hostname = new("hostname");
    public static readonly FieldName Id = new("id");
    public static readonly FieldName Image = new("image");
    public static readonly FieldName Ip = new("ip");
    public static readonly FieldName Ips = new("ips");
    public static readonly FieldName Labels = new("labels");
    public static readonly FieldName LastSequence = new("last_sequence");
    public static readonly FieldName LocalIps = new("local_ips");
    public static readonly FieldName LocalTs = new("local_ts");
    public static readonly FieldName Name = new("name");
    public static readonly FieldName Namespace = new("namespace");
    public static readonly FieldName NamespaceName = new("namespace_name");
    public static readonly FieldName Nat = new("nat");
    public static readonly FieldName Pid = new("pid");
    public static readonly FieldName PodUid = new("pod_uid");
    public static readonly FieldName Ports = new("ports");
    public static readonly FieldName Output = new("output");
    public static readonly FieldName Ppid = new("ppid");
    public static readonly FieldName PreviousClean = new("previous_clean");
    public static readonly FieldName PreviousLastSequence = new("previous_last_sequence");
    public static readonly FieldName PreviousRun = new("previous_run");
    public static readonly FieldName Protected = new("protected");
    public static readonly FieldName PacketsReceived = new("packets_received");
    public static readonly FieldName PacketsSent = new("packets_sent");
    public static readonly FieldName Reason = new("reason");
    public static readonly FieldName RemoteTs = new("remote_ts");
    public static readonly FieldName Reqid = new("reqid");
    public static readonly FieldName Retransmits = new("retransmits");
    public static readonly FieldName RttUs = new("rtt_us");
    public static readonly FieldName Runtime = new("runtime");
    public static readonly FieldName Sequence = new("sequence");
    public static readonly FieldName Stage = new("stage");
    public static readonly FieldName Start = new("start");
    public static readonly FieldName State = new("state");
    public static readonly FieldName To = new("to");
    public static readonly FieldName Transport = new("transport");
    public static readonly FieldName Uid = new("uid");
    public static readonly FieldName Unit = new("unit");
    public static readonly FieldName User = new("user");
    public static readonly FieldName Version = new("version");

    private static readonly HashSet<string> Root =
    [
        "@timestamp", "agent", "beat", "container", "error", "event", "fields", "gap", "listener", "local_ip",
        "local_port", "local_process", "network", "remote_ip", "remote_port", "tags", "tunnel", "type",
    ];

    /// <summary>True for a name at the root of events, which a user's own field there cannot have.</summary>
    public static bool IsOwn(string name) => Root.Contains(name);
}

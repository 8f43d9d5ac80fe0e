using System.Text.Json;

namespace Connbeat.Events;

/// <summary>The names of the fields in the connbeat schema, escaped once.</summary>
internal static class FieldNames
{
    public static readonly JsonEncodedText Timestamp = JsonEncodedText.Encode("@timestamp");
    public static readonly JsonEncodedText Agent = JsonEncodedText.Encode("agent");
    public static readonly JsonEncodedText Beat = JsonEncodedText.Encode("beat");
    public static readonly JsonEncodedText Container = JsonEncodedText.Encode("container");
    public static readonly JsonEncodedText Error = JsonEncodedText.Encode("error");
    public static readonly JsonEncodedText Event = JsonEncodedText.Encode("event");
    public static readonly JsonEncodedText Gap = JsonEncodedText.Encode("gap");
    public static readonly JsonEncodedText Listener = JsonEncodedText.Encode("listener");
    public static readonly JsonEncodedText LocalIp = JsonEncodedText.Encode("local_ip");
    public static readonly JsonEncodedText LocalPort = JsonEncodedText.Encode("local_port");
    public static readonly JsonEncodedText LocalProcess = JsonEncodedText.Encode("local_process");
    public static readonly JsonEncodedText Network = JsonEncodedText.Encode("network");
    public static readonly JsonEncodedText RemoteIp = JsonEncodedText.Encode("remote_ip");
    public static readonly JsonEncodedText RemotePort = JsonEncodedText.Encode("remote_port");
    public static readonly JsonEncodedText Type = JsonEncodedText.Encode("type");

    public static readonly JsonEncodedText Action = JsonEncodedText.Encode("action");
    public static readonly JsonEncodedText Attribution = JsonEncodedText.Encode("attribution");
    public static readonly JsonEncodedText Binary = JsonEncodedText.Encode("binary");
    public static readonly JsonEncodedText BytesReceived = JsonEncodedText.Encode("bytes_received");
    public static readonly JsonEncodedText BytesSent = JsonEncodedText.Encode("bytes_sent");
    public static readonly JsonEncodedText Cmdline = JsonEncodedText.Encode("cmdline");
    public static readonly JsonEncodedText Code = JsonEncodedText.Encode("code");
    public static readonly JsonEncodedText CommunityId = JsonEncodedText.Encode("community_id");
    public static readonly JsonEncodedText Count = JsonEncodedText.Encode("count");
    public static readonly JsonEncodedText Created = JsonEncodedText.Encode("created");
    public static readonly JsonEncodedText Direction = JsonEncodedText.Encode("direction");
    public static readonly JsonEncodedText DockerHost = JsonEncodedText.Encode("docker_host");
    public static readonly JsonEncodedText Duration = JsonEncodedText.Encode("duration");
    public static readonly JsonEncodedText End = JsonEncodedText.Encode("end");
    public static readonly JsonEncodedText Env = JsonEncodedText.Encode("env");
    public static readonly JsonEncodedText Environ = JsonEncodedText.Encode("environ");
    public static readonly JsonEncodedText EphemeralId = JsonEncodedText.Encode("ephemeral_id");
    public static readonly JsonEncodedText Executable = JsonEncodedText.Encode("executable");
    public static readonly JsonEncodedText From = JsonEncodedText.Encode("from");
    public static readonly JsonEncodedText HostIp = JsonEncodedText.Encode("HostIp");
    public static readonly JsonEncodedText HostPort = JsonEncodedText.Encode("HostPort");
    public static readonly JsonEncodedText Hostname = JsonEncodedText.Encode("hostname");
    public static readonly JsonEncodedText Id = JsonEncodedText.Encode("id");
    public static readonly JsonEncodedText Image = JsonEncodedText.Encode("image");
    public static readonly JsonEncodedText Ip = JsonEncodedText.Encode("ip");
    public static readonly JsonEncodedText Ips = JsonEncodedText.Encode("ips");
    public static readonly JsonEncodedText Labels = JsonEncodedText.Encode("labels");
    public static readonly JsonEncodedText LastSequence = JsonEncodedText.Encode("last_sequence");
    public static readonly JsonEncodedText LocalIps = JsonEncodedText.Encode("local_ips");
    public static readonly JsonEncodedText Name = JsonEncodedText.Encode("name");
    public static readonly JsonEncodedText Namespace = JsonEncodedText.Encode("namespace");
    public static readonly JsonEncodedText NamespaceName = JsonEncodedText.Encode("namespace_name");
    public static readonly JsonEncodedText Pid = JsonEncodedText.Encode("pid");
    public static readonly JsonEncodedText PodUid = JsonEncodedText.Encode("pod_uid");
    public static readonly JsonEncodedText Ports = JsonEncodedText.Encode("ports");
    public static readonly JsonEncodedText Output = JsonEncodedText.Encode("output");
    public static readonly JsonEncodedText Ppid = JsonEncodedText.Encode("ppid");
    public static readonly JsonEncodedText PreviousClean = JsonEncodedText.Encode("previous_clean");
    public static readonly JsonEncodedText PreviousLastSequence = JsonEncodedText.Encode("previous_last_sequence");
    public static readonly JsonEncodedText PreviousRun = JsonEncodedText.Encode("previous_run");
    public static readonly JsonEncodedText Reason = JsonEncodedText.Encode("reason");
    public static readonly JsonEncodedText Retransmits = JsonEncodedText.Encode("retransmits");
    public static readonly JsonEncodedText RttUs = JsonEncodedText.Encode("rtt_us");
    public static readonly JsonEncodedText Runtime = JsonEncodedText.Encode("runtime");
    public static readonly JsonEncodedText Sequence = JsonEncodedText.Encode("sequence");
    public static readonly JsonEncodedText Stage = JsonEncodedText.Encode("stage");
    public static readonly JsonEncodedText Start = JsonEncodedText.Encode("start");
    public static readonly JsonEncodedText To = JsonEncodedText.Encode("to");
    public static readonly JsonEncodedText Transport = JsonEncodedText.Encode("transport");
    public static readonly JsonEncodedText Uid = JsonEncodedText.Encode("uid");
    public static readonly JsonEncodedText Unit = JsonEncodedText.Encode("unit");
    public static readonly JsonEncodedText User = JsonEncodedText.Encode("user");
    public static readonly JsonEncodedText Version = JsonEncodedText.Encode("version");

    private static readonly HashSet<string> Root =
    [
        "@timestamp", "agent", "beat", "container", "error", "event", "fields", "gap", "listener", "local_ip",
        "local_port", "local_process", "network", "remote_ip", "remote_port", "tags", "type",
    ];

    /// <summary>True for a name at the root of events, which a user's own field there cannot have.</summary>
    public static bool IsOwn(string name) => Root.Contains(name);
}

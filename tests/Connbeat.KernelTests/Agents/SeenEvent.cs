using System.Net;
using System.Text.Json;

namespace Connbeat.KernelTests.Agents;

/// <summary>An event as it came out at the far end: its JSON, and the line that tests compare.</summary>
internal sealed class SeenEvent(ReadOnlyMemory<byte> json)
{
    private readonly JsonElement _root = JsonDocument.Parse(json).RootElement;

    /// <summary>The value of <c>event.action</c>.</summary>
    public string Action => Text("event", "action")!;

    /// <summary>The value of <c>event.id</c>.</summary>
    public string Id => Text("event", "id")!;

    /// <summary>The value of <c>event.sequence</c>.</summary>
    public long Sequence => Number("event", "sequence")!.Value;

    /// <summary>The value of <c>event.reason</c>.</summary>
    public string? Reason => Text("event", "reason");

    /// <summary>True for events of the agent itself.</summary>
    public bool IsAgents => Text("type") == "connbeat-agent";

    /// <summary>The network namespace; null for the agent's own.</summary>
    public uint? Namespace => (uint?)Number("network", "namespace");

    /// <summary>That namespace's name; null where it has none.</summary>
    public string? NamespaceName => Text("network", "namespace_name");

    /// <summary>Both ends as <c>local -> remote</c>, a listener's one end; <c>udp</c> stands before those of UDP.</summary>
    public string Ends => (Text("network", "transport") == "udp" ? "udp " : "") + (Text("listener", "ip") is { } listening
        ? End(listening, "local_port")
        : $"{End(Text("local_ip")!, "local_port")} -> {End(Text("remote_ip")!, "remote_port")}");

    /// <summary>
    /// How the owner was found, and the owner: <c>fd PID</c>, <c>uid UID</c> or <c>none</c>. What only a control group tells
    /// is left out: it depends on where the tests were started.
    /// </summary>
    public string Owner => Text("local_process", "attribution") switch
    {
        "uid" => $"uid {Number("local_process", "uid")}",
        "cgroup" => Number("local_process", "uid") is { } uid ? $"uid {uid}" : "none",
        "none" => "none",
        string found => $"{found} {Number("local_process", "pid")}",
        null => "",
    };

    /// <summary>
    /// <c>action ends direction owner</c>, the reason in brackets where there is one, and <c>in</c> a namespace where that is
    /// not the agent's own.
    /// </summary>
    public string Line => IsAgents
        ? Action
        : $"{Action} {Ends} {Text("network", "direction")} {Owner}{(Reason is { } reason ? $" ({reason})" : "")}" +
            (Namespace is { } @namespace ? $" in {@namespace}" : "");

    /// <summary>The text at a path; null where there is none.</summary>
    public string? Text(params ReadOnlySpan<string> path) => Find(path)?.GetString();

    /// <summary>The number at a path; null where there is none.</summary>
    public long? Number(params ReadOnlySpan<string> path) => Find(path)?.GetInt64();

    /// <summary>True where something is at a path.</summary>
    public bool Has(params ReadOnlySpan<string> path) => Find(path) is not null;

    /// <summary>True or false, as at a path; null where there is none.</summary>
    public bool? Flag(params ReadOnlySpan<string> path) => Find(path)?.GetBoolean();

    private JsonElement? Find(ReadOnlySpan<string> path)
    {
        JsonElement at = _root;
        foreach (string name in path)
        {
            if (!at.TryGetProperty(name, out at))
            {
                return null;
            }
        }

        return at;
    }

    private string End(string address, string port) =>
        new IPEndPoint(IPAddress.Parse(address), (int)Number(port)!.Value).ToString();
}

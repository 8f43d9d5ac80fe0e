using System.Text.Json;
using Connbeat.Events;
using Connbeat.Linux;

namespace Connbeat.Enrichment.Docker;

/// <summary>
/// What connbeat needs of the answer to <c>GET /containers/{id}/json</c>; see ContainerInspect of the Docker Engine API.
/// </summary>
internal sealed record ContainerInspection
{
    /// <summary>The whole id.</summary>
    public required string Id { get; init; }

    /// <summary>The name; Docker's begins with a slash.</summary>
    public required string Name { get; init; }

    /// <summary>The image as the user named it; empty where that is not told.</summary>
    public required string Image { get; init; }

    /// <summary>Labels by their names.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Where each port is published: those of 53/tcp and 53/udp together under 53.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<PublishedPort>> Ports { get; init; }

    /// <summary>The variables that were asked for, as NAME=value, in the engine's order.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary>Reads an answer.</summary>
    /// <param name="answer">The body: JSON.</param>
    /// <param name="variables">Which variables of the environment to keep. All others are passed over unread.</param>
    /// <exception cref="WireFormatException">It is not JSON, or is not about a container.</exception>
    public static ContainerInspection Parse(ReadOnlyMemory<byte> answer, IReadOnlySet<string> variables) =>
        EngineJson.Read(answer, root => Of(root, variables));

    /// <summary>Puts together what events say.</summary>
    /// <param name="image">The image as the list of containers names it; null where that was not told.</param>
    /// <param name="host">The machine of the engine.</param>
    public ContainerDetails ToDetails(string? image, ContainerHost host) => new()
    {
        Name = Name,
        Image = image ?? Image,
        Labels = Labels,
        Ports = Ports,
        Environment = Environment,
        Host = host,
    };

    private static ContainerInspection Of(JsonElement root, IReadOnlySet<string> variables)
    {
        JsonElement config = root.Member("Config");
        return new()
        {
            Id = root.Member("Id").Text() ?? throw new WireFormatException("a container without an Id"),
            Name = root.Member("Name").Text() ?? throw new WireFormatException("a container without a Name"),
            Image = config.Member("Image").Text() ?? "",
            Labels = LabelsOf(config.Member("Labels")),
            Ports = PortsOf(root.Member("NetworkSettings").Member("Ports")),
            Environment = [.. config.Member("Env").Items().Select(VariableOf).Where(IsWanted)],
        };

        bool IsWanted(string variable) =>
            variable.IndexOf('=') is > 0 and int end && variables.Contains(variable[..end]);
    }

    private static string VariableOf(JsonElement item) => item.Text() ?? "";

    private static Dictionary<string, string> LabelsOf(JsonElement labels)
    {
        Dictionary<string, string> byName = new(StringComparer.Ordinal);
        foreach (JsonProperty label in labels.Members())
        {
            if (label.Value.Text() is { } value)
            {
                byName[label.Name] = value;
            }
        }

        return byName;
    }

    /// <summary><c>{"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "443/tcp": null}</c></summary>
    private static Dictionary<string, IReadOnlyList<PublishedPort>> PortsOf(JsonElement ports)
    {
        Dictionary<string, IReadOnlyList<PublishedPort>> byPort = new(StringComparer.Ordinal);
        foreach (JsonProperty port in ports.Members())
        {
            string number = port.Name.Split('/')[0];
            IEnumerable<PublishedPort> published = byPort.TryGetValue(number, out var before) ? before : [];
            byPort[number] = [.. published.Concat(port.Value.Items().Select(PublishedAt)).Distinct()];
        }

        return byPort;
    }

    private static PublishedPort PublishedAt(JsonElement binding) =>
        new(binding.Member("HostIp").Text() ?? "", binding.Member("HostPort").Text() ?? "");
}

using System.Text.Json;
using Connbeat.Linux;

namespace Connbeat.Enrichment.Docker;

/// <summary>One message of <c>GET /events</c>; see SystemEvents of the Docker Engine API.</summary>
/// <param name="Action">What happened, such as <c>rename</c>.</param>
/// <param name="Container">The id of the container that it happened to; null where it is about none.</param>
internal readonly record struct DockerEvent(string Action, string? Container)
{
    /// <summary>
    /// The actions that change what there is to tell of a container, and the end of one. Asked for by name, because health
    /// checks alone would wake the agent three times each.
    /// </summary>
    public static readonly IReadOnlyList<string> Actions =
        ["start", "rename", "update", "connect", "disconnect", "destroy", "remove"];

    /// <summary>The container is no more: Docker destroys it, Podman removes it.</summary>
    public bool IsEnd => Action is "destroy" or "remove";

    /// <summary>Reads a message.</summary>
    /// <exception cref="WireFormatException">It is not JSON, or tells of no action.</exception>
    public static DockerEvent Parse(ReadOnlyMemory<byte> message) => EngineJson.Read(message, root =>
    {
        string action = root.Member("Action").Text() ?? throw new WireFormatException("an event without an Action");
        JsonElement actor = root.Member("Actor");
        return root.Member("Type").Text() switch
        {
            "container" => new DockerEvent(action, actor.Member("ID").Text()),

            // For Docker the network is the actor, and the container an attribute; for Podman the container is the actor.
            "network" when action is "connect" or "disconnect" => new DockerEvent(
                action, actor.Member("Attributes").Member("container").Text() ?? actor.Member("ID").Text()),
            _ => new DockerEvent(action, null),
        };
    });
}

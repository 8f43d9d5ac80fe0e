using System.Text.Json;
using Connbeat.Linux;

namespace Connbeat.Enrichment.Docker;

/// <summary>Reads the answers of which connbeat needs a single fact; see the Docker Engine API.</summary>
internal static class DockerAnswers
{
    private const int LongestMessage = 300;

    /// <summary>The engine's host name, of <c>GET /info</c> (SystemInfo).</summary>
    /// <exception cref="WireFormatException">It is not JSON, or names no host.</exception>
    public static string Hostname(ReadOnlyMemory<byte> answer) => EngineJson.Read(answer, root =>
        root.Member("Name").Text() is { Length: > 0 } name ? name : throw new WireFormatException("no Name of the host"));

    /// <summary>The image of a container, of <c>GET /containers/json</c> (ContainerList); null: not listed.</summary>
    /// <exception cref="WireFormatException">It is not JSON.</exception>
    public static string? ImageOf(string id, ReadOnlyMemory<byte> answer) => EngineJson.Read(answer, root =>
    {
        foreach (JsonElement container in root.Items())
        {
            if (container.Member("Id").Text() == id)
            {
                return container.Member("Image").Text() is { Length: > 0 } image ? image : null;
            }
        }

        return null;
    });

    /// <summary>Why a request was refused (ErrorResponse), as one line; null where that is not said.</summary>
    public static string? Message(ReadOnlyMemory<byte> answer)
    {
        try
        {
            return EngineJson.Read(answer, root => root.Member("message").Text()) is { Length: > 0 } message
                ? string.Concat(message.Take(LongestMessage).Select(letter => char.IsControl(letter) ? ' ' : letter))
                : null;
        }
        catch (WireFormatException)
        {
            return null; // a proxy may refuse too, and in HTML
        }
    }
}

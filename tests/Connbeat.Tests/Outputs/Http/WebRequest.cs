using System.Globalization;
using System.Text;

namespace Connbeat.Tests.Outputs.Http;

/// <summary>A request as a <see cref="WebServer"/> got it.</summary>
internal sealed record WebRequest(string Head, byte[] Body)
{
    /// <summary>Method, target and version.</summary>
    public string Line => Head.Split("\r\n")[0];

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The value of a header; null where it is not there.</summary>
    public string? this[string name] => Head.Split("\r\n")
        .Select(line => line.Split(": ", 2))
        .FirstOrDefault(parts => parts[0].Equals(name, StringComparison.OrdinalIgnoreCase))?[1];

    /// <summary>Reads one, without a body where it tells no length; null at the end.</summary>
    public static async Task<WebRequest?> ReadAsync(Stream from, CancellationToken stop)
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await from.ReadAsync(one, stop) == 0)
            {
                return null;
            }

            head.Append((char)one[0]);
        }

        WebRequest request = new(head.ToString()[..^4], []);
        byte[] body = new byte[int.Parse(request["Content-Length"] ?? "0", CultureInfo.InvariantCulture)];
        await from.ReadExactlyAsync(body, stop);
        return request with { Body = body };
    }
}

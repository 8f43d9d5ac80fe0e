using Connbeat.Config;
using Connbeat.Tests.Config;

namespace Connbeat.Tests.Outputs.Http;

/// <summary>Options of an http output, read from YAML as a user writes it.</summary>
internal static class HttpSettings
{
    /// <summary>Settings in flow style, without hosts; and those.</summary>
    public static HttpOutputOptions Read(string settings, params string[] hosts)
    {
        using ConfigDirectory directory = new();
        string list = string.Join(", ", hosts.Select(host => $"'{host}'"));
        return directory.Load($"output.http: {{ hosts: [{list}], {settings} }}").Options.Output.Http!;
    }
}

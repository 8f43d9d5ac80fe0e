using System.Text.RegularExpressions;

namespace Connbeat.Config;

/// <summary>
/// Who may see what is served, and how: a web-config.yml as the exporters of Prometheus have it;
/// github.com/prometheus/exporter-toolkit, docs/web-configuration.md.
/// </summary>
internal sealed partial record WebConfig
{
    private const string Expected = "a hash by bcrypt, as `htpasswd -nB NAME` prints one behind the name";

    /// <summary>TLS; null without.</summary>
    public WebTls? Tls { get; init; }

    /// <summary>The hash by bcrypt of each user's password; empty where everybody may come.</summary>
    public IReadOnlyDictionary<string, Secret> Users { get; init; } = new Dictionary<string, Secret>();

    /// <summary>What stands in the head of each answer.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>What is not honoured, one line each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The file, and those that it names.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>True where nobody comes in who is not known.</summary>
    public bool Authenticates => Users.Count > 0 || Tls?.ClientAuth is ClientAuth.RequireAndVerify;

    /// <summary>Reads the file, and those that it names.</summary>
    /// <exception cref="ConfigException">Something is wrong: all of that.</exception>
    public static WebConfig Load(string path)
    {
        ConfigReading reading = new(static _ => null);
        reading.Follow(path);
        SmallFile file = SmallFile.Read(path);
        if (file.Text is null)
        {
            throw new ConfigException([new ConfigFault(null, $"web configuration {path}: {file.Problem}")]);
        }

        ConfigMap? settings = YamlTree.ReadFile(path, file.Text, reading.Faults);
        WebConfig config = Read(reading.Open(settings ?? new ConfigMap("", new Origin(path, 1))), Path.GetDirectoryName(path) ?? "");
        reading.Finish();
        reading.ThrowIfFaulty();
        return config with { Warnings = reading.Warnings, Files = [path, .. config.Tls?.Files ?? []] };
    }

    private static WebConfig Read(ConfigSection root, string folder)
    {
        ConfigSection http = root.Section("http_server_config");
        http.Bool("http2", true);
        return new()
        {
            Tls = root.Has("tls_server_config") ? WebTls.Read(root.Section("tls_server_config"), folder) : Absent(root),
            Users = root.Secrets("basic_auth_users", static (_, hash) => Bcrypt.IsMatch(hash) ? null : $"is none; expected {Expected}")
                .ToDictionary(user => user.Key, user => user.Value),
            Headers = http.FreeValues("headers").ToDictionary(header => header.Key, header => $"{header.Value}"),
        };
    }

    private static WebTls? Absent(ConfigSection root)
    {
        ConfigSection tls = root.Section("tls_server_config");
        tls.SwitchOff();
        WebTls.Read(tls, ""); // so that the names of its settings are known
        return null;
    }

    [GeneratedRegex(@"\A\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Bcrypt { get; }
}

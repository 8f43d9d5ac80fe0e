namespace Connbeat.Config;

/// <summary>Settings that only <c>exporters</c> has, and sections that are there only where they were written.</summary>
internal sealed partial class ConfigSection
{
    /// <summary>What a section says; null where nobody wrote it, or it is switched off.</summary>
    public T? Optional<T>(string key, Func<ConfigSection, T> read)
        where T : class
    {
        ConfigSection section = Section(key);
        if (!Has(key))
        {
            return null;
        }

        bool enabled = section.Bool("enabled", true);
        if (!enabled)
        {
            section.SwitchOff();
        }

        T options = read(section);
        return enabled ? options : null;
    }

    /// <summary>Where something is served.</summary>
    public ListenAddress Listen(string key, ListenAddress @default) => Noted(
        key, Scalar<ListenAddress>(key, @default, ListenAddress.Expected, ListenAddress.TryParse), address => $"{address}");

    /// <summary>Where something is served beside the page that has everything; null, written as no text, for nowhere.</summary>
    public ListenAddress? ListenOrNot(string key, ListenAddress @default) => Noted(
        key,
        Ask(key) is ConfigScalar { Written: "" }
            ? null
            : Scalar<ListenAddress>(key, @default, ListenAddress.Expected, ListenAddress.TryParse),
        address => $"{address}");

    /// <summary>The path of a web-config.yml, which is read to see that it can be used; empty for none.</summary>
    public string WebConfig(string key)
    {
        string path = Text(key, "");
        if (path.Length == 0 || _isOff)
        {
            return path;
        }

        try
        {
            foreach (string warning in Config.WebConfig.Load(path).Warnings)
            {
                reading.Warn(null, warning);
            }
        }
        catch (ConfigException faulty)
        {
            reading.Faults.AddRange(faulty.Faults);
        }

        return path;
    }

    /// <summary>A list of far ends; see <see cref="IgnoredHost"/>.</summary>
    public IReadOnlyList<IgnoredHost> IgnoredHosts(string key) => Noted(
        key,
        List<IgnoredHost>(key, [], $"a list, each {IgnoredHost.Expected}", IgnoredHost.Expected, IgnoredHost.TryParse),
        hosts => hosts.Select(host => $"{host}").ToList());

    /// <summary>A list of sockets that are watched; see <see cref="WatchedSocket"/>.</summary>
    public IReadOnlyList<WatchedSocket> WatchedSockets(string key)
    {
        ConfigNode? node = Ask(key);
        if (node is not (ConfigList or null))
        {
            Expected(node, node.Path, "a list of sockets");
        }

        WatchedSocketReader reader = new(
            _isOff ? [] : reading.Faults, reading.Fault,
            scalar => TryRead<string>(scalar, scalar.Path, "text", AnyText, out string? text) ? text : "");
        return Noted<IReadOnlyList<WatchedSocket>>(
            key,
            node is ConfigList list ? [.. list.Items.Select(reader.Read).OfType<WatchedSocket>()] : [],
            sockets => sockets.Select(socket => socket.Written).ToList());
    }
}

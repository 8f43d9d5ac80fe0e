namespace Connbeat.StrongSwan.Vici;

/// <summary>A connection that is configured, whether it is up or not: <c>list-conn</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Children">What it can carry.</param>
internal sealed record IkeConfig(string Name, IReadOnlyList<ChildConfig> Children)
{
    /// <summary>Those of a <c>list-conn</c>.</summary>
    public static IEnumerable<IkeConfig> ReadAll(ViciSection message)
    {
        foreach ((string name, ViciSection connection) in message.Sections)
        {
            yield return new IkeConfig(
                name,
                [.. connection.Section("children"u8).Sections.Select(child => new ChildConfig(
                    child.Name, child.Section.Text("mode"u8), child.Section.List("local-ts"u8), child.Section.List("remote-ts"u8)))]);
        }
    }
}

/// <summary>A tunnel of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Mode"><c>TUNNEL</c>, <c>TRANSPORT</c>, <c>PASS</c>, <c>DROP</c> and others.</param>
/// <param name="LocalTs">What is behind this host.</param>
/// <param name="RemoteTs">What is behind the peer.</param>
internal sealed record ChildConfig(string Name, string Mode, IReadOnlyList<string> LocalTs, IReadOnlyList<string> RemoteTs);

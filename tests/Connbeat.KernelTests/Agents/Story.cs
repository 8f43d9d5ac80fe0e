namespace Connbeat.KernelTests.Agents;

/// <summary>All that a run of the agent told. What must hold for every run is checked when it is made.</summary>
internal sealed class Story
{
    private Story(IEnumerable<SeenEvent> events) => Events = [.. events];

    /// <summary>The events.</summary>
    public IReadOnlyList<SeenEvent> Events { get; }

    /// <summary>Takes the events of one run, in the order in which they were delivered.</summary>
    public static Story Of(IReadOnlyList<SeenEvent> run)
    {
        Assert.Equal("agent_started", run[0].Action);
        Assert.Equal(
            Enumerable.Range(1, run.Count).Select(sequence => (long)sequence), run.Select(seen => seen.Sequence));
        Assert.Equal(run.Count, run.Select(seen => seen.Id).Distinct().Count());
        return new Story(run);
    }

    /// <summary>
    /// What was told of some network namespaces; of the agent's own where null is among them. An agent that watches all sees
    /// those of the host and of other tests too.
    /// </summary>
    public Story In(params uint?[] namespaces) =>
        new(Events.Where(seen => !seen.IsAgents && namespaces.Contains(seen.Namespace)));

    /// <summary>What was told of each network namespace that has a name.</summary>
    public IReadOnlyDictionary<string, Story> ByNamespaceName() => Events
        .Where(seen => seen.NamespaceName is not null)
        .GroupBy(seen => seen.NamespaceName!)
        .ToDictionary(named => named.Key, named => new Story(named));

    /// <summary>Asserts that these lines, and no others, were told of sockets, in whatever order.</summary>
    public void Is(params IEnumerable<string> lines) => Assert.Equal(
        lines.Order(StringComparer.Ordinal),
        Events.Where(seen => !seen.IsAgents).Select(seen => seen.Line).Order(StringComparer.Ordinal));

    /// <summary>Asserts that every opening has one end, which comes after it, and every end an opening.</summary>
    /// <param name="stillOpen">The ends of what was open when the agent stopped.</param>
    public Story IsPaired(params string[] stillOpen)
    {
        HashSet<(uint? Namespace, string Ends)> open = [];
        foreach (SeenEvent seen in Events)
        {
            if (seen.Action is "connection_opened" or "listener_opened")
            {
                Assert.True(open.Add((seen.Namespace, seen.Ends)), $"opened twice: {seen.Line}");
            }
            else if (seen.Action is "connection_closed" or "listener_closed")
            {
                Assert.True(open.Remove((seen.Namespace, seen.Ends)), $"closed without an opening: {seen.Line}");
            }
        }

        Assert.Equal(stillOpen.Order(), open.Select(one => one.Ends).Order());
        return this;
    }

    /// <summary>The only event of this action with these ends.</summary>
    public SeenEvent The(string action, string ends) =>
        Assert.Single(Events, seen => seen.Action == action && seen.Ends == ends);
}

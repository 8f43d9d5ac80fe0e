using System.Net;
using System.Net.Sockets;
using Connbeat.KernelTests.Agents;
using Connbeat.KernelTests.Lab;

namespace Connbeat.KernelTests;

/// <summary>Namespaces that come and go by the thousand. Alone, for descriptors are the whole process's.</summary>
[Collection(nameof(Alone))]
public sealed class NamespaceChurnTests
{
    private const int Rounds = 20, AtOnce = 50, SocketsInEach = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_thousand_namespaces_that_were_watched_are_gone_and_every_socket_in_them_was_told_once()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab, WatchedAgent.Everywhere());
        int interfaces = lab.Interfaces;
        List<string> names = [.. await RoundAsync(lab, agent, before: 0)]; // the runtime loads what it needs and keeps it open
        int descriptors = Descriptors();
        while (names.Count < Rounds * AtOnce)
        {
            names.AddRange(await RoundAsync(lab, agent, names.Count));
        }

        // A socket that is left anywhere keeps its namespace alive, and so the other end of the cable.
        Assert.True(
            SpinWait.SpinUntil(() => lab.Interfaces == interfaces, Patience),
            $"{lab.Interfaces - interfaces} namespaces are left");
        Assert.InRange(Descriptors(), 0, descriptors);
        IReadOnlyDictionary<string, Story> told = (await agent.StopAsync()).ByNamespaceName();
        Assert.All(names, name => Assert.Equal(2 * SocketsInEach, told[name].IsPaired().Events.Count));
    }

    /// <summary>Makes namespaces, each with a cable to the lab and with sockets, has them watched, and deletes them.</summary>
    /// <returns>Their names.</returns>
    private static async Task<IEnumerable<string>> RoundAsync(NetworkNamespaceLab lab, WatchedAgent agent, int before)
    {
        NamedNamespace[] namespaces = NamedNamespace.Make(AtOnce);
        lab.Run(() => IpCommand.Run(namespaces.Select((one, number) =>
            $"link add name cable{before + number} type veth peer name eth0 netns {one.Name}")));
        Socket[][] sockets = [.. namespaces.Select(Fill)];
        await agent.LookAsync();
        await agent.ToldAsync("every opening", events =>
            events.Count(seen => seen.NamespaceName is not null && seen.Action.EndsWith("_opened", StringComparison.Ordinal)) ==
                (before + AtOnce) * SocketsInEach);

        // Half of the sockets end before their namespace is let go, the others afterwards.
        Array.ForEach(sockets[..(AtOnce / 2)], Close);
        NamedNamespace.Delete(namespaces);
        await agent.LookAsync();
        Array.ForEach(sockets[(AtOnce / 2)..], Close);
        return namespaces.Select(one => one.Name);
    }

    private static Socket[] Fill(NamedNamespace @namespace)
    {
        using NetworkNamespaceLab inside = new(@namespace);
        Socket listener = inside.Listen(IPAddress.Loopback, port: 8080);
        return [inside.Connect(listener), listener.Accept(), listener, inside.BindUdp(IPAddress.Loopback, port: 5300)];
    }

    private static void Close(Socket[] sockets) => Array.ForEach(sockets, socket => socket.Dispose());

    private static int Descriptors()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Directory.GetFileSystemEntries("/proc/self/fd").Length;
    }
}

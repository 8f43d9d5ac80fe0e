using System.Net;
using System.Net.Sockets;
using Connbeat.KernelTests.Agents;
using Connbeat.KernelTests.Lab;
using static Connbeat.KernelTests.Agents.Ends;

namespace Connbeat.KernelTests;

/// <summary>An agent that watches every network namespace of the machine.</summary>
public sealed class NamespaceTests
{
    private const int Door = 8080, Client = 4000;

    [Fact]
    public async Task The_same_ends_in_three_namespaces_are_three_connections()
    {
        using NetworkNamespaceLab lab = new();
        using NamedNamespace one = NamedNamespace.Make(), other = NamedNamespace.Make();
        using NetworkNamespaceLab inOne = new(one), inOther = new(other);
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab, WatchedAgent.Everywhere());
        using Twin here = new(lab), there = new(inOne), elsewhere = new(inOther);
        uint?[] all = [null, inOne.Namespace, inOther.Namespace];
        await agent.SeesAsync([.. all.SelectMany(@namespace => Twin.Lines("opened", @namespace))]);

        there.Dispose();
        await agent.ToldAsync(Twin.Lines("closed", inOne.Namespace));
        await agent.SnapshotAsync();
        Assert.DoesNotContain(agent.Events, seen =>
            Twin.Lines("closed", null).Concat(Twin.Lines("closed", inOther.Namespace)).Contains(seen.Line));
        here.Dispose();
        elsewhere.Dispose();
        await agent.ToldAsync([.. Twin.Lines("closed", null), .. Twin.Lines("closed", inOther.Namespace)]);

        Story story = await agent.StopAsync();
        foreach (uint? @namespace in all)
        {
            story.In(@namespace).Is([.. Twin.Lines("opened", @namespace), .. Twin.Lines("closed", @namespace)]);
        }

        Assert.Equal([null], NamesIn(story.In((uint?)null)));
        Assert.Equal([one.Name], NamesIn(story.In(inOne.Namespace)));
        Assert.Equal([other.Name], NamesIn(story.In(inOther.Namespace)));
    }

    [Fact]
    public async Task A_namespace_that_appears_is_watched_from_the_next_picture_on_also_between_two()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab, WatchedAgent.Everywhere());
        using NamedNamespace late = NamedNamespace.Make();
        using NetworkNamespaceLab inside = new(late);
        string place = $" in {inside.Namespace}";
        using Socket listener = inside.Listen(IPAddress.Loopback, Door);
        string door = Of(listener);
        await agent.SeesAsync($"listener_opened {door} listening {Self}{place}");

        string passed = Passing(inside, listener);
        using Socket bound = inside.BindUdp(IPAddress.Loopback, Client);
        string datagrams = Of(bound);
        bound.Dispose();
        string[] expected =
        [
            $"connection_opened {passed} outbound none (seen_at_close){place}",
            $"connection_closed {passed} outbound none{place}",
            $"connection_opened {Reversed(passed)} inbound none (seen_at_close){place}",
            $"connection_closed {Reversed(passed)} inbound none{place}",
            $"listener_opened {datagrams} listening none (seen_at_close){place}",
            $"listener_closed {datagrams} listening none{place}",
        ];
        await agent.ToldAsync(expected);

        Story story = (await agent.StopAsync()).In(inside.Namespace);
        story.Is([$"listener_opened {door} listening {Self}{place}", .. expected]);
        Assert.Equal([late.Name], NamesIn(story));
    }

    [Fact]
    public async Task A_named_namespace_without_a_process_is_watched_and_its_sockets_are_of_who_holds_them()
    {
        using NetworkNamespaceLab lab = new();
        using NamedNamespace named = NamedNamespace.Make();
        using NetworkNamespaceLab inside = new(named);
        using Socket listener = inside.Listen(IPAddress.IPv6Any, takesIPv4: true);
        using Socket client = inside.Connect(listener, IPAddress.Loopback);
        using Socket server = listener.Accept();
        inside.Dispose(); // nobody lives there any more
        string place = $" in {inside.Namespace}", seen = $" (seen_at_start){place}";

        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab, WatchedAgent.Everywhere());
        await agent.ToldAsync(
            $"listener_opened {Of(listener)} listening {Self}{seen}", $"connection_opened {Of(client)} outbound {Self}{seen}",
            $"connection_opened {Of(server)} inbound {Self}{seen}");
        await agent.SnapshotAsync();

        (await agent.StopAsync()).In(inside.Namespace).Is(
            $"listener_opened {Of(listener)} listening {Self}{seen}", $"connection_opened {Of(client)} outbound {Self}{seen}",
            $"connection_opened {Of(server)} inbound {Self}{seen}");
    }

    [Fact]
    public async Task A_namespace_is_watched_as_long_as_a_thread_lives_in_it_and_no_longer()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab, WatchedAgent.Everywhere());
        using NamedNamespace named = NamedNamespace.Make();
        using NetworkNamespaceLab inside = new(named);
        using Socket first = inside.Listen(IPAddress.Loopback);
        string place = $" in {inside.Namespace}", firstDoor = Of(first);
        await agent.SeesAsync($"listener_opened {firstDoor} listening {Self}{place}");

        named.Dispose(); // all that is left there is a thread of a process that lives elsewhere
        await agent.SnapshotAsync();
        using Socket second = inside.Listen(IPAddress.Loopback);
        string secondDoor = Of(second);
        await agent.SeesAsync($"listener_opened {secondDoor} listening {Self}{place}");
        string passed = Passing(inside, second);
        await agent.ToldAsync($"connection_closed {passed} outbound none{place}");
        Assert.DoesNotContain(agent.Events, seen => seen.Action == "listener_closed" && seen.Namespace == inside.Namespace);

        inside.Dispose();
        await agent.SeesAsync(
            $"listener_closed {firstDoor} listening {Self}{place}", $"listener_closed {secondDoor} listening {Self}{place}");

        Story story = (await agent.StopAsync()).In(inside.Namespace).IsPaired();
        Assert.Equal(8, story.Events.Count);
        Assert.Equal([named.Name], NamesIn(story));
    }

    [Fact]
    public async Task A_namespace_of_processes_is_watched_until_the_last_has_gone()
    {
        using NetworkNamespaceLab lab = new();
        using NetworkNamespaceLab elsewhere = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab, WatchedAgent.Everywhere());
        using LabProcess one = LabProcess.SocketHolder(elsewhere), other = LabProcess.SocketHolder(elsewhere);
        elsewhere.Dispose();
        string place = $" in {elsewhere.Namespace}";
        string port = await one.AskAsync("listen 127.0.0.1");
        await other.AskAsync($"connect 127.0.0.1 {port}");
        await one.AskAsync("accept");
        string door = $"127.0.0.1:{port} listening fd {one.Pid}";
        await agent.SeesAsync($"listener_opened {door}{place}");
        await agent.ToldAsync("both ends", events =>
            events.Count(seen => seen.Action == "connection_opened" && seen.Namespace == elsewhere.Namespace) == 2);
        one.Kill();
        await agent.ToldAsync($"listener_closed {door}{place}");
        await agent.SnapshotAsync();
        string second = await other.AskAsync("listen 127.0.0.2");
        await agent.SeesAsync($"listener_opened 127.0.0.2:{second} listening fd {other.Pid}{place}");
        other.Kill();
        await agent.SeesAsync($"listener_closed 127.0.0.2:{second} listening fd {other.Pid}{place}");

        Story story = (await agent.StopAsync()).In(elsewhere.Namespace).IsPaired();
        Assert.Equal(8, story.Events.Count);
        Assert.Equal([null], NamesIn(story));
    }

    private static IEnumerable<string?> NamesIn(Story story) =>
        story.Events.Select(seen => seen.NamespaceName).Distinct();

    /// <summary>A connection by TCP and one by UDP, which have the same ends in every namespace.</summary>
    private sealed class Twin : IDisposable
    {
        private readonly Socket[] _sockets;

        public Twin(NetworkNamespaceLab lab)
        {
            Socket listener = lab.Listen(IPAddress.Loopback, Door);
            Socket client = lab.NewSocket();
            client.Bind(new IPEndPoint(IPAddress.Loopback, Client));
            client.Connect(listener.LocalEndPoint!);
            Socket server = listener.Accept();
            Socket datagrams = lab.BindUdp(IPAddress.Loopback, Client);
            datagrams.Connect(listener.LocalEndPoint!);
            _sockets = [client, server, datagrams, listener];
        }

        public static string[] Lines(string what, uint? @namespace)
        {
            string place = @namespace is null ? "" : $" in {@namespace}";
            return
            [
                $"listener_{what} 127.0.0.1:{Door} listening {Self}{place}",
                $"connection_{what} 127.0.0.1:{Client} -> 127.0.0.1:{Door} outbound {Self}{place}",
                $"connection_{what} 127.0.0.1:{Door} -> 127.0.0.1:{Client} inbound {Self}{place}",
                $"connection_{what} udp 127.0.0.1:{Client} -> 127.0.0.1:{Door} outbound {Self}{place}",
            ];
        }

        public void Dispose() => Array.ForEach(_sockets, socket => socket.Dispose());
    }
}

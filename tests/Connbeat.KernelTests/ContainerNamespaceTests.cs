using Connbeat.Config;
using Connbeat.KernelTests.Agents;
using Connbeat.KernelTests.Lab;

namespace Connbeat.KernelTests;

/// <summary>
/// Under version 1 the kernel tells no control group of a socket, and what comes and goes between two looks at the processes
/// has no process: it has its network namespace.
/// </summary>
[Collection(nameof(Alone))]
public sealed class ContainerNamespaceTests
{
    private const string Id = "38fac3e99302b3622be089dd41e7ccf38aff368a86cc339972075136ee2710ce";

    [Fact]
    public async Task A_connection_between_two_pictures_is_told_by_its_namespace()
    {
        using NetworkNamespaceLab lab = new();
        using NetworkNamespaceLab containers = new();
        using ControlGroup group = ControlGroup.OfVersion1("/docker/" + Id);
        using LabProcess holder = LabProcess.SocketHolder(containers);
        group.Add(holder.Pid);
        string port = await holder.AskAsync("listen 127.0.0.3");
        AgentOptions options = WatchedAgent.Options();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(
            lab, options with { Capture = options.Capture with { Namespaces = NamespaceScope.All } });
        await agent.ToldAsync(
            $"listener_opened 127.0.0.3:{port} listening fd {holder.Pid} (seen_at_start) in {containers.Namespace}");

        foreach (string errand in new[] { $"connect 127.0.0.3 {port}", "accept", "close", "close" })
        {
            await holder.AskAsync(errand);
        }

        holder.Kill();
        await agent.ToldAsync(
            "the ends", events => events.Count(seen => seen.Action is "connection_closed" or "listener_closed" && IsThere(seen)) == 3);

        foreach (SeenEvent told in (await agent.StopAsync()).Events.Where(IsThere))
        {
            Assert.Equal((Id, "docker"), (told.Text("container", "id"), told.Text("container", "runtime")));
        }

        bool IsThere(SeenEvent seen) => seen.Number("network", "namespace") == containers.Namespace;
    }
}

using System.Net;
using System.Net.Sockets;
using Connbeat.KernelTests.Agents;
using Connbeat.KernelTests.Lab;

namespace Connbeat.KernelTests;

/// <summary>Containers, told by control groups that are named as the runtimes name theirs.</summary>
public sealed class ControlGroupTests
{
    private const string Id = "38fac3e99302b3622be089dd41e7ccf38aff368a86cc339972075136ee2710ce";
    private const string Other = "9c0b5d1e77f0a3c2d4e6f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d";
    private const string Pod = "97f1ae73-7ad9-11ec-b4a7-9a35488b4fab";
    private const string PodSlice = "kubepods-burstable-pod97f1ae73_7ad9_11ec_b4a7_9a35488b4fab.slice";

    [Theory]
    [InlineData("/docker/" + Id, Id, "docker", null, null)]
    [InlineData("/system.slice/docker-" + Id + ".scope", Id, "docker", null, "docker-" + Id + ".scope")]
    [InlineData("/docker/" + Other + "/docker/" + Id, Id, "docker", null, null)]
    [InlineData("/default/" + Id, Id, "containerd", null, null)]
    [InlineData("/kubepods.slice/" + PodSlice + "/cri-containerd-" + Id + ".scope", Id, "containerd", Pod, "cri-containerd-" + Id + ".scope")]
    [InlineData("/kubepods.slice/" + PodSlice + "/crio-" + Id + ".scope/container", Id, "cri-o", Pod, "crio-" + Id + ".scope")]
    [InlineData("/kubepods/besteffort/pod" + Pod + "/" + Id, Id, null, Pod, null)]
    [InlineData("/machine.slice/libpod-" + Id + ".scope/container", Id, "podman", null, "libpod-" + Id + ".scope")]
    [InlineData("/web.service/libpod-payload-" + Id, Id, "podman", null, "web.service")]
    [InlineData("/lxc.payload.web-1/init.scope", "web-1", "lxc", null, "init.scope")]
    [InlineData("/lxc/web-1", "web-1", "lxc", null, null)]
    [InlineData(@"/machine.slice/machine-web\x2d1.scope", "web-1", "systemd-nspawn", null, @"machine-web\x2d1.scope")]
    [InlineData("/machine.slice/libpod-conmon-" + Id + ".scope", null, null, null, "libpod-conmon-" + Id + ".scope")]
    [InlineData("/system.slice/web.service", null, null, null, "web.service")]
    public async Task Each_kind_of_group_is_told(string path, string? id, string? runtime, string? pod, string? unit)
    {
        using NetworkNamespaceLab lab = new();
        using ControlGroup group = ControlGroup.OfVersion2(path);
        using LabProcess holder = LabProcess.SocketHolder(lab);
        group.Add(holder.Pid);
        string port = await holder.AskAsync("listen 127.0.0.1");
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        await agent.ToldAsync($"listener_opened 127.0.0.1:{port} listening fd {holder.Pid} (seen_at_start)");

        SeenEvent opened = (await agent.StopAsync()).The("listener_opened", $"127.0.0.1:{port}");
        Assert.Equal((id, runtime, pod), ContainerOf(opened));
        Assert.Equal(unit, opened.Text("local_process", "unit"));
    }

    [Theory]
    [InlineData("/docker/" + Id, "docker", null)]
    [InlineData("/kubepods/burstable/pod" + Pod + "/" + Id, null, Pod)]
    public async Task So_are_those_of_version_1(string path, string? runtime, string? pod)
    {
        using NetworkNamespaceLab lab = new();
        using ControlGroup group = ControlGroup.OfVersion1(path);
        using LabProcess holder = LabProcess.SocketHolder(lab);
        group.Add(holder.Pid);
        string port = await holder.AskAsync("listen 127.0.0.1");
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        await agent.ToldAsync($"listener_opened 127.0.0.1:{port} listening fd {holder.Pid} (seen_at_start)");

        Assert.Equal((Id, runtime, pod), ContainerOf(Assert.Single(agent.Events, seen => seen.Action == "listener_opened")));
    }

    [Fact]
    public async Task A_connection_that_nobody_has_accepted_is_told_by_its_group_also_when_that_is_gone()
    {
        using NetworkNamespaceLab lab = new();
        using ControlGroup group = ControlGroup.OfVersion2("/system.slice/docker-" + Id + ".scope");
        using LabProcess holder = LabProcess.SocketHolder(lab);
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        group.Add(holder.Pid);
        string port = await holder.AskAsync("listen 127.0.0.2");
        using Socket client = lab.NewSocket();
        client.Connect(IPAddress.Parse("127.0.0.2"), int.Parse(port));
        string there = $"127.0.0.2:{port} -> {client.LocalEndPoint}";
        await agent.SeesAsync($"connection_opened {there} inbound none");

        group.Expel(holder.Pid);
        group.Remove();
        await agent.SnapshotAsync();
        holder.Kill();
        await agent.ToldAsync($"connection_closed {there} inbound none");

        Story story = await agent.StopAsync();
        foreach (SeenEvent told in new[] { story.The("connection_opened", there), story.The("connection_closed", there) })
        {
            Assert.Equal("cgroup", told.Text("local_process", "attribution"));
            Assert.Equal($"docker-{Id}.scope", told.Text("local_process", "unit"));
            Assert.Equal((Id, "docker", null), ContainerOf(told));
        }
    }

    [Fact]
    public async Task Without_rights_the_container_is_told_all_the_same()
    {
        using NetworkNamespaceLab lab = new();
        using ControlGroup group = ControlGroup.OfVersion2("/docker/" + Id);
        using LabProcess holder = LabProcess.SocketHolder(lab);
        group.Add(holder.Pid);
        string port = await holder.AskAsync("listen 127.0.0.2");
        lab.DropRights();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        await agent.ToldAsync($"listener_opened 127.0.0.2:{port} listening uid 0 (seen_at_start)");

        SeenEvent opened = (await agent.StopAsync()).The("listener_opened", $"127.0.0.2:{port}");
        Assert.Equal("cgroup", opened.Text("local_process", "attribution"));
        Assert.Equal((Id, "docker", null), ContainerOf(opened));
    }

    [Fact]
    public async Task Where_no_process_is_to_be_told_the_container_is()
    {
        using NetworkNamespaceLab lab = new();
        using ControlGroup group = ControlGroup.OfVersion2("/docker/" + Id);
        using LabProcess holder = LabProcess.SocketHolder(lab);
        group.Add(holder.Pid);
        string port = await holder.AskAsync("listen 127.0.0.2");
        await using WatchedAgent agent = await WatchedAgent.StartAsync(
            lab, WatchedAgent.Options() with { Enrichment = new() { ExposeProcessInfo = false } });
        await agent.ToldAsync($"listener_opened 127.0.0.2:{port} listening uid 0 (seen_at_start)");

        Assert.Equal((Id, "docker", null), ContainerOf((await agent.StopAsync()).The("listener_opened", $"127.0.0.2:{port}")));
    }

    private static (string? Id, string? Runtime, string? Pod) ContainerOf(SeenEvent seen) =>
        (seen.Text("container", "id"), seen.Text("container", "runtime"), seen.Text("container", "pod_uid"));
}

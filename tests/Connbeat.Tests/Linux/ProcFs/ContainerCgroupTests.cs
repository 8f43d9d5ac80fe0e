using System.Text;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class ContainerCgroupTests
{
    private const string Id = "38fac3e99302b3622be089dd41e7ccf38aff368a86cc339972075136ee2710ce";
    private const string Outer = "9c0b5d1e77f0a3c2d4e6f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d";
    private const string Pod = "97f1ae73-7ad9-11ec-b4a7-9a35488b4fab";
    private const string PodSlice = "pod97f1ae73_7ad9_11ec_b4a7_9a35488b4fab.slice";
    private const string Burstable = "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-" + PodSlice;
    private const string Static = "0f90ab12cd34ef5601789a2b3c4d5e6f";
    private const string Rootless = "/user.slice/user-1000.slice/user@1000.service";

    [Theory]
    [InlineData("/docker/" + Id, "docker")]
    [InlineData("/system.slice/docker-" + Id + ".scope", "docker")]
    [InlineData(Rootless + "/user.slice/docker-" + Id + ".scope", "docker")]
    [InlineData("/system.slice/ecstasks-" + Static + ".slice/docker-" + Id + ".scope", "docker")]
    [InlineData("/ecs/55091c13-b8cf-4801-b527-f4601742204d/" + Id, "docker")]
    [InlineData("/ecs/shop-cluster/" + Static + "/" + Id, "docker")]
    [InlineData("/system.slice/nerdctl-" + Id + ".scope", "containerd")]
    [InlineData("/system.slice/cri-containerd-" + Id + ".scope", "containerd")]
    [InlineData("/system.slice/containerd.service/system.slice:nerdctl:" + Id, "containerd")]
    [InlineData("/default/" + Id, "containerd")]
    [InlineData("/k8s.io/" + Id, "containerd")]
    [InlineData("/machine.slice/libpod-" + Id + ".scope", "podman")]
    [InlineData("/machine.slice/libpod-" + Id + ".scope/container", "podman")]
    [InlineData("/libpod_parent/libpod-" + Id, "podman")]
    [InlineData("/libpod_parent/" + Outer + "/libpod-" + Id, "podman")]
    [InlineData("/machine.slice/machine-libpod_pod_" + Outer + ".slice/libpod-" + Id + ".scope/container", "podman")]
    [InlineData(Rootless + "/user.slice/libpod-" + Id + ".scope/container", "podman")]
    [InlineData(Rootless + "/app.slice/web.service/libpod-payload-" + Id + "/init.scope", "podman")]
    [InlineData("/system.slice/crio-" + Id + ".scope/container", "cri-o")]
    [InlineData("/" + Id, null)]
    [InlineData("/custom/parent/" + Id + "/init.scope", null)]
    [InlineData("/moby/" + Id, null)]
    public void A_container_is_told_by_its_id_and_the_name_of_its_runtime(string path, string? runtime) =>
        Assert.Equal(new ContainerCgroup(Id, runtime, null), ContainerCgroup.Of(path));

    [Theory]
    [InlineData("/kubepods/burstable/pod" + Pod + "/" + Id, null)]
    [InlineData("/kubepods/pod" + Pod + "/" + Id, null)]
    [InlineData("/kubepods/besteffort/pod" + Pod + "/crio-" + Id, "cri-o")]
    [InlineData("/" + Burstable + "/cri-containerd-" + Id + ".scope", "containerd")]
    [InlineData("/" + Burstable + "/crio-" + Id + ".scope/container", "cri-o")]
    [InlineData("/" + Burstable + "/docker-" + Id + ".scope", "docker")]
    [InlineData("/" + Burstable + "/" + Id, null)]
    [InlineData("/kubepods.slice/kubepods-" + PodSlice + "/cri-containerd-" + Id + ".scope", "containerd")]
    [InlineData("/system.slice/containerd.service/kubepods-burstable-" + PodSlice + ":cri-containerd:" + Id, "containerd")]
    [InlineData("/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-" + PodSlice + "/cri-containerd-" + Id + ".scope", "containerd")]
    [InlineData("/docker/" + Outer + "/kubelet/kubepods/besteffort/pod" + Pod + "/" + Id, null)]
    [InlineData("/" + Burstable + "/cri-containerd-" + Outer + ".scope/docker/" + Id, "docker")]
    public void A_container_of_a_pod_is_told_with_the_pods_uid(string path, string? runtime) =>
        Assert.Equal(new ContainerCgroup(Id, runtime, Pod), ContainerCgroup.Of(path));

    [Fact]
    public void A_static_pods_uid_has_no_hyphens()
    {
        ContainerCgroup expected = new(Id, null, Static);

        Assert.Equal(expected, ContainerCgroup.Of($"/kubepods/burstable/pod{Static}/{Id}"));
        Assert.Equal(expected, ContainerCgroup.Of($"/kubepods.slice/kubepods-pod{Static}.slice/{Id}"));
    }

    [Theory]
    [InlineData("/kubepods/burstable/pod" + Pod)]
    [InlineData("/" + Burstable)]
    [InlineData("/docker/" + Outer + "/kubelet/kubepods/pod" + Pod)]
    public void A_group_of_a_pod_itself_is_of_none_of_its_containers(string path) =>
        Assert.Equal(new ContainerCgroup(null, null, Pod), ContainerCgroup.Of(path));

    [Theory]
    [InlineData("/lxc/web-1", "web-1", "lxc")]
    [InlineData("/lxc/web-1/ns/system.slice/nginx.service", "web-1", "lxc")]
    [InlineData("/lxc.payload/web_1.b", "web_1.b", "lxc")]
    [InlineData("/lxc.payload.project_web/init.scope", "project_web", "lxc")]
    [InlineData("/lxc.payload.a/lxc.payload.b", "b", "lxc")]
    [InlineData("/machine.slice/machine-web.scope", "web", "systemd-nspawn")]
    [InlineData("/machine.slice/machine-web.scope/payload/system.slice/supervisor", "web", "systemd-nspawn")]
    [InlineData(@"/machine.slice/machine-web\x2d1\x2db.scope", "web-1-b", "systemd-nspawn")]
    [InlineData(@"/machine.slice/systemd-nspawn@web\x2d1.service/payload/init.scope", "web-1", "systemd-nspawn")]
    [InlineData(@"/machine.slice/machine-lxc\x2d4711\x2dweb.scope", "lxc-4711-web", "lxc")]
    [InlineData(@"/machine.slice/machine-qemu\x2dweb.scope", "qemu-web", "systemd-nspawn")]
    [InlineData("/ecs/" + Static + "/" + Static + "-2531612879", Static + "-2531612879", null)]
    public void Some_runtimes_go_by_names(string path, string name, string? runtime) =>
        Assert.Equal(new ContainerCgroup(name, runtime, null), ContainerCgroup.Of(path));

    [Theory]
    [InlineData("/docker/" + Outer + "/docker/" + Id, Id, "docker")]
    [InlineData("/docker/" + Outer + "/system.slice/containerd.service", Outer, "docker")]
    [InlineData("/docker/" + Outer + "/lxc/web", "web", "lxc")]
    [InlineData("/lxc.payload.web/system.slice/docker-" + Id + ".scope", Id, "docker")]
    [InlineData("/docker/" + Outer + "/machine.slice/libpod-conmon-" + Id + ".scope", Outer, "docker")]
    [InlineData("/docker/" + Outer + "/lxc.monitor.web", Outer, "docker")]
    [InlineData("/docker/" + Outer + "/" + Burstable + "/crio-conmon-" + Id + ".scope", Outer, "docker")]
    public void The_innermost_container_counts(string path, string id, string runtime) =>
        Assert.Equal(new ContainerCgroup(id, runtime, null), ContainerCgroup.Of(path));

    [Theory]
    [InlineData("/../../docker-" + Id + ".scope", "docker")]
    [InlineData("/../" + Id, null)]
    [InlineData("/docker/" + Id + " (deleted)", "docker")]
    [InlineData("/system.slice/docker-" + Id + ".scope (deleted)", "docker")]
    public void A_namespace_of_control_groups_and_a_mark_of_removal_hide_nothing(string path, string? runtime) =>
        Assert.Equal(new ContainerCgroup(Id, runtime, null), ContainerCgroup.Of(path));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData("/..")]
    [InlineData("/init.scope")]
    [InlineData("/system.slice/docker.service")]
    [InlineData("/user.slice/user-1000.slice/session-2.scope")]
    [InlineData("/docker")]
    [InlineData("/docker/buildkit/abcdefghijklmnopqrstuvwxy")]
    [InlineData("/docker/38fac3e99302")]
    [InlineData("/docker/38FAC3E99302B3622BE089DD41E7CCF38AFF368A86CC339972075136EE2710CE")]
    [InlineData("/docker/" + Id + "0")]
    [InlineData("/system.slice/docker-" + Id + "0.scope")]
    [InlineData("/system.slice/docker-.scope")]
    [InlineData("/system.slice/other-" + Id + ".scope")]
    [InlineData("/system.slice/crio-conmon-" + Id + ".scope")]
    [InlineData("/" + Burstable + "/crio-conmon-" + Id + ".scope")]
    [InlineData("/kubepods/burstable/pod" + Pod + "/crio-conmon-" + Id)]
    [InlineData("/machine.slice/libpod-conmon-" + Id + ".scope")]
    [InlineData("/libpod_parent/conmon")]
    [InlineData("/machine.slice/machine-libpod_pod_" + Id + ".slice")]
    [InlineData("/system.slice/web.service/runtime")]
    [InlineData("/kubepods/burstable")]
    [InlineData("/kubepods/burstable/podcast")]
    [InlineData("/system.slice/system-pod97f1ae73_7ad9_11ec_b4a7_9a35488b4fab.slice")]
    [InlineData("/kubepods/pod97f1ae73-7ad9-11ec_b4a7-9a35488b4fab")]
    [InlineData("/lxc")]
    [InlineData("/lxc/")]
    [InlineData("/lxc/..")]
    [InlineData("/lxc/a b")]
    [InlineData("/lxc/caf\u00e9")]
    [InlineData("/lxc/a\u001b[2J")]
    [InlineData("/lxc.monitor/web")]
    [InlineData("/lxc.monitor.web")]
    [InlineData("/lxc/lxc.monitor.web")]
    [InlineData("/lxc.payload.")]
    [InlineData("/machine.slice/machine-.scope")]
    [InlineData("/machine.slice/machine-web.scope/supervisor")]
    [InlineData("/machine.slice/systemd-nspawn@web.service/supervisor")]
    [InlineData(@"/machine.slice/machine-qemu\x2d3\x2dweb.scope")]
    [InlineData(@"/machine.slice/machine-a\x0ab.scope")]
    [InlineData(@"/machine.slice/machine-a\x2.scope")]
    [InlineData("/ecs/" + Static + "/" + Static + "-")]
    [InlineData("/ecs/" + Static + "/" + Static + "-25x")]
    [InlineData("/other/" + Static + "/" + Static + "-25")]
    public void Everything_else_is_of_no_container(string path) => Assert.Null(ContainerCgroup.Of(path));

    [Fact]
    public void A_name_that_no_file_can_have_is_none()
    {
        Assert.Equal(new string('a', 255), ContainerCgroup.Of("/lxc/" + new string('a', 255))?.Id);
        Assert.Null(ContainerCgroup.Of("/lxc/" + new string('a', 256)));
        Assert.Null(ContainerCgroup.Of($"/machine.slice/machine-{new string('a', 4000)}.scope"));
    }

    [Theory]
    [InlineData("5:cpu:/docker/" + Id + "\n1:name=systemd:/docker/" + Outer + "\n0::/system.slice/a.service\n", Outer)]
    [InlineData("5:cpu:/docker/" + Id + "\n1:name=systemd:/docker/" + Id + "\n0::/docker/" + Outer + "\n", Outer)]
    [InlineData("5:cpu:/docker/" + Outer + "\n4:pids:/docker/" + Id + "\n1:name=systemd:/\n0::/\n", Outer)]
    [InlineData("7:memory:/docker/" + Outer + "\n1:name=systemd:/system.slice/containerd.service\n", Outer)]
    [InlineData("5:cpu:/docker/" + Outer + "\n0::/kubepods/pod" + Pod + "\n", Outer)]
    [InlineData("5:cpu:/\n0::/system.slice/a.service\n", null)]
    [InlineData("", null)]
    public void Of_several_hierarchies_version_2_counts_before_systemds_before_the_others(string content, string? id) =>
        Assert.Equal(id, ContainerCgroup.Of(Cgroup.Parse(Encoding.UTF8.GetBytes(content)))?.Id);

    [Fact]
    public void A_pod_is_told_where_no_line_names_a_container() =>
        Assert.Equal(
            new ContainerCgroup(null, null, Pod),
            ContainerCgroup.Of(Cgroup.Parse(Encoding.UTF8.GetBytes($"5:cpu:/\n1:name=systemd:/kubepods/pod{Pod}\n"))));

    /// <summary>Whoever may make control groups chooses their names.</summary>
    [Fact]
    public void Damaged_bytes_give_no_name_but_of_plain_characters()
    {
        string[] lines =
        [
            $"0::/{Burstable}/cri-containerd-{Id}.scope", $"1:name=systemd:/docker/{Outer}/docker/{Id} (deleted)",
            $"0::/a/kubepods-{PodSlice}:cri-containerd:{Id}", @"0::/machine.slice/machine-web\x2d1.scope/payload",
            $"0::/ecs/{Static}/{Static}-25", "0::/lxc.payload.web-1/init.scope",
        ];
        int named = 0;
        foreach (byte[] damaged in lines.SelectMany(line => Damage.Of(Encoding.UTF8.GetBytes(line))))
        {
            if (ContainerCgroup.Of(Cgroup.Parse(damaged)) is { } found)
            {
                named++;
                Assert.Matches("^[A-Za-z0-9._-]{1,255}$", found.Id ?? found.PodUid);
                Assert.Matches("^[0-9a-f-]{32,36}$", found.PodUid ?? Static);
            }
        }

        Assert.InRange(named, 1_000, 5_000);
    }
}

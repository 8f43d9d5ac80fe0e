using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.Linux.Bpf;
using Connbeat.Tests.Support;
using static Connbeat.Tests.Tracking.HeardChanges;

namespace Connbeat.Tests.Enrichment;

public sealed class HeardProcessesTests
{
    private const string Container = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private readonly CgroupDirectory _cgroups = new();
    private readonly ManualTime _time = new();
    private readonly UserNames _users;
    private readonly HeardProcesses _heard;
    private SecretsInForce _secrets = new(SecretRemoval.None);

    public HeardProcessesTests()
    {
        _users = new UserNames(_time, uid => uid == 33 ? "www-data" : null, _ => null);
        _heard = Heard(new ProcessExposure { Secrets = _secrets });
    }

    [Fact]
    public void A_program_is_told_whole_though_the_process_is_gone()
    {
        _users.Of(33);
        SocketOwner process = Nginx with { Name = TaskName.Of("nginx") };
        _heard.Apply(Exec(process, "/usr/sbin/nginx", "nginx\0-g\0daemon off;\0", $"/system.slice/docker-{Container}.scope", parent: 7));
        _heard.Apply(Exit(process, at: process.StartNanoseconds + 2_000_000));

        ProcessFacts facts = _heard.Of(process);
        Assert.Equal((812, 500ul, "nginx", 7), (facts.Pid, facts.StartTicks, facts.Name, facts.ParentPid));
        Assert.Equal(("/usr/sbin/nginx", "nginx -g daemon off;"), (facts.Executable, facts.CommandLine));
        Assert.Equal(["nginx", "-g", "daemon off;"], facts.Arguments);
        Assert.Equal((33u, "www-data"), (facts.Uid, facts.User));
        Assert.Equal((Container, "docker"), (facts.Container!.Id, facts.Container.Runtime));
        Assert.Equal(0, _heard.Wanted);
        Assert.Same(facts, _heard.Of(process));
    }

    [Fact]
    public void A_copy_is_what_its_model_was_but_for_its_own_numbers()
    {
        SocketOwner child = Owner(813, "nginx", uid: 33, start: 6_000_000_000);
        _heard.Apply(Exec(Nginx, "/usr/sbin/nginx", "nginx\0"));
        _heard.Apply(Fork(child, copied: 812));

        ProcessFacts facts = _heard.Of(child);
        Assert.Equal((813, 600ul, 812, "/usr/sbin/nginx", "nginx"), (facts.Pid, facts.StartTicks, facts.ParentPid, facts.Executable, facts.CommandLine));
    }

    [Fact]
    public void Another_name_or_user_makes_other_facts()
    {
        _heard.Apply(Exec(Nginx, "/usr/sbin/nginx", "nginx\0"));
        ProcessFacts first = _heard.Of(Nginx);
        ProcessFacts renamed = _heard.Of(Nginx with { Name = TaskName.Of("worker"), Uid = 34, At = Nginx.StartNanoseconds + 2 });

        Assert.Equal(("nginx", "worker", 34u), (first.Name, renamed.Name, renamed.Uid));
        Assert.Equal(first.Executable, renamed.Executable);
    }

    [Fact]
    public void A_socket_that_was_used_before_an_exec_tells_neither_name_nor_user_of_after_it()
    {
        SocketOwner shell = Curl with { Name = TaskName.Of("bash"), At = Curl.StartNanoseconds };
        _heard.Apply(new HashSet<int>(), [Shown(Curl, "/bin/bash")]);
        ProcessFacts before = _heard.Of(shell);
        _heard.Apply(Exec(Curl with { Name = TaskName.Of("sleep"), Uid = 33 }, "/bin/sleep", "sleep\04\0"));
        _users.Learn(33);

        ProcessFacts after = _heard.Of(shell);
        Assert.Equal(("bash", "/bin/bash", 0u), (before.Name, before.Executable, before.Uid));
        Assert.Equal(("sleep", "/bin/sleep", "sleep 4"), (after.Name, after.Executable, after.CommandLine));
        Assert.Equal((33u, "www-data"), (after.Uid, after.User));
        Assert.Same(after, _heard.Now(before));
        Assert.Same(before, _heard.Newest(before));
    }

    [Fact]
    public void A_name_that_is_younger_than_the_exec_is_told()
    {
        SocketOwner renamed = Curl with { Name = TaskName.Of("worker"), At = Curl.StartNanoseconds + 9 };
        _heard.Apply(Exec(Curl, "/usr/bin/curl", "curl\0"));
        _heard.Of(renamed);

        Assert.Equal("worker", _heard.Of(Curl with { At = Curl.StartNanoseconds + 5 }).Name);
    }

    [Fact]
    public void A_program_that_was_started_later_is_not_told_of_what_ran_before()
    {
        ProcessFacts before = _heard.Of(Curl with { Name = TaskName.Of("bash") });
        _heard.Apply(Exec(Curl, "/usr/bin/curl", "curl\0"));

        Assert.Equal(("bash", null), (_heard.Newest(before).Name, _heard.Newest(before).Executable));
        Assert.Equal(("curl", "/usr/bin/curl"), (_heard.Now(before).Name, _heard.Now(before).Executable));
    }

    [Fact]
    public void Arguments_that_were_cut_say_so_and_nothing_of_a_half_secret()
    {
        _secrets = new SecretsInForce(new SecretRemoval { FromArguments = text => text.Replace("secret", "[redacted]", StringComparison.Ordinal) });
        HeardProcesses heard = Heard(new ProcessExposure { Secrets = _secrets });
        ProcessRecord exec = Exec(Curl, "/usr/bin/curl", "curl\0secret\0sec");
        heard.Apply(exec with { Program = exec.Program! with { ArgumentsLength = 5_000 } });

        Assert.Equal("curl [redacted] …", heard.Of(Curl).CommandLine);
    }

    [Fact]
    public void What_was_there_before_is_looked_up_once_and_completed_afterwards()
    {
        ProcessFacts before = _heard.Of(Curl);
        Assert.Equal(("curl", (string?)null), (before.Name, before.Executable));
        Assert.True(_heard.IsAwaited(before));
        Assert.Equal([4_711], _heard.Request());

        _heard.Apply(_heard.Request(), [before with { Executable = "/usr/bin/curl", CommandLine = "curl -s", ParentPid = 3, Name = "other" }]);
        ProcessFacts after = _heard.Newest(before);
        Assert.False(_heard.IsAwaited(before));
        Assert.Equal(("curl", "/usr/bin/curl", "curl -s", 3), (after.Name, after.Executable, after.CommandLine, after.ParentPid));
        Assert.Same(after, _heard.Newest(before));
        Assert.Same(after, _heard.Of(Curl));
        Assert.Equal(0, _heard.Wanted);
    }

    [Fact]
    public void What_is_gone_by_then_is_told_as_far_as_it_is_known_and_not_asked_for_again()
    {
        ProcessFacts before = _heard.Of(Curl);
        _heard.Apply(_heard.Request(), []);

        Assert.False(_heard.IsAwaited(before));
        Assert.Same(before, _heard.Newest(before));
        Assert.Equal(0, _heard.Count);
    }

    [Fact]
    public void What_the_kernel_told_is_not_replaced_by_what_proc_shows()
    {
        _heard.Apply(Exec(Curl, "/usr/bin/curl", "curl\0"));
        _heard.Apply(new HashSet<int>(), [_heard.Of(Curl) with { Executable = "/usr/bin/other" }]);

        Assert.Equal("/usr/bin/curl", _heard.Of(Curl).Executable);
    }

    [Fact]
    public void The_environment_is_looked_up_again_where_another_program_runs()
    {
        HeardProcesses heard = Heard(new ProcessExposure { Environment = true });
        heard.Apply(new HashSet<int>(), [Shown(Curl, "/bin/bash") with { Environment = ["A=1"] }]);
        Assert.Equal(["A=1"], heard.Of(Curl).Environment);
        Assert.Equal(0, heard.Wanted);
        heard.Apply(Exec(Curl, "/usr/bin/curl", "curl\0"));
        Assert.Null(heard.Of(Curl).Environment);
        Assert.Equal([Curl.Pid], heard.Request());
        heard.Apply(heard.Request(), [Shown(Curl, "/usr/bin/curl") with { Environment = ["A=2"] }]);

        Assert.Equal("/usr/bin/curl", heard.Of(Curl).Executable);
    }

    [Fact]
    public void A_number_that_is_anothers_by_now_does_not_make_it_the_other()
    {
        SocketOwner later = Owner(4_711, "bash", start: 9_000_000_000);
        _heard.Apply(Exec(later, "/bin/bash", "bash\0"));

        Assert.Null(_heard.Of(Curl).Executable);
        Assert.Equal("/bin/bash", _heard.Of(later).Executable);
    }

    [Fact]
    public void A_process_is_forgotten_a_while_after_its_end()
    {
        _heard.Apply(Exec(Curl, "/usr/bin/curl", "curl\0"));
        _heard.Apply(Exit(Curl, at: 10));
        Assert.Equal(1, _heard.Count);
        _heard.Apply(Exit(Nginx, at: 11 + ProcessMemory.AfterItsEnd));

        Assert.Equal(0, _heard.Count);
    }

    [Fact]
    public void A_process_that_moved_is_where_its_control_group_says()
    {
        _cgroups.Apply(new Dictionary<ulong, CgroupFacts?> { [99] = new("ssh.service", null) });
        _heard.Apply(Exec(Curl, "/usr/bin/curl", "curl\0", "/system.slice/cron.service"));

        Assert.Equal("cron.service", _heard.Of(Curl).Unit);
        Assert.Equal("ssh.service", _heard.Of(Curl with { CgroupId = 99, Name = TaskName.Of("moved"), At = Curl.StartNanoseconds + 2 }).Unit);
    }

    [Fact]
    public void What_is_withheld_later_is_withheld_of_what_is_known()
    {
        _heard.Apply(Exec(Curl, "/usr/bin/curl", "curl\0secret\0"));
        Assert.Equal("curl secret", _heard.Of(Curl).CommandLine);
        SecretRemoval removal = new()
        {
            FromArguments = text => text.Replace("secret", "[redacted]", StringComparison.Ordinal),
            FromLine = text => text.Replace("secret", "[redacted]", StringComparison.Ordinal),
        };
        _secrets.Now = removal;
        _heard.Withhold(removal);

        Assert.Equal("curl [redacted]", _heard.Of(Curl).CommandLine);
    }

    [Fact]
    public void A_process_without_a_number_here_is_none()
    {
        _heard.Apply(Exec(Curl with { Pid = 0 }, "/usr/bin/curl", "curl\0"));

        Assert.Equal(0, _heard.Count);
    }

    [Fact]
    public void The_name_of_a_user_that_is_learned_later_is_told_from_then_on()
    {
        _heard.Apply(Exec(Nginx, "/usr/sbin/nginx", "nginx\0-g\0"));
        ProcessFacts before = _heard.Of(Nginx);
        Assert.Same(before, _heard.Newest(before));
        _users.Learn(33);

        ProcessFacts after = _heard.Newest(before);
        Assert.Equal(before with { User = "www-data" }, after);
        Assert.Same(after, _heard.Newest(before));
        Assert.Same(after, _heard.Of(Nginx));
    }

    [Fact]
    public void A_name_that_comes_when_the_process_is_forgotten_is_told_all_the_same()
    {
        ProcessFacts before = _heard.Of(Nginx);
        _heard.Apply(_heard.Request(), []);
        _users.Learn(33);

        Assert.Equal(before with { User = "www-data" }, _heard.Newest(before));
    }

    [Fact]
    public void Another_program_is_not_mistaken_for_the_one_whose_user_gets_a_name()
    {
        _heard.Apply(Exec(Nginx, "/usr/sbin/nginx", "nginx\0"));
        ProcessFacts before = _heard.Of(Nginx);
        _heard.Apply(Exec(Nginx, "/usr/sbin/nginx", "nginx\0-s\0reload\0"));
        _users.Learn(33);
        Assert.Equal("nginx -s reload", _heard.Of(Nginx).CommandLine);

        Assert.Equal(("nginx", "www-data"), (_heard.Newest(before).CommandLine, _heard.Newest(before).User));
    }

    [Fact]
    public void What_proc_shows_of_a_copy_stands_against_its_model()
    {
        SocketOwner child = Owner(813, "sleep", start: 6_000_000_000);
        _heard.Apply(new HashSet<int>(), [Shown(Nginx, "/bin/bash"), Shown(child, "/bin/sleep")]);
        _heard.Apply(Fork(child, copied: 812));

        Assert.Equal("/bin/sleep", _heard.Of(child).Executable);
    }

    [Fact]
    public void A_copy_is_not_taken_for_what_its_model_became_before_proc_was_read()
    {
        _time.Advance(TimeSpan.FromSeconds(7));
        SocketOwner earlier = Owner(813, "bash", start: 6_000_000_000);
        SocketOwner later = Owner(814, "nginx", start: 8_000_000_000);
        _heard.Apply(new HashSet<int>(), [Shown(Nginx, "/usr/sbin/nginx")]);
        _heard.Apply(Fork(earlier, copied: 812));
        _heard.Apply(Fork(later, copied: 812));

        Assert.Equal((null, "/usr/sbin/nginx"), (_heard.Of(earlier).Executable, _heard.Of(later).Executable));
        Assert.Equal([813], _heard.Request());
    }

    [Fact]
    public void What_proc_showed_of_the_one_that_had_a_number_before_is_not_told_of_the_other()
    {
        SocketOwner later = Curl with { StartNanoseconds = 9_000_000_000 };
        _heard.Apply(Exec(later, "/bin/bash", "bash\0"));
        _heard.Apply(new HashSet<int>(), [Shown(Curl, "/usr/bin/curl")]);

        Assert.Equal("/bin/bash", _heard.Of(later).Executable);
        Assert.Null(_heard.Of(Curl).Executable);
    }

    [Fact]
    public void No_more_are_remembered_than_there_is_room_for()
    {
        HeardProcesses heard = Heard(new ProcessExposure(), most: 100);
        for (int pid = 1; pid <= 1_000; pid++)
        {
            heard.Of(Owner(pid, "ended unheard")); // as where the ring was full when it did
        }

        Assert.Equal((100, 100), (heard.Count, heard.Wanted));
        Assert.Equal(Enumerable.Range(901, 100), heard.Request().Order());
    }

    [Fact]
    public void After_a_loss_proc_tells_what_runs_by_now_and_what_has_ended()
    {
        const long Lost = 6_000_000_000, Later = 7_000_000_000;
        SocketOwner young = Owner(813, "young", start: 8_000_000_000);
        _heard.Apply(Exec(Curl, "/bin/bash", "bash\0"));
        _heard.Apply(Exec(Nginx, "/usr/sbin/nginx", "nginx\0"));
        _heard.Overran(Lost);
        Assert.Equal((true, 1), (_heard.WantsAll, _heard.Wanted));
        _heard.Apply(Exec(young, "/bin/young", "young\0"));
        ProcessFacts shown = Shown(Curl, "/bin/sleep") with { Name = "sleep", Uid = 33 };
        _heard.Apply(new HashSet<int>(), [shown, Shown(young, "/bin/older")], Later);

        ProcessFacts now = _heard.Of(Curl);
        Assert.Equal(("sleep", "/bin/sleep", 33u), (now.Name, now.Executable, now.Uid));
        Assert.Equal("/bin/young", _heard.Of(young).Executable);
        Assert.False(_heard.WantsAll);
        _heard.Apply(Exit(young, Later + ProcessMemory.AfterItsEnd + 1));
        Assert.Equal(2, _heard.Count); // the one that /proc did not show is forgotten
    }

    [Fact]
    public void A_loss_during_a_look_wants_another_a_while_later()
    {
        _heard.Overran(6_000_000_000);
        _heard.Apply(new HashSet<int>(), [], allSince: 5_000_000_000);
        Assert.False(_heard.WantsAll);
        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.True(_heard.WantsAll);
    }

    private static ProcessFacts Shown(SocketOwner process, string executable) => new()
    {
        Pid = process.Pid,
        StartTicks = HeardProcess.TicksOf(process.StartNanoseconds),
        Name = process.Name.ToString(),
        Executable = executable,
    };

    private HeardProcesses Heard(ProcessExposure exposure, int most = ProcessMemory.Most) =>
        new(exposure, _cgroups, _users, _time, most);
}

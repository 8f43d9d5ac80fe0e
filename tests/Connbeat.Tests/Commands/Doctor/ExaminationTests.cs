using Connbeat.Commands.Doctor;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Commands.Doctor;

public sealed class ExaminationTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Findings_stand_in_the_order_of_their_subjects()
    {
        using ManualResetEventSlim second = new();
        Subject[] subjects =
        [
            new("one", () => second.Wait(TimeSpan.FromSeconds(30)) ? Finding.Ok("one", "late") : null!),
            new("two", () =>
            {
                second.Set();
                return [Finding.Ok("two", "early"), Finding.Ok("and a half", "early")];
            }),
        ];

        IReadOnlyList<Finding> findings = await Examination.RunAsync(subjects, _time);

        Assert.Equal(["one", "two", "and a half"], findings.Select(finding => finding.Name));
    }

    [Fact]
    public async Task A_look_that_fails_is_a_finding_and_no_crash()
    {
        Func<Finding> fails = () => throw new InvalidOperationException("no such thing");
        Subject[] subjects = [new("bad", fails), new("good", () => Finding.Ok("good", "ok"))];

        IReadOnlyList<Finding> findings = await Examination.RunAsync(subjects, _time);

        findings[0].Is(Status.Broken, "the look at it failed: no such thing", [], []);
        findings[1].IsOk("ok");
    }

    [Fact]
    public async Task A_look_that_hangs_holds_up_no_other()
    {
        using ManualResetEventSlim never = new();
        Subject[] subjects =
        [
            new("hung", () =>
            {
                never.Wait(TimeSpan.FromSeconds(30));
                return Finding.Ok("hung", "too late");
            }),
            new("good", () => Finding.Ok("good", "ok")),
        ];

        Task<IReadOnlyList<Finding>> examination = Examination.RunAsync(subjects, _time);
        await _time.Armed.ReadAsync(TestContext.Current.CancellationToken);
        _time.Advance(subjects[0].Limit);
        IReadOnlyList<Finding> findings = await examination;
        never.Set();

        Assert.Equal(
            (Status.Degraded, "not known: looking took longer than 800 ms"), (findings[0].Status, findings[0].Says));
        Assert.Equal("hung", findings[0].Name);
        findings[1].IsOk("ok");
    }

    [Theory]
    [InlineData(Status.Ok, 0)]
    [InlineData(Status.Note, 0)]
    [InlineData(Status.Degraded, 0)]
    [InlineData(Status.Broken, 1)]
    public void Only_what_is_broken_is_an_error(object worst, int code) => Assert.Equal(
        code, Examination.ExitCode([Finding.Ok("one", ""), new Finding("two", (Status)worst, ""), Finding.Ok("three", "")]));

    [Fact]
    public void The_shell_of_root_needs_no_sudo() => Assert.Equal(
        ["mkdir -p /x && mount /x", "docker run …"],
        new Finding("a", Status.Note, "") { Mend = ["sudo mkdir -p /x && sudo mount /x", "docker run …"] }.ForRoot().Mend);
}

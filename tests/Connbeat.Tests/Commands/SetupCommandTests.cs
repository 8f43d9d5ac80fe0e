using Connbeat.Commands;
using Connbeat.Delivery;

namespace Connbeat.Tests.Commands;

public sealed class SetupCommandTests
{
    [Fact]
    public async Task Each_step_is_told_and_what_failed_is_the_exit_code()
    {
        using StringWriter told = new();
        int code = await SetupCommand.RunAsync(
            [Plan("a", [new SetUpStep(SetUpOutcome.Made, "one"), new SetUpStep(SetUpOutcome.There, "two")]), Plan("b", null)],
            dryRun: false, told);

        Assert.Equal(1, code);
        Assert.Equal("made        output a  one\nthere       output a  two\nfailed      output b  it broke\n", told.ToString());
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_made()
    {
        using StringWriter told = new();
        int code = await SetupCommand.RunAsync([Plan("a", [])], dryRun: true, told);

        Assert.Equal(0, code);
        Assert.Equal("would make  output a  it\n", told.ToString());
    }

    [Fact]
    public async Task Without_an_output_that_needs_anything_it_says_so()
    {
        using StringWriter told = new();

        Assert.Equal(0, await SetupCommand.RunAsync([], dryRun: false, told));
        Assert.StartsWith("nothing to set up", told.ToString());
    }

    private static SetUpPlan Plan(string output, SetUpStep[]? steps) => new(output, () => new Scripted(steps));

    private sealed class Scripted(SetUpStep[]? steps) : ISetUp
    {
        public Task<IReadOnlyList<SetUpStep>> SetUpAsync(bool dryRun, CancellationToken cancellationToken) =>
            dryRun ? Task.FromResult<IReadOnlyList<SetUpStep>>([new SetUpStep(SetUpOutcome.Missing, "it")])
            : Task.FromResult<IReadOnlyList<SetUpStep>>(steps ?? throw new InvalidOperationException("it broke"));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

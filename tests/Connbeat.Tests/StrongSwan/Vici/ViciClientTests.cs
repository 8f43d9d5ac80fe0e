using System.Threading.Channels;
using Connbeat.StrongSwan.Vici;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.StrongSwan.Vici;

public sealed class ViciClientTests
{
    private readonly ManualTime _time = new();
    private readonly Channel<string?> _changes = Channel.CreateUnbounded<string?>();

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_is_kept_and_events_are_registered_for()
    {
        List<string> registered = [];
        await using FakeCharon charon = new(request =>
        {
            registered.Add(request.Name);
            return request.Type is ViciPacketType.EventRegister ? [[5]] : [[1]];
        });
        await using ViciClient client = Start(charon.Address, ["child-updown", "ike-updown"]);

        ViciSession session = await client.SessionAsync(Test);

        Assert.Null(await ChangeAsync());
        Assert.Same(session, await client.SessionAsync(Test));
        Assert.Equal(["child-updown", "ike-updown"], registered);
        Assert.Equal(1, charon.Accepted);
    }

    [Fact]
    public async Task A_thousand_lost_sessions_are_opened_anew_and_none_is_left()
    {
        await using FakeCharon charon = new(ViciTranscript.Of("down").AnswersTo);
        await using ViciClient client = Start(charon.Address, []);
        int before = 0;

        for (int round = 0; round < 1000; round++)
        {
            Assert.Null(await ChangeAsync());
            Assert.NotNull(await (await client.SessionAsync(Test)).AskAsync("version", ViciSection.Empty, Test));
            before = round == 100 ? Descriptors() : before;
            charon.Drop();
            Assert.NotNull(await ChangeAsync());
            await Assert.ThrowsAsync<IOException>(() => client.SessionAsync(Test));
            await PauseAsync();
        }

        Assert.Null(await ChangeAsync());
        Assert.NotNull(await (await client.SessionAsync(Test)).AskAsync("version", ViciSection.Empty, Test));
        Assert.InRange(charon.Open, 1, 2); // the fake may still be busy with the end of the last but one
        Assert.InRange(Descriptors(), 1, before + 200); // other tests run beside this one
    }

    [Fact]
    public async Task Pauses_grow_while_nobody_answers()
    {
        Assert.True(ViciAddress.TryParse("/nowhere/charon.vici", out ViciAddress? nowhere));
        await using ViciClient client = Start(nowhere, []);
        List<double> pauses = [];

        while (pauses.Count < 6)
        {
            Assert.Contains("/nowhere/charon.vici", await ChangeAsync(), StringComparison.Ordinal);
            pauses.Add((await PauseAsync()).TotalSeconds);
        }

        Assert.Equal([1, 2, 4, 8, 8, 8], pauses);
    }

    private ViciClient Start(ViciAddress address, IReadOnlyList<string> events)
    {
        ViciClient client = new(
            address, TimeSpan.FromSeconds(5), _time, events, (_, _) => { }, reason => _changes.Writer.TryWrite(reason));
        client.Start();
        return client;
    }

    private async Task<string?> ChangeAsync() => await _changes.Reader.ReadAsync(Test);

    /// <summary>Waits until the client waits, other than for an answer, and ends that.</summary>
    private async Task<TimeSpan> PauseAsync()
    {
        TimeSpan armed;
        do
        {
            armed = await _time.Armed.ReadAsync(Test);
        }
        while (armed == TimeSpan.FromSeconds(5));

        _time.Advance(armed);
        return armed;
    }

    private static int Descriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}

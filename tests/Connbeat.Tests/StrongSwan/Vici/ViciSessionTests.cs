using System.Collections.Concurrent;
using System.Net.Sockets;
using Connbeat.StrongSwan.Vici;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.StrongSwan.Vici;

public sealed class ViciSessionTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly ManualTime _time = new();
    private readonly ConcurrentQueue<string> _told = [];

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_command_is_answered_once_or_by_events_or_is_unknown()
    {
        await using FakeCharon charon = new(ViciTranscript.Of("two-children").AnswersTo);
        await using ViciSession session = await OpenAsync(charon);
        List<string> found = [];

        ViciSection? version = await session.AskAsync("version", ViciSection.Empty, Test);
        ViciSection? end = await session.StreamAsync(
            "list-sas", "list-sa", sa => found.AddRange(sa.Sections.SelectMany(ike => ike.Section.Section("child-sas"u8).Sections).Select(child => child.Name)), Test);

        Assert.Equal("5.9.8", version?.Text("version"u8));
        Assert.NotNull(end);
        Assert.Equal(["net-net-1", "net-second-2"], found);
        Assert.Null(await session.AskAsync("nope", ViciSection.Empty, Test));
        Assert.Empty(_told);
    }

    [Fact]
    public async Task Events_come_while_they_are_registered_for()
    {
        await using FakeCharon charon = new(request => [[request.Name == "child-updown" ? (byte)5 : (byte)6]]);
        await using ViciSession session = await OpenAsync(charon);

        Assert.True(await session.RegisterAsync("child-updown", Test));
        Assert.False(await session.RegisterAsync("other", Test));
        Assert.Null(await session.StreamAsync("list-others", "other", _ => { }, Test));
        await charon.SendAllAsync(new ViciPacket(ViciPacketType.Event, "child-updown", ViciSection.Empty));
        Assert.True(await session.UnregisterAsync("child-updown", Test)); // its answer comes after the event

        Assert.Equal(["child-updown"], _told);
    }

    [Fact]
    public async Task Commands_take_their_turns()
    {
        await using FakeCharon charon = new(ViciTranscript.Of("down").AnswersTo);
        await using ViciSession session = await OpenAsync(charon);

        ViciSection?[] answers = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => session.AskAsync("version", ViciSection.Empty, Test)));

        Assert.All(answers, answer => Assert.Equal("charon", answer?.Text("daemon"u8)));
    }

    [Fact]
    public async Task One_that_never_answers_ends_the_session_for_all()
    {
        await using FakeCharon charon = new(_ => []);
        await using ViciSession session = await OpenAsync(charon);

        Task<ViciSection?> first = session.AskAsync("version", ViciSection.Empty, Test);
        Task<ViciSection?> second = session.AskAsync("stats", ViciSection.Empty, Test);
        _time.Advance(Timeout);

        Assert.Equal("it did not answer within 5 s", (await Assert.ThrowsAsync<IOException>(() => first)).Message);
        Assert.Equal("it did not answer within 5 s", (await Assert.ThrowsAsync<IOException>(() => second)).Message);
        Assert.Equal("it did not answer within 5 s", await session.Ended.WaitAsync(Test));
        Assert.Equal(
            "it did not answer within 5 s",
            (await Assert.ThrowsAsync<IOException>(() => session.RegisterAsync("late", Test))).Message);
    }

    [Fact]
    public async Task A_command_that_is_abandoned_ends_the_session()
    {
        await using FakeCharon charon = new(_ => []);
        await using ViciSession session = await OpenAsync(charon);
        using CancellationTokenSource enough = new();

        Task<ViciSection?> asked = session.AskAsync("version", ViciSection.Empty, enough.Token);
        await enough.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.Equal("it did not answer in time", await session.Ended.WaitAsync(Test));
    }

    public static TheoryData<string, string> Hostile() => new()
    {
        { "ffffffff", "a packet of 4294967295 bytes; expected 1 to 524288" },
        { "00000000", "a packet of 0 bytes; expected 1 to 524288" },
        { "0000000a01", "the connection ends 1 bytes into 10" },
        { "0000", "the connection ends 2 bytes into 4" },
        { "", "the daemon closed the connection" },
        { "0000000263ff", "a packet of type 99; expected 0 to 7" },
        { "000000020102", "byte 0 ends a section that has not begun" },
        { "0000000100", "a packet of 1 bytes ends within its name" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_hostile_answer_ends_the_session_with_what_was_wrong(string hex, string expected)
    {
        await using FakeCharon charon = new(async client =>
        {
            await FakeCharon.ReadAsync(client);
            await client.SendAsync(Convert.FromHexString(hex));
            client.Shutdown(SocketShutdown.Send);
        });
        await using ViciSession session = await OpenAsync(charon);

        IOException failure = await Assert.ThrowsAsync<IOException>(() => session.AskAsync("version", ViciSection.Empty, Test));

        Assert.Equal(expected, failure.Message);
        Assert.Equal(expected, await session.Ended.WaitAsync(Test));
    }

    [Fact]
    public async Task An_answer_to_something_else_ends_the_session()
    {
        await using FakeCharon charon = new(_ => [[5]]);
        await using ViciSession session = await OpenAsync(charon);

        IOException failure = await Assert.ThrowsAsync<IOException>(() => session.AskAsync("version", ViciSection.Empty, Test));

        Assert.Equal("version was answered with EventConfirm", failure.Message);
    }

    [Fact]
    public async Task An_answer_that_nobody_asked_for_ends_the_session()
    {
        await using FakeCharon charon = new(client => client.SendAsync(FakeCharon.Framed([1])));
        await using ViciSession session = await OpenAsync(charon);

        Assert.Equal("CommandResponse came, and nobody had asked", await session.Ended.WaitAsync(Test));
    }

    [Fact]
    public async Task A_stream_without_an_end_is_cut()
    {
        byte[] endless = new ViciPacket(
            ViciPacketType.Event, "list-sa", new ViciSection([.. Enumerable.Repeat(ViciItem.OfValue(default, new byte[60_000]), 8)])).Encode();
        await using FakeCharon charon = new(async client =>
        {
            await FakeCharon.ReadAsync(client);
            await client.SendAsync(FakeCharon.Framed([5]));
            while (true)
            {
                await client.SendAsync(endless);
            }
        });
        await using ViciSession session = await OpenAsync(charon);
        long taken = 0;

        IOException failure = await Assert.ThrowsAsync<IOException>(
            () => session.StreamAsync("list-sas", "list-sa", _ => taken++, Test));

        Assert.Equal("more than 33554432 bytes of list-sa", failure.Message);
        Assert.Equal(ViciSession.LongestAnswer / (endless.Length - sizeof(uint)), taken);
    }

    [Fact]
    public async Task Random_bytes_never_escape()
    {
        Random random = new(20_26);
        await using FakeCharon charon = new(async client =>
        {
            byte[] bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);
            bytes[0] = bytes[1] = bytes[2] = 0;
            await FakeCharon.ReadAsync(client);
            await client.SendAsync(bytes);
        });

        for (int round = 0; round < 200; round++)
        {
            await using ViciSession session = await OpenAsync(charon);
            Exception? failure = await Record.ExceptionAsync(() => session.StreamAsync("list-sas", "list-sa", _ => { }, Test));
            Assert.True(failure is null or IOException, failure?.ToString());
        }
    }

    [Fact]
    public async Task Where_nobody_listens_no_session_begins()
    {
        Assert.True(ViciAddress.TryParse("/nowhere/charon.vici", out ViciAddress? nowhere));

        IOException failure = await Assert.ThrowsAsync<IOException>(
            () => ViciSession.OpenAsync(nowhere, Timeout, _time, (_, _) => { }, Test));

        Assert.Equal("/nowhere/charon.vici: there is no such socket", failure.Message);
    }

    private Task<ViciSession> OpenAsync(FakeCharon charon) =>
        ViciSession.OpenAsync(charon.Address, Timeout, _time, (name, _) => _told.Enqueue(name), Test);
}

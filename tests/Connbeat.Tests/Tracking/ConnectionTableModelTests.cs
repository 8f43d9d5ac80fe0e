using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Tests.Tracking.Model;
using FsCheck;
using FsCheck.Fluent;

namespace Connbeat.Tests.Tracking;

/// <summary>
/// The table against a plain model of the kernel, in random histories that FsCheck makes short where they fail. The
/// failure prints the steps and the seed. CONNBEAT_SOAK=1 tries many more.
/// </summary>
public sealed class ConnectionTableModelTests
{
    private static readonly int Rounds = Environment.GetEnvironmentVariable("CONNBEAT_SOAK") is "1" ? 500_000 : 10_000;

    /// <summary>Each kind with its weight.</summary>
    private static readonly (int Weight, StepKind Kind)[] Kinds =
    [
        (2, StepKind.Listen), (8, StepKind.Connect), (6, StepKind.Establish), (5, StepKind.Accept), (3, StepKind.Hold),
        (2, StepKind.Finish), (4, StepKind.Reset), (2, StepKind.Refuse), (6, StepKind.Reconnect), (8, StepKind.Destroy),
        (8, StepKind.HearDestroyed), (6, StepKind.BeginSnapshot), (8, StepKind.Dump), (5, StepKind.ShowPart),
        (10, StepKind.EndSnapshot), (2, StepKind.Overrun), (3, StepKind.Scan), (5, StepKind.Wait), (1, StepKind.Restart),
    ];

    [Fact]
    public void Every_open_gets_exactly_one_close_and_no_id_comes_twice()
    {
        Gen<Step> step =
            from kind in Gen.Frequency(Kinds.Select(known => (known.Weight, Gen.Constant(known.Kind))).ToArray())
            from pick in Gen.Choose(0, 40)
            from other in Gen.Choose(0, 40)
            select new Step(kind, pick, other);
        Arbitrary<Step[]> history = Arb.From(step.ArrayOf(), Shorter);
        Check.One(
            FsCheck.Config.QuickThrowOnFailure.WithMaxTest(Rounds).WithStartSize(10).WithEndSize(120),
            Prop.ForAll(history, Live));
    }

    private static void Live(Step[] steps)
    {
        TrackedWorld world = new();
        foreach (Step step in steps)
        {
            world.Take(step);
        }

        world.Settle();
        Assert.Equal(0, world.StillOpen);
        Assert.Equal(0, world.StillSought);
        world.CheckSequence();
        ILookup<ulong, Told> told = world.Told.Select(told => told.Told).ToLookup(told => told.Cookie);
        foreach (SimulatedSocket socket in world.Sockets)
        {
            CheckOrder(told[socket.Cookie]);
            CheckLives(socket, [.. told[socket.Cookie]]);
        }

        HashSet<ulong> counted = [.. world.Sockets.Where(socket => !socket.OutlivedARun).Select(socket => socket.Cookie)];
        Assert.All(
            world.Told.Where(told => told.Told.Action.IsFact() && counted.Contains(told.Told.Cookie)).CountBy(told => told.Id),
            id => Assert.Equal(1, id.Value));
    }

    /// <summary>Opened, then active, then closed, then perhaps opened again; a failure stands alone.</summary>
    private static void CheckOrder(IEnumerable<Told> ofOneSocket)
    {
        Told? open = null;
        foreach (Told told in ofOneSocket)
        {
            switch (told.Action)
            {
                case EventAction.ConnectionOpened or EventAction.ListenerOpened:
                    Assert.Null(open);
                    open = told;
                    break;
                case EventAction.ConnectionFailed:
                    Assert.Null(open);
                    break;
                default:
                    Assert.Equal((open?.Tuple, open?.Life), (told.Tuple, told.Life));
                    Assert.True(told.At >= open!.At, $"{told} is earlier than {open}");
                    open = told.Action is EventAction.ConnectionActive or EventAction.ListenerActive ? open : null;
                    break;
            }
        }

        Assert.Null(open);
    }

    /// <summary>
    /// Lives between which nobody could see a difference count as one or as several; all others are told once each.
    /// </summary>
    private static void CheckLives(SimulatedSocket socket, Told[] told)
    {
        List<InetTuple> distinct = [];
        foreach (SimulatedLife life in socket.Lives.Where(life => life.WasShown))
        {
            if (distinct.Count == 0 || distinct[^1] != life.Tuple)
            {
                distinct.Add(life.Tuple);
            }
        }

        foreach (IGrouping<InetTuple, SimulatedLife> lives in socket.Lives.GroupBy(life => life.Tuple))
        {
            int tellings = told.Count(told => told.Tuple == lives.Key && told.Action is
                EventAction.ConnectionOpened or EventAction.ListenerOpened or EventAction.ConnectionFailed);
            int least = distinct.Count(tuple => tuple == lives.Key);
            int most = socket.OutlivedARun ? int.MaxValue : lives.Count();
            Assert.True(
                tellings >= least && tellings <= most,
                $"socket {socket.Cookie}, {lives.Key}: told {tellings} times; expected {least} to {most}");
        }
    }

    /// <summary>The same history without some of its steps: long stretches first, then single ones.</summary>
    private static IEnumerable<Step[]> Shorter(Step[] steps)
    {
        for (int stretch = steps.Length / 2; stretch > 0; stretch /= 2)
        {
            for (int start = 0; start + stretch <= steps.Length; start += stretch)
            {
                yield return [.. steps[..start], .. steps[(start + stretch)..]];
            }
        }
    }
}

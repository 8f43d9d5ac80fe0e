using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Events;

public sealed class EventIdsTests
{
    private static readonly EventAction[] Facts =
        [.. Enum.GetValues<EventAction>().Where(action => action.IsFact())];

    /// <summary>
    /// Stores keep one event per id: if these change, a restart with a new version tells everything twice. They were
    /// compared with those of another SipHash.
    /// </summary>
    [Fact]
    public void Ids_never_change_from_version_to_version()
    {
        EventIds ids = Some.Ids();
        SocketIdentity listener = new(4026531840, 77, Some.ListenerTuple(), Inode: 4259865, Life: 0);

        Assert.Equal(
            [
                "74b47e35660b047b6cbf56a791e1fdab",
                "057f0738f324ae0051d1e71a52e13d1a",
                "7dcddbbbfcd8491439cf98961d2c27e3",
                "9227fbc1b8c6d0367e78fe1bf42ed252",
            ],
            [
                ids.OfFact(Some.Identity(), EventAction.ConnectionOpened).ToString(),
                ids.OfFact(Some.Identity() with { Cookie = 0 }, EventAction.ConnectionClosed).ToString(),
                ids.OfFact(listener, EventAction.ListenerOpened).ToString(),
                ids.OfObservation(1).ToString(),
            ]);
    }

    [Fact]
    public void A_fact_has_the_same_id_in_every_run_of_one_boot()
    {
        EventIds earlier = new(Some.Boot, Guid.NewGuid());
        EventIds later = new(Some.Boot, Guid.NewGuid());

        Assert.Equal(
            earlier.OfFact(Some.Identity(), EventAction.ConnectionClosed),
            later.OfFact(Some.Identity(), EventAction.ConnectionClosed));
    }

    [Fact]
    public void Another_boot_gives_other_facts_and_another_run_other_observations()
    {
        EventIds ids = Some.Ids();
        EventIds rebooted = new(Guid.NewGuid(), Some.Run);
        EventIds restarted = new(Some.Boot, Guid.NewGuid());

        Assert.NotEqual(
            ids.OfFact(Some.Identity(), EventAction.ConnectionOpened),
            rebooted.OfFact(Some.Identity(), EventAction.ConnectionOpened));
        Assert.NotEqual(ids.OfObservation(1), restarted.OfObservation(1));
    }

    [Fact]
    public void Equal_identities_have_one_id_and_unequal_ones_two()
    {
        EventIds ids = Some.Ids();
        SocketIdentity[] identities = [.. Variants().SelectMany(one => new[] { one, one with { Cookie = 0 } })];

        foreach (SocketIdentity one in identities)
        {
            foreach (SocketIdentity other in identities)
            {
                Assert.Equal(
                    one == other,
                    ids.OfFact(one, EventAction.ConnectionOpened) == ids.OfFact(other, EventAction.ConnectionOpened));
                Assert.True(one != other || one.GetHashCode() == other.GetHashCode());
            }
        }
    }

    [Fact]
    public void A_million_facts_and_observations_have_a_million_ids()
    {
        Random random = new(20_26);
        EventIds ids = Some.Ids();
        HashSet<EventId> seen = [];
        HashSet<SocketIdentity> identities = [];
        while (identities.Count < 200_000)
        {
            identities.Add(Near(random));
        }

        foreach (SocketIdentity identity in identities)
        {
            foreach (EventAction action in Facts)
            {
                Assert.True(seen.Add(ids.OfFact(identity, action)));
            }
        }

        for (long sequence = 1; sequence <= 100_000; sequence++)
        {
            Assert.True(seen.Add(ids.OfObservation(sequence)));
        }
    }

    [Fact]
    public void An_id_reads_alike_as_text_and_as_bytes()
    {
        EventId id = new(new UInt128(0x0011_2233_4455_6677, 0x8899_aabb_ccdd_eeff));
        byte[] digits = new byte[EventId.Length];
        id.FormatUtf8(digits);

        Assert.Equal("00112233445566778899aabbccddeeff", id.ToString());
        Assert.Equal(id.ToString(), System.Text.Encoding.ASCII.GetString(digits));
    }

    /// <summary>Identities that differ in one thing each, some of which a careless form would take for one.</summary>
    private static IEnumerable<SocketIdentity> Variants()
    {
        SocketIdentity one = Some.Identity();
        InetTuple tuple = one.Tuple;
        yield return one;
        yield return one with { Namespace = one.Namespace + 1 };
        yield return one with { Cookie = one.Cookie + 1 };
        yield return one with { Cookie = one.Cookie << 32 };
        yield return one with { Inode = one.Inode + 1 };
        yield return one with { Life = 1 };
        yield return one with { Tuple = tuple.Reversed };
        yield return one with { Tuple = tuple with { LocalPort = 1 } };
        yield return one with { Tuple = tuple with { RemotePort = 1 } };
        yield return one with { Tuple = tuple with { Local = InetAddress.Parse("::") } };
        yield return one with { Tuple = tuple with { Local = InetAddress.Parse("0.0.0.0") } };
        yield return one with { Tuple = tuple with { Remote = InetAddress.Parse("::") } };
        yield return one with { Tuple = tuple with { Remote = InetAddress.Parse("0.0.0.0") } };

        // The bytes of 198.51.100.7.
        yield return one with { Tuple = tuple with { Remote = InetAddress.Parse("c633:6407::") } };
    }

    /// <summary>Identities of a busy host: few values of each part, so that they differ in little.</summary>
    private static SocketIdentity Near(Random random) => new(
        4026531840 + (uint)random.Next(3),
        random.Next(3) == 0 ? 0 : (ulong)random.Next(2000),
        new InetTuple(
            Address(random), (ushort)random.Next(32768, 32868), Address(random), (ushort)random.Next(440, 450)),
        (uint)random.Next(100),
        (uint)random.Next(3));

    private static InetAddress Address(Random random) => random.Next(2) == 0
        ? InetAddress.FromIPv4([10, 0, 0, (byte)random.Next(8)])
        : InetAddress.FromIPv6([0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)random.Next(8)]);
}

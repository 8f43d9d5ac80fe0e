using Connbeat.Events;

namespace Connbeat.Tests.Support;

/// <summary>Events of which this is known and that is not, in every combination.</summary>
internal static class EventCombinations
{
    /// <summary>Events of every action.</summary>
    public static IEnumerable<ConnectionEvent> All() => Enum.GetValues<EventAction>()
        .SelectMany(action => action.IsAgent() ? OfAgent(Some.Event(action)) : Of(Some.Event(action)));

    /// <summary>The event with every choice of what the agent knows of itself, or of what was lost.</summary>
    private static IEnumerable<ConnectionEvent> OfAgent(ConnectionEvent full)
    {
        if (full.Gap is { } gap)
        {
            return [full, full with { Gap = gap with { Count = null } }];
        }

        if (full.Tunnel is { } tunnel)
        {
            return [full, full with { Tunnel = tunnel with { State = null, ReqId = null, LocalTs = [], RemoteTs = [] } }];
        }

        return Choices(4).Select(known => full with
        {
            Run = new RunFacts
            {
                LastSequence = known[0] ? 6 : null,
                PreviousRun = known[1] ? Some.Boot.ToString() : null,
                PreviousLastSequence = known[2] ? 0 : null,
                PreviousClean = known[3] ? true : null,
            },
        }).Append(full with { Run = null });
    }

    /// <summary>The event with every choice of its own fields, of its socket's and of its process's.</summary>
    private static IEnumerable<ConnectionEvent> Of(ConnectionEvent full)
    {
        SocketFacts socket = full.Socket!;
        ProcessFacts process = socket.Process!;
        foreach (bool[] known in Choices(5))
        {
            yield return full with
            {
                Reason = known[0] ? "seen_at_start" : null,
                Start = known[1] ? full.Start : null,
                End = known[2] ? full.End : null,
                Duration = known[3] ? full.Duration : null,
                ErrorCode = known[4] ? full.ErrorCode : null,
            };
        }

        foreach (bool[] known in Choices(11))
        {
            yield return full with
            {
                Socket = socket with
                {
                    Process = known[0] ? process : null,
                    Uid = known[1] ? 1000u : null,
                    User = known[2] ? "ann" : null,
                    Namespace = known[3] ? 4026532211 : null,
                    NamespaceName = known[4] ? "blue" : null,
                    BytesSent = known[5] ? 0 : null,
                    BytesReceived = known[6] ? long.MaxValue : null,
                    RttMicroseconds = known[7] ? uint.MaxValue : null,
                    Retransmits = known[8] ? 0u : null,
                    PacketsSent = known[9] ? 0 : null,
                    PacketsReceived = known[10] ? long.MaxValue : null,
                },
            };
        }

        foreach (bool[] known in Choices(4).Where(_ => !full.Action.IsListener()))
        {
            yield return full with
            {
                Socket = socket with
                {
                    Tunnel = Some.Tunnel() with
                    {
                        State = known[0] ? "REKEYED" : null,
                        ReqId = known[1] ? 0 : null,
                        IsExpected = known[2],
                        IsProtected = known[3],
                    },
                },
            };
        }

        foreach (bool[] known in Choices(2).Where(known => !full.Action.IsListener() && (known[0] || known[1])))
        {
            yield return full with
            {
                Socket = socket with { Nat = new NatFacts(known[0] ? Some.Nat().Local : null, known[1] ? Some.Nat().Remote : null) },
            };
        }

        foreach (bool[] known in Choices(6))
        {
            yield return full with
            {
                Socket = socket with
                {
                    Process = null,
                    Unit = known[0] ? "ssh.service" : null,
                    Container = new ContainerFacts
                    {
                        Id = known[1] ? Some.Container().Id : null,
                        Runtime = known[2] ? "podman" : null,
                        PodUid = Some.ContainerOfPod().PodUid,
                    },
                    ContainerDetails = known[3] ? Some.ContainerDetails() with
                    {
                        Host = new ContainerHost("web-1", known[4] ? [] : null),
                        Environment = known[5] ? [] : ["A=1"],
                    } : null,
                },
            };
        }

        foreach (bool[] known in Choices(7))
        {
            yield return full with
            {
                Socket = socket with
                {
                    Process = process with
                    {
                        Start = known[0] ? process.Start : null,
                        ParentPid = known[1] ? 0 : null,
                        Executable = known[2] ? process.Executable : null,
                        Environment = known[3] ? process.Environment : null,
                        Uid = known[4] ? process.Uid : null,
                        User = known[5] ? process.User : null,
                        Unit = known[6] ? process.Unit : null,
                    },
                },
            };
        }
    }

    private static IEnumerable<bool[]> Choices(int count) => Enumerable.Range(0, 1 << count)
        .Select(bits => Enumerable.Range(0, count).Select(bit => (bits >> bit & 1) == 1).ToArray());
}

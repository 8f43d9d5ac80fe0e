namespace Connbeat.Capture.Bpf;

/// <summary>What is made of the programs' words.</summary>
internal sealed record ProgramFeedSettings
{
    /// <summary>Takes out what is not to be told.</summary>
    public required ObservationFilter Filter { get; init; }

    /// <summary>The longest that a record waits before it is passed on.</summary>
    public required TimeSpan Latency { get; init; }

    /// <summary>Sockets of this process are not told; 0: all are.</summary>
    public int OwnPid { get; init; }

    /// <summary>False: TCP is not told, only processes and their UDP sockets.</summary>
    public bool TellsTcp { get; init; } = true;

    /// <summary>After so long without a datagram a flow of UDP is over.</summary>
    public TimeSpan UdpIdle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Called with the user of each process that is told, before it is; on the threads that tell, which may not wait.</summary>
    public Action<uint>? LearnUser { get; init; }
}

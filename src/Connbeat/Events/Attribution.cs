namespace Connbeat.Events;

/// <summary>How the owner of a socket was found. A wrong owner is worse than none, so every event says it.</summary>
internal enum Attribution : byte
{
    /// <summary>Nothing is known of the owner.</summary>
    None,

    /// <summary>Only the user is known.</summary>
    Uid,

    /// <summary>Only the control group is known.</summary>
    Cgroup,

    /// <summary>The process holds the socket among its file descriptors.</summary>
    Fd,

    /// <summary>The kernel told it when it happened.</summary>
    Bpf,
}

/// <summary>The names of attributions in the stream.</summary>
internal static class AttributionNames
{
    private static readonly string[] Names = ["none", "uid", "cgroup", "fd", "bpf"];

    /// <summary>All of them, in their order.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>The value of <c>local_process.attribution</c>.</summary>
    public static string Name(this Attribution attribution) => Names[(int)attribution];
}

namespace Connbeat.Linux.ProcFs;

/// <summary>How a look at something in /proc ended; all three are normal life.</summary>
internal enum Look : byte
{
    /// <summary>It was there and could be read.</summary>
    Seen,

    /// <summary>It was not there, or went while it was read: the process has ended.</summary>
    Gone,

    /// <summary>The kernel does not let this user look.</summary>
    Denied,
}

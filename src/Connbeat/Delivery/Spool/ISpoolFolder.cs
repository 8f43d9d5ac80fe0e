namespace Connbeat.Delivery.Spool;

/// <summary>
/// The folder that a spool lives in, as far as the spool asks anything of a file system. What the kernel refuses comes as
/// an <see cref="IOException"/> or an <see cref="UnauthorizedAccessException"/>; see <see cref="SpoolFault"/>.
/// </summary>
internal interface ISpoolFolder : IDisposable
{
    /// <summary>Where it is, for people.</summary>
    string Path { get; }

    /// <summary>The names of the files in it, in no order.</summary>
    IReadOnlyList<string> List();

    /// <summary>Opens a file, or makes it; only its owner may read it.</summary>
    ISpoolFile OpenToWrite(string name);

    /// <summary>Opens a file that is there.</summary>
    ISpoolFile OpenToRead(string name);

    /// <summary>Removes a file; whoever has it open may still read it.</summary>
    void Remove(string name);

    /// <summary>Makes safe against a power cut which files there are.</summary>
    void Sync();
}

/// <summary>One file of a spool. Reads and writes are at places of the caller's choosing.</summary>
internal interface ISpoolFile : IDisposable
{
    /// <summary>Bytes in it.</summary>
    long Length { get; }

    /// <summary>Reads until the span or the file is at its end.</summary>
    /// <returns>How many bytes.</returns>
    int Read(Span<byte> into, long at);

    /// <summary>Writes all of it. Where that fails, any part of it may be in the file.</summary>
    void Write(ReadOnlySpan<byte> bytes, long at);

    /// <summary>Makes what was written safe against a power cut. Where that fails, it may never be.</summary>
    void Sync();

    /// <summary>Takes away what stands behind its first <paramref name="length"/> bytes.</summary>
    void Cut(long length);
}

/// <summary>What counts as a refusal of the file system rather than a slip of ours.</summary>
internal static class SpoolFault
{
    public static bool Is(Exception failure) => failure is IOException or UnauthorizedAccessException;
}

namespace Connbeat.StrongSwan;

/// <summary>Bytes from the daemon are not what the protocol says; the message tells what was read and what was expected.</summary>
public sealed class WireFormatException : Exception
{
    /// <summary>An exception without a message.</summary>
    public WireFormatException()
    {
    }

    /// <summary>An exception that says what was read and what was expected.</summary>
    public WireFormatException(string message)
        : base(message)
    {
    }

    /// <summary>An exception that says what was read and what was expected, and what was thrown first.</summary>
    public WireFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

namespace Connbeat.Config;

/// <summary>Who is asked how the tunnels are.</summary>
internal enum StatusSource
{
    /// <summary>VICI, and the command where that does not answer.</summary>
    Auto,

    /// <summary>VICI.</summary>
    Vici,

    /// <summary>The command.</summary>
    Command,
}

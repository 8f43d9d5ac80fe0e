namespace Connbeat.Delivery;

/// <summary>An output can't be opened at all on this host; the message says why and what to do about it.</summary>
internal sealed class OutputUnavailableException(string message, Exception? cause = null) : Exception(message, cause);

namespace Connbeat.Delivery;

/// <summary>An output that holds something open which others may move away, as log rotation does.</summary>
internal interface IReopenable
{
    /// <summary>Has it opened anew before it is used again. Any thread.</summary>
    void Reopen();
}

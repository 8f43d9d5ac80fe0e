namespace Connbeat.Config;

/// <summary>One setting as it is in force: written, or its default.</summary>
/// <param name="Path">Its full name, such as <c>connbeat.poll_interval</c>.</param>
/// <param name="Value">Its value as connbeat.yml would write it, on one line.</param>
/// <param name="Masked">The same without the secrets in it; null where its name tells whether it is one.</param>
internal sealed record EffectiveSetting(string Path, string Value, string? Masked = null)
{
    private const string Mask = $"\"{Secret.Shown}\"";

    private static readonly string[] Secrets = ["password", "passphrase", "secret", "token", "api_key", "apikey", "authorization"];

    /// <summary>The value as it may be shown: that of a secret, and the password in an address, is not.</summary>
    public string Shown =>
        Masked ?? (IsSecret && Value is not ("" or "\"\"") ? Mask : Credentials.Mask(Value));

    private bool IsSecret
    {
        get
        {
            string name = Path[(Path.LastIndexOf('.') + 1)..];
            return Array.Exists(Secrets, secret => name.Contains(secret, StringComparison.OrdinalIgnoreCase));
        }
    }
}

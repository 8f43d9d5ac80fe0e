namespace Connbeat.Processing.Redaction;

/// <summary>
/// Finds in a line of a shell what is written to a program that reads a secret: <c>echo x | docker login --password-stdin</c>.
/// </summary>
internal sealed class PipedSecret(SecretSpans found)
{
    private int _start = -1; // of what is written
    private int _end;
    private bool _isPiped;

    /// <summary>Reads a word.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="word">The word.</param>
    /// <param name="isOfEcho">True where it is of a program that writes its arguments.</param>
    public void Read(in Argument place, ReadOnlySpan<char> word, bool isOfEcho)
    {
        if (word is "|" or "|&")
        {
            _isPiped = _start >= 0;
        }
        else if (word is ";" or "&&" or "||" or "&")
        {
            (_start, _isPiped) = (-1, false);
        }
        else if (isOfEcho && !_isPiped)
        {
            bool isOutset = word is "echo" or "printf" or ['-', 'n' or 'e', ..] or "%s" or "%s\\n" || word.EndsWith("/echo");
            _start = isOutset ? -1 : _start < 0 ? place.Start : _start;
            _end = place.Start + word.TrimEnd("\"'").Length;
        }
        else if (_isPiped && Reads(word))
        {
            found.Add(_start, _end);
            (_start, _isPiped) = (-1, false);
        }
    }

    /// <summary>A flag, or a program, that has a secret read from the standard input.</summary>
    private static bool Reads(ReadOnlySpan<char> word) => word.TrimEnd("\"'") is
        "--password-stdin" or "--pass-stdin" or "--stdin" or "-S" or "--with-token" or "--token-stdin" or "--passphrase-fd" or
        "--passphrase-fd=0" or "chpasswd" or "passwd" or "smbpasswd" or "cryptsetup" or "-Sk" or "-kS";
}

namespace Connbeat.Processing.Redaction;

/// <summary>Which program the arguments that are read belong to: <c>sudo -u backup mysqldump …</c> is of mysqldump.</summary>
internal struct CurrentProgram()
{
    private IReadOnlyList<ProgramFlag> _flags = [];
    private bool _isNext = true;
    private bool _isWrapped;
    private bool _isOfContainerTool;
    private bool _isOfSshpass;
    private bool _hasLogin;
    private bool _followsFlag;

    /// <summary>Reads an argument, which may be a program.</summary>
    public void Read(ReadOnlySpan<char> argument)
    {
        bool isFlag = argument.StartsWith('-') && argument is not "--";
        bool followedFlag = _followsFlag;
        _followsFlag = isFlag;
        _hasLogin |= argument is "login";
        if (isFlag || (_isNext && (argument.Contains('=') || argument is "exec")) || (!_isNext && !_isWrapped))
        {
            return;
        }

        ReadOnlySpan<char> name = NameOf(argument);
        if (_isNext || ProgramFlags.IsWrapper(name) || (_isOfSshpass && !followedFlag))
        {
            Take(name);
        }
        else if (!(followedFlag && _isOfContainerTool) && ProgramFlags.Of(name) is { Count: > 0 } flags)
        {
            _flags = flags;
            _isWrapped = followedFlag; // sudo -u mysql curl
        }
    }

    /// <summary>Reads the first word in quotes: <c>ssh host "curl …"</c>.</summary>
    public void ReadQuoted(ReadOnlySpan<char> word)
    {
        ReadOnlySpan<char> name = NameOf(word);
        if (ProgramFlags.IsWrapper(name) || ProgramFlags.Of(name).Count > 0)
        {
            Take(name);
        }
        else
        {
            Read(word);
        }
    }

    /// <summary>The flag of the program that an argument is; null for none.</summary>
    /// <param name="argument">The argument.</param>
    /// <param name="value">Where its value begins in it; its length where the value is the next argument.</param>
    public readonly ProgramFlag? FlagOf(ReadOnlySpan<char> argument, out int value)
    {
        value = 0;
        for (int at = 0; at < _flags.Count; at++)
        {
            if ((_hasLogin || !_flags[at].NeedsLogin) && _flags[at].Matches(argument, out value))
            {
                return _flags[at];
            }
        }

        return null;
    }

    private void Take(ReadOnlySpan<char> name)
    {
        _isNext = false;
        _flags = ProgramFlags.Of(name);
        _isWrapped = ProgramFlags.IsWrapper(name);
        _isOfContainerTool = ProgramFlags.IsContainerTool(name);
        _isOfSshpass = name is "sshpass";
    }

    /// <summary><c>mysql</c> for <c>/usr/bin/mysql.real</c>.</summary>
    private static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> path)
    {
        ReadOnlySpan<char> file = path[(path.LastIndexOf('/') + 1)..];
        int dot = file.IndexOf('.');
        return dot > 0 ? file[..dot] : file;
    }
}

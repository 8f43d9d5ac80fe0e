namespace Connbeat.Processing.Redaction;

/// <summary>Which program the arguments that are read belong to: <c>sudo -u backup mysqldump …</c> is of mysqldump.</summary>
internal struct CurrentProgram()
{
    private IReadOnlyList<ProgramFlag> _flags = [];
    private IReadOnlyList<PositionalSecret> _positions = [];
    private ProgramWords _words;
    private bool _isNext = true;
    private bool _isWrapped;
    private bool _isOfContainerTool;
    private bool _isOfSshpass;
    private bool _followsFlag;
    private string? _countedFrom;
    private int _count;
    private bool _isCounted;
    private uint _letters; // of the clusters of flags so far, a bit each

    /// <summary>True where a name may be followed by the value that it is to get: <c>config set db.password x</c>.</summary>
    public readonly bool SetsByName => _words.HasFlag(ProgramWords.Set);

    /// <summary>True for a program that writes its arguments.</summary>
    public bool IsEcho { get; private set; }

    /// <summary>Reads an argument, which may be a program.</summary>
    public void Read(ReadOnlySpan<char> argument)
    {
        bool isFlag = argument.StartsWith('-') && argument is not "--";
        bool followedFlag = _followsFlag;
        _followsFlag = isFlag;
        _words |= isFlag ? ProgramWords.None : WordOf(argument);
        Count(argument, isFlag, followedFlag);
        if (isFlag || (_isNext && (argument.Contains('=') || argument is "exec")) || (!_isNext && !_isWrapped))
        {
            return;
        }

        ReadOnlySpan<char> name = NameOf(argument);
        if (_isNext || ProgramFlags.IsWrapper(name) || (_isOfSshpass && !followedFlag))
        {
            Take(name);
        }
        else if (!(followedFlag && _isOfContainerTool) && IsKnown(name))
        {
            Take(name);
            _isWrapped = followedFlag; // sudo -u mysql curl
        }
    }

    /// <summary>Reads the first word in quotes: <c>ssh host "curl …"</c>.</summary>
    public void ReadQuoted(ReadOnlySpan<char> word)
    {
        ReadOnlySpan<char> name = NameOf(word);
        if (ProgramFlags.IsWrapper(name) || IsKnown(name))
        {
            Take(name);
        }
        else
        {
            Read(word);
        }
    }

    /// <summary>The flag of the program that an argument is, or the secret that it is by its place; null for neither.</summary>
    /// <param name="argument">The argument, which was read.</param>
    /// <param name="value">Where its value begins in it; its length where the value is the next argument.</param>
    public readonly ProgramFlag? FlagOf(ReadOnlySpan<char> argument, out int value)
    {
        value = 0;
        for (int at = 0; at < _flags.Count; at++)
        {
            if ((_words & _flags[at].Needs) == _flags[at].Needs && _flags[at].Matches(argument, out value))
            {
                return _flags[at];
            }
        }

        value = 0;
        return _isCounted ? ByPlace(argument) : null;
    }

    private readonly ProgramFlag? ByPlace(ReadOnlySpan<char> argument)
    {
        foreach (PositionalSecret secret in _positions)
        {
            if (secret.Position == _count && secret.Word == _countedFrom &&
                (secret.Letter == '\0' || (_letters & Bit(secret.Letter)) != 0) &&
                !(secret.Word is not null && argument.TrimEnd('=').Contains('=')))
            {
                return secret.Flag;
            }
        }

        return null;
    }

    private void Count(ReadOnlySpan<char> argument, bool isFlag, bool followedFlag)
    {
        _isCounted = false;
        if (_positions.Count == 0)
        {
            return;
        }

        if (isFlag)
        {
            foreach (char letter in argument[1..])
            {
                _letters |= argument.Length <= 5 && char.IsAsciiLetterLower(letter) ? Bit(letter) : 0;
            }

            return;
        }

        if (followedFlag && !argument.ContainsAnyExceptInRange('0', '9'))
        {
            return; // of a flag: a cost, a port
        }

        foreach (PositionalSecret secret in _positions)
        {
            if (secret.Word is { } word && argument.Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                (_countedFrom, _count) = (word, 0);
                return;
            }
        }

        _count++;
        _isCounted = true;
    }

    private void Take(ReadOnlySpan<char> name)
    {
        _isNext = false;
        _flags = ProgramFlags.Of(name);
        _positions = PositionalSecrets.Of(name);
        (_countedFrom, _count, _isCounted, _letters) = (null, 0, false, 0);
        _words &= ProgramWords.Set;
        _isWrapped = ProgramFlags.IsWrapper(name);
        _isOfContainerTool = ProgramFlags.IsContainerTool(name);
        _isOfSshpass = name is "sshpass";
        IsEcho = IsWriter(name);
    }

    private static bool IsWriter(ReadOnlySpan<char> name) => name is "echo" or "printf";

    private static bool IsKnown(ReadOnlySpan<char> name) =>
        IsWriter(name) || ProgramFlags.Of(name).Count > 0 || PositionalSecrets.Of(name).Count > 0;

    private static uint Bit(char letter) => 1u << (letter - 'a');

    private static ProgramWords WordOf(ReadOnlySpan<char> argument) => argument switch
    {
        "login" => ProgramWords.Login,
        "secret" => ProgramWords.Secret,
        "auth" => ProgramWords.Auth,
        "put-parameter" => ProgramWords.PutParameter,
        "set" or "SET" or "config" or "configure" or "modify" or "connect" or "set_network" or "config:set" or "Set" =>
            ProgramWords.Set,
        _ => ProgramWords.None,
    };

    /// <summary><c>mysql</c> for <c>/usr/bin/mysql.real</c>.</summary>
    private static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> path)
    {
        ReadOnlySpan<char> file = path[(path.LastIndexOf('/') + 1)..];
        int dot = file.IndexOf('.');
        return dot > 0 ? file[..dot] : file;
    }
}

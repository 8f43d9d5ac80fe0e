using System.Buffers;

namespace Connbeat.Processing.Redaction;

/// <summary>
/// Finds secrets by the name or the flag before them: in arguments as the kernel keeps them, and in words, where an
/// argument is a line of a shell, or a program has put one text in the place of its arguments.
/// </summary>
internal sealed class ArgumentReader
{
    private static readonly SearchValues<char> Space = SearchValues.Create(" \t\r\n\v\f\0");

    private static readonly Expectation OfStatement = new(SecretKind.Always, IsQuoted: true);

    private readonly string _text;
    private readonly ArgumentValues _values;
    private readonly Quotes _quotes;
    private readonly Assignments _assignments;
    private readonly PipedSecret _piped;
    private Expectation _expected;
    private bool _isOfStatement; // that makes a user, or changes a password
    private CurrentProgram _program = new();

    private ArgumentReader(string text, SecretSpans found)
    {
        _text = text;
        _quotes = new Quotes(text);
        _piped = new PipedSecret(found);
        _values = new ArgumentValues(text, _quotes, found);
        _assignments = new Assignments(text, _quotes, found);
    }

    /// <summary>Reads a text: arguments, where NUL characters stand between several, else words.</summary>
    public static void Find(string text, SecretSpans found)
    {
        ReadOnlySpan<char> whole = text.AsSpan().TrimEnd('\0');
        ArgumentReader reader = new(text, found);
        if (whole.Contains('\0'))
        {
            reader.ReadArguments(whole.Length);
        }
        else
        {
            reader.ReadWords(0, whole.Length, isLine: false);
        }
    }

    private void ReadArguments(int end)
    {
        bool isScript = false;
        for (int at = 0; at < end; at++)
        {
            int start = at;
            at = _text.IndexOf('\0', start, end - start) is >= 0 and int next ? next : end;
            Argument argument = new()
            {
                Outset = start,
                Start = start,
                End = at,
                Limit = at,
                ListEnd = at,
                IsWord = false,
            };
            ReadOnlySpan<char> it = _text.AsSpan(start, at - start);
            bool isLine = it.ContainsAny(Space);
            _program.Read(it);
            if (!TryTakeExpected(argument, out _) && !TryTakeFlag(argument, out _) && !TryExpectSetting(it) &&
                ((isLine && isScript) || !TryTakeNamed(argument, out _)))
            {
                ReadInside(argument, isLine);
            }

            isScript = ArgumentShape.IsFlagOfScript(it);
        }
    }

    private void ReadInside(in Argument argument, bool isLine)
    {
        if (!isLine)
        {
            _assignments.Read(argument, ref _expected);
            return;
        }

        (Expectation expected, CurrentProgram program) = (_expected, _program);
        (_expected, _program) = (default, new());
        ReadWords(argument.Start, argument.End, isLine: true);
        (_expected, _program) = (expected, program);
    }

    private void ReadWords(int start, int end, bool isLine)
    {
        Argument before = default;
        for (int at = start; at < end;)
        {
            if (Space.Contains(_text[at]))
            {
                at++;
                continue;
            }

            Argument word = WordAt(at, end, isLine);
            ReadOnlySpan<char> it = _text.AsSpan(word.Start, word.End - word.Start);
            ReadProgram(word, it);
            _piped.Read(word, it, _program.IsEcho);
            at = Math.Max(ReadWord(word, before, it), word.End);
            before = word;
        }
    }

    private Argument WordAt(int at, int end, bool isLine)
    {
        int length = _text.AsSpan(at, end - at).IndexOfAny(Space);
        int wordEnd = length < 0 ? end : at + length;
        ReadOnlySpan<char> trimmed = _text.AsSpan(at, wordEnd - at).TrimStart("\"'`([{$\\");
        int start = wordEnd - trimmed.Length;
        return new()
        {
            Outset = at,
            Start = start,
            End = wordEnd,
            Limit = end,
            ListEnd = isLine ? end : wordEnd,
            IsWord = true,
            Quote = start > at && Quotes.Is(_text[start - 1]) ? _text[start - 1] : '\0',
        };
    }

    private void ReadProgram(in Argument word, ReadOnlySpan<char> it)
    {
        if (it is "" or "|" or "||" or "&&" or "&" or ";" or "}" or "do" or "then" or "else" or "!")
        {
            _program = new();
        }
        else if (word.Quote != '\0')
        {
            _program.ReadQuoted(it);
        }
        else
        {
            int shell = it.LastIndexOfAny('(', '`') + 1; // x=$(curl
            bool begins = shell > 0 || (word.Start > word.Outset && _text[word.Start - 1] is '(' or '`');
            _program = begins ? new() : _program;
            _program.Read(it[shell..]);
        }
    }

    private int ReadWord(in Argument word, in Argument before, ReadOnlySpan<char> it)
    {
        if (TryTakeExpected(word, out int end) || TryTakeFlag(word, out end) || TryExpectSetting(it) ||
            TryTakeNamed(word, out end))
        {
            return Math.Max(end, word.End);
        }

        if (it is "=" or ":" or ":=" or "=>" && before.End > before.Start)
        {
            ReadOnlySpan<char> name = _text.AsSpan(before.Start, before.End - before.Start).TrimEnd("\"'");
            SecretKind kind = name.ContainsAnyExcept(ArgumentShape.OfName) ? SecretKind.None : SecretName.Judge(name);
            _expected = kind == SecretKind.None && _isOfStatement ? OfStatement : new Expectation(kind);
            return word.End;
        }

        ReadStatement(it);

        end = _assignments.Read(word, ref _expected);
        if (it.EndsWith(';') || it.EndsWith('|'))
        {
            _program = new();
        }

        return end;
    }

    /// <summary><c>PASSWORD 'x'</c>, <c>PASSWORD FOR y = 'x'</c> and <c>IDENTIFIED BY 'x'</c> of SQL.</summary>
    private void ReadStatement(ReadOnlySpan<char> word)
    {
        bool isPassword = word.Equals("password", StringComparison.OrdinalIgnoreCase);
        if (isPassword || (_isOfStatement && word.Equals("by", StringComparison.OrdinalIgnoreCase)))
        {
            _expected = OfStatement;
        }

        _isOfStatement |= isPassword || word.Equals("identified", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The value of the flag, the name or the header before it.</summary>
    private bool TryTakeExpected(in Argument argument, out int end)
    {
        end = argument.End;
        if (_expected.Kind == SecretKind.None)
        {
            return false;
        }

        Expectation expected = _expected;
        ReadOnlySpan<char> it = _text.AsSpan(argument.Start, argument.End - argument.Start);
        if (argument.IsWord && !expected.IsSure && AuthorizationScheme.Is(it))
        {
            return true; // what follows is meant
        }

        _expected = default;
        if (argument.IsWord && it.Equals("for", StringComparison.OrdinalIgnoreCase))
        {
            _isOfStatement = true; // SET PASSWORD FOR
            return false;
        }

        if ((!expected.IsSure && !expected.IsOfHeader && ArgumentShape.IsFlag(it)) || (expected.IsQuoted && argument.Quote == '\0'))
        {
            return false;
        }

        bool isTaken = _values.TryTake(expected.Kind, argument, argument.Outset, out end);
        if (expected.IsOfHeader && end == argument.End && (it.EndsWith(',') || it.EndsWith(';')))
        {
            _expected = expected; // Digest realm="a", response="b"
        }
        else if (isTaken && TryExpectSetting(it))
        {
            return true; // pulumi config set --secret dbPassword x
        }

        return isTaken;
    }

    /// <summary>A flag that only this program has.</summary>
    private bool TryTakeFlag(in Argument argument, out int end)
    {
        end = argument.End;
        ReadOnlySpan<char> it = _text.AsSpan(argument.Start, argument.End - argument.Start);
        if (_program.FlagOf(it, out int value) is not { } flag)
        {
            return false;
        }

        if (value < it.Length)
        {
            return _values.TryTake(flag.Kind, argument, argument.Start + value, out end);
        }

        _expected = new Expectation(flag.Kind, IsSure: true);
        return true;
    }

    /// <summary><c>config set db.password x</c>, <c>config set //host/:_authToken x</c>.</summary>
    private bool TryExpectSetting(ReadOnlySpan<char> it)
    {
        ReadOnlySpan<char> name = it[(it.LastIndexOfAny('/', ':') + 1)..].TrimEnd("\"'");
        if (!_program.SetsByName || _isOfStatement || name.Length < 3 || name[0] == '-' || name.ContainsAnyExcept(ArgumentShape.OfName))
        {
            return false;
        }

        SecretKind kind = SecretName.Judge(name);
        _expected = new Expectation(kind is SecretKind.Always or SecretKind.UnlessPath ? kind : SecretKind.None);
        return _expected.Kind != SecretKind.None;
    }

    /// <summary><c>--password=x</c>, <c>PGPASSWORD=x</c>, <c>-Da.password=x</c>, <c>X-Api-Key: x</c>, or <c>--password</c>.</summary>
    private bool TryTakeNamed(in Argument argument, out int end)
    {
        end = argument.End;
        ReadOnlySpan<char> it = _text.AsSpan(argument.Start, argument.End - argument.Start);
        int slash = it.StartsWith('/') ? 1 : 0; // /password:x
        int sign = it[slash..].IndexOfAnyExcept(ArgumentShape.OfName);
        sign = sign < 0 ? sign : sign + slash;
        ReadOnlySpan<char> name = (sign < 0 ? it : it[slash..sign]).TrimStart('-');
        bool isFlag = it.StartsWith('-');
        if (sign < 0)
        {
            return TryExpectAfter(name, isFlag);
        }

        SecretKind kind = JudgeFirst(name, isFlag);
        if (kind == SecretKind.None || (it[sign] != ':' && (it[sign] != '=' || slash > 0)))
        {
            return false;
        }

        int value = argument.Start + sign + 1;
        return it[sign] == '='
            ? _values.TryTake(kind, argument, value, out end)
            : TryTakeAfterColon(kind, argument, value, out end);
    }

    private bool TryExpectAfter(ReadOnlySpan<char> name, bool isFlag)
    {
        SecretKind kind = isFlag && name.Length > 1 ? JudgeFirst(name, isFlag)
            : name.Equals("bearer", StringComparison.OrdinalIgnoreCase) ||
                name.Equals("basic", StringComparison.OrdinalIgnoreCase) ? SecretKind.IfRandom
            : SecretKind.None;
        _expected = new Expectation(kind);
        return kind != SecretKind.None;
    }

    /// <summary>The D of <c>-Dname=value</c>, a property of Java, is not of the name.</summary>
    private static SecretKind JudgeFirst(ReadOnlySpan<char> name, bool isFlag) =>
        SecretName.Judge(isFlag && name is ['D', _, ..] ? name[1..] : name);

    private bool TryTakeAfterColon(SecretKind kind, in Argument argument, int value, out int end)
    {
        end = argument.End;
        ReadOnlySpan<char> it = _text.AsSpan(value, argument.End - value).TrimEnd("\"'");
        if (argument.IsWord && it.IsEmpty)
        {
            end = argument.Quote == '\0' ? -1 : _quotes.End(argument.Quote, value, argument.Limit, isEscaped: false);
            if (end < 0)
            {
                end = argument.End;
                _expected = new Expectation(kind, IsOfHeader: true);
                return true;
            }

            return _values.TryTakeRange(kind, value, end);
        }

        if (argument.IsWord && argument.Quote == '\0' && AuthorizationScheme.Is(it))
        {
            _expected = new Expectation(kind, IsOfHeader: true);
            return true;
        }

        return !it.StartsWith("//") && !Randomness.IsPath(it) && !ArgumentShape.IsTag(it) &&
            _values.TryTake(kind, argument, value, out end);
    }
}

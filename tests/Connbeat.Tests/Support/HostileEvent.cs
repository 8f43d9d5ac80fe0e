using System.Text;
using Connbeat.Events;

namespace Connbeat.Tests.Support;

/// <summary>Events in which somebody else chose every text.</summary>
internal static class HostileEvent
{
    /// <summary>Texts that something may stumble over.</summary>
    public static readonly string[] Texts =
    [
        "\ud800", "\udfff", "a\ud83d", "\ude00b", "\ude00\ud83d",
        "\0", "\r\n\t\b\f\u001b[2J\u007f\u0085", "\u2028\u2029\ufeff\ufffe\uffff",
        "\"},{\"type\":\"forged\"}", @"\u0000\", "</script><!--&'+`", "日本語 😀 ñ",
        new string('"', 5000), new string('\ud800', 3000),
        string.Concat(Enumerable.Range(0, 0x300).Select(code => (char)code)),
    ];

    /// <summary>Short texts of any characters at all.</summary>
    public static IEnumerable<string> RandomTexts(int count)
    {
        Random random = new(20_26);
        for (int round = 0; round < count; round++)
        {
            char[] text = new char[random.Next(1, 40)];
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = random.Next(3) switch
                {
                    0 => (char)random.Next(0xd800, 0xe000),
                    1 => (char)random.Next(0x80),
                    _ => (char)random.Next(0x10000),
                };
            }

            yield return new string(text);
        }
    }

    /// <summary>An event with one text everywhere.</summary>
    public static ConnectionEvent Of(string text, bool inContainer = true)
    {
        ProcessFacts process = Some.Process() with
        {
            Name = text,
            Executable = text,
            CommandLine = text,
            Environment = ["A=1", text],
            User = text,
            Unit = text,
        };
        ContainerDetails details = new()
        {
            Name = text,
            Image = text,
            Labels = new Dictionary<string, string> { [text] = text },
            Ports = new Dictionary<string, IReadOnlyList<PublishedPort>> { [text] = [new(text, text)] },
            Environment = [text],
            Host = new ContainerHost(text, [text]),
        };
        return Some.Event() with
        {
            Reason = text,
            Socket = Some.Connection() with
            {
                Process = process,
                NamespaceName = text,
                Container = inContainer ? new ContainerFacts { Id = text, Runtime = text } : null,
                ContainerDetails = details,
                Tunnel = Some.Tunnel() with { Name = text, Child = text, State = text },
            },
        };
    }

    /// <summary>A host that is called by it, and whose user's fields are.</summary>
    public static HostFacts Host(string text) => Some.Host() with
    {
        Hostname = text,
        Name = text,
        Tags = [text],
        Fields = new Dictionary<string, object?> { [text] = text },
    };

    /// <summary>What a reader gets: each lone surrogate is U+FFFD.</summary>
    public static string Replaced(string text) => Encoding.Unicode.GetString(Encoding.Unicode.GetBytes(text));
}

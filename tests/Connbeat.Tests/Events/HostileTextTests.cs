using System.Text;
using System.Text.Json;
using Connbeat.Events;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Events;

/// <summary>Anybody on the host chooses the names and arguments of processes, and the labels of containers; events stay valid JSON.</summary>
public sealed class HostileTextTests
{
    private static readonly string[] Texts =
    [
        "\ud800", "\udfff", "a\ud83d", "\ude00b", "\ude00\ud83d",
        "\0", "\r\n\t\b\f\u001b[2J\u007f\u0085", "\u2028\u2029\ufeff\ufffe\uffff",
        "\"},{\"type\":\"forged\"}", @"\u0000\", "</script><!--&'+`", "日本語 😀 ñ",
        new string('"', 5000), new string('\ud800', 3000),
    ];

    [Fact]
    public void Strange_text_is_told_as_it_is_and_what_is_no_unicode_is_replaced()
    {
        string all = string.Concat(Enumerable.Range(0, 0x300).Select(code => (char)code));
        foreach (string text in Texts.Append(all))
        {
            JsonElement json = Check(text);

            Assert.Equal(Replaced(text), json.At("local_process.cmdline").GetString());
            Assert.Equal(Replaced(text), json.At("local_process.environ")[1].GetString());
            Assert.Equal(Replaced(text), json.At("network.namespace_name").GetString());
            Assert.Equal(Replaced(text), json.At("beat.name").GetString());
            Assert.Equal(Replaced(text), json.At("tags")[0].GetString());
            Assert.Equal(Replaced(text), json.At("container.name").GetString());
            Assert.Equal(Replaced(text), json.At("container.env")[0].GetString());
            Assert.Equal(Replaced(text), json.At("container.labels").GetProperty(Replaced(text)).GetString());
            Assert.Equal(Replaced(text), json.At("container.ports").GetProperty(Replaced(text))[0].At("HostIp").GetString());
        }
    }

    [Fact]
    public void Any_text_at_all_gives_a_valid_event()
    {
        Random random = new(20_26);
        for (int round = 0; round < 2_000; round++)
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

            Assert.Equal(Replaced(new string(text)), Check(new string(text)).At("local_process.name").GetString());
        }
    }

    [Fact]
    public void A_command_line_of_4_MB_is_told_whole()
    {
        string text = string.Concat(Enumerable.Repeat("--flag=\"värde\"\n", 280_000));

        Assert.Equal(text, Check(text, inContainer: false).At("local_process.cmdline").GetString());
    }

    private static JsonElement Check(string text, bool inContainer = true)
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
        ConnectionEvent happened = Some.Event() with
        {
            Reason = text,
            Socket = Some.Connection() with
            {
                Process = process,
                NamespaceName = text,
                Container = inContainer ? new ContainerFacts { Id = text, Runtime = text } : null,
                ContainerDetails = details,
            },
        };
        HostFacts host = Some.Host() with
        {
            Hostname = text,
            Name = text,
            Tags = [text],
            Fields = new Dictionary<string, object?> { [text] = text },
        };

        byte[] json = EncodedEvents.Bytes(happened, host);
        Assert.Equal(-1, json.AsSpan().IndexOfAnyInRange((byte)0, (byte)0x1f));
        SchemaAssert.Valid(json);
        return JsonElement.Parse(json);
    }

    /// <summary>What a reader gets: each lone surrogate is U+FFFD.</summary>
    private static string Replaced(string text) => Encoding.Unicode.GetString(Encoding.Unicode.GetBytes(text));
}

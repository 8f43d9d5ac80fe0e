using System.Text.Json;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Events;

/// <summary>Anybody on the host chooses the names and arguments of processes, and the labels of containers; events stay valid JSON.</summary>
public sealed class HostileTextTests
{
    [Fact]
    public void Strange_text_is_told_as_it_is_and_what_is_no_unicode_is_replaced()
    {
        foreach (string text in HostileEvent.Texts)
        {
            JsonElement json = Check(text);

            string told = HostileEvent.Replaced(text);
            Assert.Equal(told, json.At("local_process.cmdline").GetString());
            Assert.Equal(told, json.At("local_process.environ")[1].GetString());
            Assert.Equal(told, json.At("network.namespace_name").GetString());
            Assert.Equal(told, json.At("beat.name").GetString());
            Assert.Equal(told, json.At("tags")[0].GetString());
            Assert.Equal(told, json.At("container.name").GetString());
            Assert.Equal(told, json.At("container.env")[0].GetString());
            Assert.Equal(told, json.At("container.labels").GetProperty(told).GetString());
            Assert.Equal(told, json.At("container.ports").GetProperty(told)[0].At("HostIp").GetString());
        }
    }

    [Fact]
    public void Any_text_at_all_gives_a_valid_event()
    {
        foreach (string text in HostileEvent.RandomTexts(2_000))
        {
            Assert.Equal(HostileEvent.Replaced(text), Check(text).At("local_process.name").GetString());
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
        byte[] json = EncodedEvents.Bytes(HostileEvent.Of(text, inContainer), HostileEvent.Host(text));
        Assert.Equal(-1, json.AsSpan().IndexOfAnyInRange((byte)0, (byte)0x1f));
        SchemaAssert.Valid(json);
        return JsonElement.Parse(json);
    }
}

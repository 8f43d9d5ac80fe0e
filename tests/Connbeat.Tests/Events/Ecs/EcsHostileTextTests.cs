using System.Text.Json;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Events.Ecs;

/// <summary>Anybody on the host chooses the names and arguments of processes, and the labels of containers; events stay valid JSON.</summary>
public sealed class EcsHostileTextTests
{
    [Fact]
    public void Strange_text_is_told_as_it_is_and_what_is_no_unicode_is_replaced()
    {
        foreach (string text in HostileEvent.Texts)
        {
            JsonElement json = Check(text);

            string told = HostileEvent.Replaced(text);
            Assert.Equal(told, json.TextAt("process.command_line"));
            Assert.Equal(told, json.At("process.env_vars")[1].GetString());
            Assert.Equal(told, json.TextAt("host.name"));
            Assert.Equal(told, json.TextAt("user.name"));
            Assert.Equal(told, json.At("related.hosts")[0].GetString());
            Assert.Equal(told, json.At("tags")[0].GetString());
            Assert.Equal(told, json.TextAt("container.image.name"));
            Assert.Equal(told, json.TextAt("connbeat.network.namespace_name"));
            Assert.Equal(told, json.TextAt("connbeat.local_process.unit"));
            Assert.Equal(told, json.At("connbeat.container.env")[0].GetString());
            Assert.Equal(told, json.At("connbeat.container.ports").GetProperty(told)[0].At("HostIp").GetString());
            if (!string.IsNullOrWhiteSpace(text))
            {
                Assert.Equal(told, json.At("container.labels").GetProperty(told.Replace('.', '_')).GetString());
            }
        }
    }

    [Fact]
    public void Any_text_at_all_gives_a_valid_event()
    {
        foreach (string text in HostileEvent.RandomTexts(2_000))
        {
            Assert.Equal(HostileEvent.Replaced(text), Check(text).TextAt("process.name"));
        }
    }

    [Fact]
    public void A_command_line_of_4_MB_is_told_whole()
    {
        string text = string.Concat(Enumerable.Repeat("--flag=\"värde\"\n", 280_000));

        Assert.Equal(text, Check(text, inContainer: false).TextAt("process.command_line"));
    }

    private static JsonElement Check(string text, bool inContainer = true)
    {
        byte[] json = EncodedEcs.Bytes(HostileEvent.Of(text, inContainer), HostileEvent.Host(text));
        Assert.Equal(-1, json.AsSpan().IndexOfAnyInRange((byte)0, (byte)0x1f));
        PublishedSchema.Ecs.Valid(json);
        return JsonElement.Parse(json);
    }
}

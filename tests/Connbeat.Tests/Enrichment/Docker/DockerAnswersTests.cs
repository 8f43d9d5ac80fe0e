using System.Text;
using Connbeat.Enrichment.Docker;
using Connbeat.Linux;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Enrichment.Docker;

public sealed class DockerAnswersTests
{
    [Fact]
    public void The_host_name_is_read() => Assert.Equal("berlin-07", DockerAnswers.Hostname(Fixture("info.json")));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"Name":""}""")]
    [InlineData("""{"Name":["berlin-07"]}""")]
    [InlineData("berlin-07")]
    public void An_answer_that_names_no_host_is_refused(string json) =>
        Assert.Throws<WireFormatException>(() => DockerAnswers.Hostname(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData(FakeEngine.Web, "nginx:1.27")]
    [InlineData(FakeEngine.Resolver, "sha256:ead0a4a53df89fd173874b46093b6e62d8c72967bbf606d672c9e8c9b601a4fc")]
    [InlineData("5f0c1e9a7b3d", null)]
    [InlineData("/shop-web-1", null)]
    public void The_image_is_that_of_the_very_container(string id, string? image) =>
        Assert.Equal(image, DockerAnswers.ImageOf(id, Fixture("containers.json")));

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""[null, 7, {"Id": 7}, {"Id": "a1"}, {"Id": "a1", "Image": "late"}]""")]
    [InlineData("""[{"Id": "a1", "Image": ""}]""")]
    public void A_container_that_is_not_listed_has_no_image(string json) =>
        Assert.Null(DockerAnswers.ImageOf("a1", Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Damaged_bytes_never_escape_as_another_exception()
    {
        byte[] list = Fixture("containers.json").ToArray();
        byte[] info = Fixture("info.json").ToArray();

        Assert.True(Damage.Inflict(list, bytes => DockerAnswers.ImageOf("none", bytes.ToArray()), 10_000) >= list.Length);
        Assert.True(Damage.Inflict(info, bytes => DockerAnswers.Hostname(bytes.ToArray()), 10_000) >= info.Length);
    }

    [Theory]
    [InlineData("""{"message":"No such container: c2ada9df5af8"}""", "No such container: c2ada9df5af8")]
    [InlineData("""{"message":"two\nlines"}""", "two lines")]
    [InlineData("""{"message":7}""", null)]
    [InlineData("<html>403</html>", null)]
    [InlineData("", null)]
    public void Why_a_request_was_refused_is_told_in_one_line(string body, string? message) =>
        Assert.Equal(message, DockerAnswers.Message(Encoding.UTF8.GetBytes(body)));

    private static ReadOnlyMemory<byte> Fixture(string name) => Encoding.UTF8.GetBytes(FakeEngine.Read(name));
}

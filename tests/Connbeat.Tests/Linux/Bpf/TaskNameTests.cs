using System.Text;
using Connbeat.Linux.Bpf;

namespace Connbeat.Tests.Linux.Bpf;

public sealed class TaskNameTests
{
    [Theory]
    [InlineData("cat")]
    [InlineData("tmux: server")]
    [InlineData("fifteen letters")]
    [InlineData("ä(b) c")]
    public void A_name_is_what_the_kernel_wrote(string text)
    {
        byte[] bytes = new byte[TaskName.Size];
        Encoding.UTF8.GetBytes(text, bytes);

        Assert.Equal(text, $"{TaskName.Read(bytes)}");
        Assert.Equal(TaskName.Read(bytes), TaskName.Of(text));
    }

    [Fact]
    public void A_longer_text_is_cut_where_a_character_ends() =>
        Assert.Equal("fourteen bytes", $"{TaskName.Of("fourteen bytesä")}");

    [Fact]
    public void Bytes_without_an_end_are_a_name_all_the_same() =>
        Assert.Equal(new string('x', 16), $"{TaskName.Read(Encoding.ASCII.GetBytes(new string('x', 16)))}");
}

using System.Text;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class ProcessIdsTests
{
    [Fact]
    public void Only_folders_that_are_numbers_are_processes()
    {
        using ProcTree tree = new();
        tree.Process(766, "sshd").Process(4, "kthreadd");
        Directory.CreateDirectory(tree.Root + "/sys");
        Directory.CreateDirectory(tree.Root + "/7up");
        List<int> ids = [99];

        new ProcessIds(new ProcReader(tree.Root)).Read(ids);

        Assert.Equal([4, 766], ids.Order());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-4")]
    [InlineData("4294967297")]
    [InlineData("self")]
    [InlineData("")]
    public void Anything_else_is_none(string name) =>
        Assert.False(ProcessIds.TryParse(Encoding.UTF8.GetBytes(name), out _));

    [Fact]
    public void Threads_are_read_from_their_process()
    {
        using ProcTree tree = new();
        Directory.CreateDirectory(tree.Root + "/766/task/766");
        Directory.CreateDirectory(tree.Root + "/766/task/801");
        ProcessIds ids = new(new ProcReader(tree.Root));
        List<int> threads = [99];

        Assert.Equal(Look.Seen, ids.TryReadThreads(766, threads));
        Assert.Equal([766, 801], threads.Order());
        Assert.Equal(Look.Gone, ids.TryReadThreads(767, threads));
        Assert.Empty(threads);
    }

    [Fact]
    public void Without_a_proc_there_is_an_error_that_names_it()
    {
        ProcessIds ids = new(new ProcReader("/nowhere/proc"));

        KernelException exception = Assert.Throws<KernelException>(() => ids.Read([]));

        Assert.Equal("open(/nowhere/proc)", exception.Operation);
    }
}

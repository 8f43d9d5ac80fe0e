using System.Text;
using Connbeat.Linux;
using Connbeat.Linux.Bpf;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Linux.Bpf;

/// <summary>On what the programs told of cat(1) on Linux 6.18, started by a thread of a test that is called lab; the times of processes are those of their records.</summary>
public sealed class ProcessRecordTests
{
    private const int TextOffset = 88;

    private static readonly byte[][] Records =
    [
        .. Fixture.Lines("bpf/records-linux-6.18.hex").Select(Convert.FromHexString)
            .Where(record => SocketRecord.ReadKind(record) >= RecordKind.Exec),
    ];

    [Fact]
    public void A_process_is_a_copy_then_a_program_then_gone()
    {
        ProcessRecord[] told = [.. Records.Select(record => ProcessRecord.Parse(record))];

        Assert.Equal([RecordKind.Fork, RecordKind.Exec, RecordKind.Exit], told.Select(record => record.Kind));
        Assert.Equal(told[0].ParentPid, told[0].CopiedPid);
        Assert.Single(told.Select(record => (record.Process.Pid, record.Process.StartNanoseconds, record.ParentPid)).Distinct());
        Assert.Equal(["lab", "cat", "cat"], told.Select(record => $"{record.Process.Name}"));
        Assert.Equal(told.Select(record => record.At), told.Select(record => record.Process.At));
        Assert.Null(told[0].Program);
    }

    [Fact]
    public void An_exec_tells_path_control_group_and_arguments()
    {
        StartedProgram program = ProcessRecord.Parse(Records[1]).Program!;

        Assert.Equal("/usr/bin/cat", program.Executable);
        Assert.StartsWith("/process_api/", program.ControlGroup, StringComparison.Ordinal);
        Assert.True(program.IsOfVersion1);
        Assert.Equal("cat\0/dev/null\0two  words\0", Encoding.UTF8.GetString(program.Arguments));
        Assert.Equal(25u, program.ArgumentsLength);
    }

    [Fact]
    public void A_path_that_was_cut_is_not_told()
    {
        byte[] record = [.. Records[1]];
        record[78] = 3;

        StartedProgram program = ProcessRecord.Parse(record).Program!;
        Assert.Null(program.Executable);
        Assert.Null(program.ControlGroup);
    }

    [Fact]
    public void A_group_without_names_is_the_root()
    {
        byte[] record = Records[1][..TextOffset];
        record.AsSpan(72, 6).Clear();

        StartedProgram program = ProcessRecord.Parse(record).Program!;
        Assert.Equal(("/", "/"), (program.Executable, program.ControlGroup));
        Assert.Empty(program.Arguments);
    }

    [Fact]
    public void Lengths_beyond_the_record_are_refused()
    {
        byte[] record = [.. Records[1]];
        record[77] = 1;

        Assert.Throws<WireFormatException>(() => ProcessRecord.Parse(record));
    }

    [Fact]
    public void Damaged_records_never_escape_as_another_exception() =>
        Assert.All(Records, record => Assert.True(Damage.Inflict(record, bytes => ProcessRecord.Parse(bytes), rounds: 20_000) > 0));
}

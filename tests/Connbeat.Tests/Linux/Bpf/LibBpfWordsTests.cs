using Connbeat.Linux.Bpf;

namespace Connbeat.Tests.Linux.Bpf;

public sealed class LibBpfWordsTests
{
    private const string Missing =
        "libbpf: prog 'tcp_sends': failed to find kernel BTF type ID of 'sock_send_length': -3\n" +
        "libbpf: prog 'tcp_sends': failed to prepare load attributes: -3\n" +
        "libbpf: prog 'tcp_sends': failed to load: -3\n" +
        "libbpf: failed to load object 'connbeat'\n";

    private const string Verified =
        "libbpf: prog 'tcp_state': BPF program load failed: Permission denied\n" +
        "libbpf: prog 'tcp_state': -- BEGIN PROG LOAD LOG --\n" +
        "0: R1=ctx(off=0,imm=0) R10=fp0\n" +
        "R2 min value is outside of the allowed memory range\n" +
        "processed 2727 insns (limit 1000000) max_states_per_insn 4\n" +
        "-- END PROG LOAD LOG --\n" +
        "libbpf: prog 'tcp_state': failed to load: -13\n" +
        "libbpf: failed to load object 'connbeat'\n";

    [Theory]
    [InlineData(Missing, "tcp_sends")]
    [InlineData(Verified, "tcp_state")]
    [InlineData("libbpf: failed to load object 'connbeat'\n", null)]
    [InlineData("libbpf: prog 'cut", null)]
    [InlineData("", null)]
    public void The_program_is_that_of_the_last_complaint(string said, string? program) =>
        Assert.Equal(program, LibBpfWords.ProgramOf(said));

    [Theory]
    [InlineData(Missing, "prog 'tcp_sends': failed to find kernel BTF type ID of 'sock_send_length': -3")]
    [InlineData(Verified, "R2 min value is outside of the allowed memory range")]
    [InlineData("libbpf: Error loading vmlinux BTF: -2\nlibbpf: failed to load object\n", "Error loading vmlinux BTF: -2")]
    [InlineData("", "")]
    public void The_reason_is_the_line_that_tells_most(string said, string reason) =>
        Assert.Equal(reason, LibBpfWords.Reason(said));
}

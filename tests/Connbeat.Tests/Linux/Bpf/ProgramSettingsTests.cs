using Connbeat.Linux.Bpf;

namespace Connbeat.Tests.Linux.Bpf;

public sealed class ProgramSettingsTests
{
    [Fact]
    public void Settings_are_written_as_records_h_has_them()
    {
        byte[] written = new byte[ProgramSettings.Size];
        new ProgramSettings
        {
            RingBytes = 0x00011000,
            PidNamespace = 0x05060708,
            OwnPid = 0x090a0b0c,
            OnlyNamespace = 0x0d0e0f10,
            ExceptNamespace = 0x11121314,
            DropsLoopback = true,
            DropsPort = port => port == 22,
        }.Write(written);

        Assert.Equal("00440000" + "08070605" + "0c0b0a09" + "100f0e0d" + "14131211" + "01000100", Convert.ToHexStringLower(written));
    }

    [Theory]
    [InlineData(64 * 1024, 16 * 1024)]
    [InlineData(16 * 1024 * 1024, 64 * 1024)]
    public void The_reader_is_woken_while_there_is_room(int ringBytes, int wakeBytes) =>
        Assert.Equal(wakeBytes, new ProgramSettings { RingBytes = ringBytes }.WakeBytes);

    [Fact]
    public void Each_port_says_whether_it_is_wanted_or_dropped()
    {
        byte[] flags = new ProgramSettings { WantsPort = port => port is 80 or 65_535, DropsPort = port => port is 22 or 80 }.PortFlags()!;

        Assert.Equal(ProgramSettings.Ports, flags.Length);
        Assert.Equal((3, 1, 2, 0), (flags[80], flags[65_535], flags[22], flags[443]));
        Assert.Null(new ProgramSettings().PortFlags());
    }
}

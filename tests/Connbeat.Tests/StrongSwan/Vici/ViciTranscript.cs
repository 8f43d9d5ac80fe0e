using Connbeat.StrongSwan.Vici;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.StrongSwan.Vici;

/// <summary>What a real charon was asked and what it answered: packets without their length, a line each.</summary>
internal sealed class ViciTranscript
{
    private ViciTranscript(IReadOnlyList<(bool IsAnswer, byte[] Packet)> lines) => Lines = lines;

    public IReadOnlyList<(bool IsAnswer, byte[] Packet)> Lines { get; }

    /// <summary>The transcripts of testbed/ipsec, by what was going on: strongSwan 5.9.8.</summary>
    public static TheoryData<string> States() =>
        [.. Fixture.Files("strongswan/vici").Select(file => Path.GetFileNameWithoutExtension(file)["vici.".Length..])];

    public static ViciTranscript Of(string state) => InFile($"strongswan/vici/vici.{state}.hex");

    public static ViciTranscript InFile(string file) => new(
        [.. Fixture.Lines(file).Where(line => line.Length > 2)
            .Select(line => (line[0] == '<', Convert.FromHexString(line[2..])))]);

    /// <summary>As a daemon answers: to a request that was made then, what was answered then.</summary>
    public IReadOnlyList<byte[]> AnswersTo(ViciPacket request)
    {
        byte[] asked = request.Encode()[sizeof(uint)..];
        int at = Lines.Index().FirstOrDefault(line => !line.Item.IsAnswer && line.Item.Packet.SequenceEqual(asked), (-1, default)).Index;
        return at < 0
            ? request.Type is ViciPacketType.CommandRequest ? [[(byte)ViciPacketType.CommandUnknown]] : [[(byte)ViciPacketType.EventConfirm]]
            : [.. Lines.Skip(at + 1).TakeWhile(line => line.IsAnswer).Select(line => line.Packet)];
    }
}

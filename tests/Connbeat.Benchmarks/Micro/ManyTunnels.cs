using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Connbeat.StrongSwan.Vici;

namespace Connbeat.Benchmarks.Micro;

/// <summary>
/// A daemon that has so many CHILD_SAs, ten in each IKE_SA, each with all that strongSwan 5.9.8 tells of one, and answers
/// as it does.
/// </summary>
internal sealed class ManyTunnels : IAsyncDisposable
{
    private const int ChildrenOfOne = 10;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"charon-{Guid.NewGuid():N}.vici");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly byte[] _sas;
    private readonly Task _serving;

    public ManyTunnels(int children)
    {
        _sas = [.. Enumerable.Range(0, children / ChildrenOfOne).SelectMany(number => Event(Ike(number)))];
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen();
        _serving = ServeAsync();
    }

    public ViciAddress Address => ViciAddress.TryParse(_path, out ViciAddress? address) ? address : throw new InvalidOperationException(_path);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving;
        File.Delete(_path);
    }

    private async Task ServeAsync()
    {
        try
        {
            using Socket client = await _listener.AcceptAsync();
            byte[] length = new byte[sizeof(uint)];
            while (await client.ReceiveAsync(length) == length.Length)
            {
                byte[] packet = new byte[BinaryPrimitives.ReadUInt32BigEndian(length)];
                await client.ReceiveAsync(packet);
                ViciPacket request = ViciPacket.Parse(packet);
                bool isCommand = request.Type is ViciPacketType.CommandRequest;
                if (isCommand && request.Name == "list-sas")
                {
                    await client.SendAsync(_sas);
                }

                ViciPacketType answer = isCommand ? ViciPacketType.CommandResponse : ViciPacketType.EventConfirm;
                await client.SendAsync(new ViciPacket(answer, "", ViciSection.Empty).Encode());
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // The one who measured has gone.
        }
    }

    private static byte[] Event(ViciItem ike) => new ViciPacket(ViciPacketType.Event, "list-sa", new ViciSection([ike])).Encode();

    private static ViciItem Ike(int number) => Section($"site-{number}",
    [
        .. Values($"uniqueid={number} version=2 state=ESTABLISHED local-host=192.0.2.1 local-port=4500 local-id=192.0.2.1 remote-host=198.51.100.2 " +
            "remote-port=4500 remote-id=198.51.100.2 initiator=yes initiator-spi=9a28628252cd3b77 responder-spi=18d3fb92ca893020 nat-remote=yes " +
            "nat-any=yes encr-alg=AES_CBC encr-keysize=256 integ-alg=HMAC_SHA2_256_128 prf-alg=PRF_HMAC_SHA2_256 dh-group=CURVE_25519 " +
            "established=1 rekey-time=13556"),
        Section("child-sas", [.. Enumerable.Range(number * ChildrenOfOne, ChildrenOfOne).Select(Child)]),
    ]);

    private static ViciItem Child(int number) => Section($"net-{number}-{number}",
    [
        .. Values($"name=net-{number} uniqueid={number} reqid={number} state=INSTALLED mode=TUNNEL protocol=ESP encap=yes spi-in={number:x8} " +
            "spi-out=84cd0863 encr-alg=AES_GCM_16 encr-keysize=128 dh-group=CURVE_25519 bytes-in=252 packets-in=3 use-in=1 bytes-out=252 " +
            "packets-out=3 use-out=1 rekey-time=3540 life-time=3953 install-time=7"),
        List("local-ts", "10.1.0.0/16"),
        List("remote-ts", string.Create(CultureInfo.InvariantCulture, $"10.{2 + (number >> 8)}.{number & 255}.0/24")),
    ]);

    private static IEnumerable<ViciItem> Values(string pairs) =>
        pairs.Split(' ').Select(pair => pair.Split('=')).Select(pair => ViciItem.OfValue(Bytes(pair[0]), Bytes(pair[1])));

    private static ViciItem List(string name, string value) => ViciItem.OfList(Bytes(name), [Bytes(value)]);

    private static ViciItem Section(string name, IReadOnlyList<ViciItem> items) => ViciItem.OfSection(Bytes(name), new ViciSection(items));

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.ASCII.GetBytes(text);
}

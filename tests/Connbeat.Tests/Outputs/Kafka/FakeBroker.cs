using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Connbeat.Tests.Outputs.Kafka;

/// <summary>
/// A broker that is the controller, asks who is there, and speaks TLS: what the mock cluster does not do. It takes no
/// messages.
/// </summary>
internal sealed class FakeBroker : IAsyncDisposable
{
    private static readonly (short Key, short Most)[] Versions = [(3, 2), (17, 1), (18, 0), (19, 4), (36, 0)];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly List<Task> _serving = [];

    public FakeBroker()
    {
        _listener.Start();
        _serving.Add(AcceptAsync());
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Host => $"127.0.0.1:{Port}";

    /// <summary>With it, TLS is spoken.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>With it, clients have to show a certificate.</summary>
    public bool AsksForCertificate { get; init; }

    /// <summary>With it, clients have to say who they are: mechanism, user, and password or token.</summary>
    public (string Mechanism, string User, string Password)? Asks { get; init; }

    /// <summary>The certificates that were shown.</summary>
    public List<string> Shown { get; } = [];

    /// <summary>Names of topics, with their partitions and replicas.</summary>
    public Dictionary<string, (int Partitions, int Replicas)> Topics { get; } = [];

    /// <summary>What topics were made with.</summary>
    public List<string> Made { get; } = [];

    /// <summary>What making a topic is answered with.</summary>
    public (int Code, string? Words) MakingFails { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await Task.WhenAll(_serving);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_end.Token);
                _serving.Add(ServeAsync(client));
            }
        }
        catch (Exception closed) when (closed is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient connection = client;
        Stream stream = connection.GetStream();
        try
        {
            if (Certificate is not null)
            {
                SslStream tls = new(stream, leaveInnerStreamOpen: false, (_, shown, _, _) =>
                {
                    Shown.Add(shown?.Subject ?? "none");
                    return shown is not null || !AsksForCertificate;
                });
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificate = Certificate,
                        ClientCertificateRequired = AsksForCertificate,
                        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                    },
                    _end.Token);
                stream = tls;
            }

            await AnswerAsync(stream);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The client has hung up, or the test is over.
        }
    }

    private async Task AnswerAsync(Stream stream)
    {
        ScramServer? scram = null;
        while (true)
        {
            byte[] size = new byte[4];
            await stream.ReadExactlyAsync(size, _end.Token);
            byte[] request = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
            await stream.ReadExactlyAsync(request, _end.Token);
            byte[] body = Answer(request, ref scram, out int correlation);
            byte[] answer = [.. new KafkaAnswer().Int32(body.Length + 4).Int32(correlation).ToArray(), .. body];
            await stream.WriteAsync(answer, _end.Token);
        }
    }

    private byte[] Answer(byte[] bytes, ref ScramServer? scram, out int correlation)
    {
        KafkaRequest request = new(bytes);
        short key = request.Int16(), version = request.Int16();
        correlation = request.Int32();
        request.Text(); // the client's id
        return key switch
        {
            3 => Metadata(),
            17 => Handshake(request.Text()!),
            18 => ApiVersions(version),
            19 => CreateTopics(ref request),
            _ => Authenticate(request.Bytes(), ref scram),
        };
    }

    private static byte[] ApiVersions(short version)
    {
        KafkaAnswer answer = new KafkaAnswer().Int16(version == 0 ? 0 : 35).Int32(Versions.Length); // UNSUPPORTED_VERSION
        foreach ((short key, short most) in Versions)
        {
            answer.Int16(key).Int16(0).Int16(most);
        }

        return answer.ToArray();
    }

    private byte[] Metadata()
    {
        KafkaAnswer answer = new KafkaAnswer().Int32(1).Int32(1).Text("127.0.0.1").Int32(Port).Text(null).Text("fake").Int32(1).Int32(Topics.Count);
        foreach ((string name, (int partitions, int replicas)) in Topics)
        {
            answer.Int16(0).Text(name).Boolean(false).Int32(partitions);
            for (int partition = 0; partition < partitions; partition++)
            {
                answer.Int16(0).Int32(partition).Int32(1).Int32(replicas);
                for (int replica = 1; replica <= replicas; replica++)
                {
                    answer.Int32(replica);
                }

                answer.Int32(1).Int32(1);
            }
        }

        return answer.ToArray();
    }

    private byte[] Handshake(string mechanism) => new KafkaAnswer()
        .Int16(mechanism == Asks?.Mechanism ? 0 : 33).Int32(1).Text(Asks?.Mechanism).ToArray(); // UNSUPPORTED_SASL_MECHANISM

    private byte[] Authenticate(byte[] message, ref ScramServer? scram)
    {
        (string mechanism, string user, string password) = Asks!.Value;
        string text = Encoding.UTF8.GetString(message);
        string? answer = mechanism switch
        {
            "PLAIN" => text == $"\0{user}\0{password}" ? "" : null,
            "OAUTHBEARER" => text.Contains($"auth=Bearer {password}\u0001", StringComparison.Ordinal) ? "" : null,
            "SCRAM-SHA-512" => (scram ??= new ScramServer(HashAlgorithmName.SHA512, password)).Answer(text),
            _ => (scram ??= new ScramServer(HashAlgorithmName.SHA256, password)).Answer(text),
        };
        return answer is null
            ? new KafkaAnswer().Int16(58).Text("nobody knows you").Bytes([]).ToArray() // SASL_AUTHENTICATION_FAILED
            : new KafkaAnswer().Int16(0).Text(null).Bytes(Encoding.UTF8.GetBytes(answer)).ToArray();
    }

    private byte[] CreateTopics(ref KafkaRequest request)
    {
        int topics = request.Int32();
        KafkaAnswer answer = new KafkaAnswer().Int32(0).Int32(topics);
        for (int topic = 0; topic < topics; topic++)
        {
            string name = request.Text()!;
            int partitions = request.Int32(), replicas = request.Int16();
            request.Int32(); // assignments
            List<string> settings = [];
            for (int count = request.Int32(); count > 0; count--)
            {
                settings.Add($"{request.Text()}={request.Text()}");
            }

            Made.Add($"{name} {partitions} {replicas} {string.Join(' ', settings.Order(StringComparer.Ordinal))}".Trim());
            if (MakingFails.Code == 0)
            {
                Topics[name] = (Math.Max(partitions, 1), Math.Max(replicas, 1));
            }

            answer.Text(name).Int16(MakingFails.Code).Text(MakingFails.Words);
        }

        return answer.ToArray();
    }
}

using System.Security.Cryptography;
using System.Text;

namespace Connbeat.Tests.Outputs.Kafka;

/// <summary>The server's side of SCRAM; RFC 5802.</summary>
internal sealed class ScramServer(HashAlgorithmName algorithm, string password)
{
    private const int Iterations = 4096;

    private readonly byte[] _salt = [1, 2, 3, 4, 5, 6, 7, 8];
    private string? _begun;

    /// <summary>Answers a message of the client; null where it is not who it says.</summary>
    public string? Answer(string message)
    {
        if (_begun is null)
        {
            string bare = message[(message.IndexOf(",,", StringComparison.Ordinal) + 2)..]; // after the GS2 header
            string nonce = bare[(bare.IndexOf("r=", StringComparison.Ordinal) + 2)..] + "server";
            string first = $"r={nonce},s={Convert.ToBase64String(_salt)},i={Iterations}";
            _begun = $"{bare},{first}";
            return first;
        }

        int proof = message.LastIndexOf(",p=", StringComparison.Ordinal);
        byte[] told = Encoding.UTF8.GetBytes($"{_begun},{message[..proof]}");
        int length = algorithm == HashAlgorithmName.SHA512 ? 64 : 32;
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(password, _salt, Iterations, algorithm, length);
        byte[] clientKey = Hmac(salted, "Client Key"u8.ToArray());
        byte[] signature = Hmac(CryptographicOperations.HashData(algorithm, clientKey), told);
        byte[] expected = [.. clientKey.Zip(signature, (a, b) => (byte)(a ^ b))];
        return Convert.FromBase64String(message[(proof + 3)..]).SequenceEqual(expected)
            ? $"v={Convert.ToBase64String(Hmac(Hmac(salted, "Server Key"u8.ToArray()), told))}"
            : null;
    }

    private byte[] Hmac(byte[] key, byte[] text) => CryptographicOperations.HmacData(algorithm, key, text);
}

using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;
using Connbeat.Delivery;

namespace Connbeat.Outputs.Kafka;

/// <summary>librdkafka, which Confluent.Kafka speaks through: the one that came with the program, else the system's.</summary>
internal static class KafkaLibrary
{
    /// <summary>The system's; Debian's package librdkafka1 has it.</summary>
    private const string OfTheSystem = "librdkafka.so.1";

    private const string OsRelease = "/etc/os-release";

    private static readonly Lazy<OutputUnavailableException?> Missing = new(Load);

    /// <summary>Loads it, once.</summary>
    /// <exception cref="OutputUnavailableException">It can't be.</exception>
    public static void Require()
    {
        if (Missing.Value is { } missing)
        {
            throw missing;
        }
    }

    /// <summary>What is missing; null where nothing is.</summary>
    /// <param name="osRelease">The file that names the system.</param>
    /// <param name="isThere">True where librdkafka is.</param>
    public static OutputUnavailableException? Judge(string osRelease, bool isThere)
    {
        if (!isThere)
        {
            return new OutputUnavailableException(
                $"output.kafka needs {OfTheSystem}, which is not on this system", "sudo apt-get install librdkafka1");
        }

        // Confluent.Kafka reads it to choose among the builds that it may have brought, and fails without.
        return System.IO.File.Exists(osRelease)
            ? null
            : new OutputUnavailableException(
                $"output.kafka needs {osRelease}, which is not there", $"sudo cp /usr/lib/os-release {osRelease}");
    }

    private static OutputUnavailableException? Load()
    {
        Assembly kafka = typeof(Library).Assembly;
        bool isThere = NativeLibrary.TryLoad("librdkafka", kafka, null, out nint library) ||
            NativeLibrary.TryLoad(OfTheSystem, out library);
        if (Judge(OsRelease, isThere) is { } missing)
        {
            return missing;
        }

        NativeLibrary.SetDllImportResolver(kafka, (name, _, _) => name switch
        {
            "librdkafka" => library,
            "libdl" => NativeLibrary.Load("libdl.so.2"), // the other name is that of the package for developers
            _ => 0,
        });
        return null;
    }
}

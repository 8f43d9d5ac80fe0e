using System.CommandLine;
using System.Runtime.InteropServices;

namespace Connbeat.Commands;

/// <summary><c>connbeat version</c>.</summary>
internal static class VersionCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        Command command = new("version", "Print the version.");
        command.SetAction(_ => Print());
        return command;
    }

    /// <summary>Prints the version in the form that users of the original parse.</summary>
    public static int Print()
    {
        string architecture = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => "amd64",
            Architecture.Arm64 => "arm64",
            Architecture other => other.ToString(),
        };
        Console.WriteLine($"connbeat version {Product.Version} ({architecture}), {RuntimeInformation.FrameworkDescription}");
        return 0;
    }
}

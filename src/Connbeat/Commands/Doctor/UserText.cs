using System.Globalization;
using Connbeat.Enrichment;
using Connbeat.Linux;

namespace Connbeat.Commands.Doctor;

/// <summary>A user as commands such as chown(1) take one.</summary>
internal static class UserText
{
    private static readonly UserNames Users = UserNames.OfSystem(BootTime.Clock);

    /// <summary>By name, or by number where the system knows no name, or does not tell it soon.</summary>
    public static string Of(uint uid) => NameOf(uid) ?? uid.ToString(CultureInfo.InvariantCulture);

    /// <summary>The name; null where the system knows none, or does not tell it soon.</summary>
    public static string? NameOf(uint uid) => Users.Of(uid);
}

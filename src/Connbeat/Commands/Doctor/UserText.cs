using System.Globalization;
using Connbeat.Linux;

namespace Connbeat.Commands.Doctor;

/// <summary>A user as commands such as chown(1) take one.</summary>
internal static class UserText
{
    /// <summary>By name, or by number where the system knows no name.</summary>
    public static string Of(uint uid) => LibC.UserName(uid) ?? uid.ToString(CultureInfo.InvariantCulture);
}

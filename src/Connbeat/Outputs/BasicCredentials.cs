using System.Text;
using Connbeat.Config;

namespace Connbeat.Outputs;

/// <summary>User and password as a request carries them; RFC 7617. As secret as the password itself.</summary>
internal static class BasicCredentials
{
    /// <summary>What stands behind <c>Authorization: Basic</c>.</summary>
    public static string Encode(string user, Secret? password) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password?.Value}"));
}

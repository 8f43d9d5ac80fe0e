using System.Text.RegularExpressions;

namespace Connbeat.Config;

/// <summary>Credentials in addresses: what stands before the <c>@</c> of a URL.</summary>
internal static partial class Credentials
{
    /// <summary>The same text, with every password of an address in it masked.</summary>
    public static string Mask(string text) => Userinfo.Replace(text, "$1****@");

    [GeneratedRegex("(://[^/@:\\s\"']*:?)[^/@\\s\"']*@", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Userinfo { get; }
}

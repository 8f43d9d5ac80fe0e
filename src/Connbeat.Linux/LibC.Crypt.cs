using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Connbeat.Linux;

/// <content>Hashes of passwords, by the system's libcrypt.</content>
internal static unsafe partial class LibC
{
    /// <summary>Hashes a phrase as the setting says, which may be a hash itself: then they are the same where the phrase is; crypt(5).</summary>
    /// <returns>Null where the setting is of no method that the system's libcrypt has.</returns>
    /// <exception cref="DllNotFoundException">There is no libcrypt.</exception>
    public static string? Crypt(ReadOnlySpan<byte> phrase, string setting)
    {
        byte[] data = new byte[32 * 1024]; // struct crypt_data; <crypt.h>
        byte[] terminated = [.. phrase, 0];
        try
        {
            fixed (byte* into = data, phraseBytes = terminated, settingBytes = Encoding.UTF8.GetBytes(setting + '\0'))
            {
                return Marshal.PtrToStringUTF8(Crypt(phraseBytes, settingBytes, into, data.Length));
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(data);
            CryptographicOperations.ZeroMemory(terminated);
        }
    }

    /// <summary>Of two distributions one has the first, and the other the second: for this they are the same.</summary>
    private static nint Crypt(byte* phrase, byte* setting, byte* data, int size)
    {
        try
        {
            return crypt_rn_1(phrase, setting, data, size);
        }
        catch (DllNotFoundException)
        {
            return crypt_rn_2(phrase, setting, data, size);
        }
    }
}

using Microsoft.Win32.SafeHandles;

namespace Connbeat.Outputs.Console;

/// <summary>Standard output as bytes, with every failure of write(2) told.</summary>
internal static class StandardOutput
{
    private const int FileDescriptor = 1; // STDOUT_FILENO

    /// <summary>
    /// The runtime's own stream takes a broken pipe for success, so pipes, sockets and terminals are written as files.
    /// Regular files are not: a FileStream writes at offsets of its own, over what others write to the same file.
    /// </summary>
    public static Stream Open()
    {
        FileStream file = new(new SafeFileHandle(FileDescriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return file.CanSeek ? System.Console.OpenStandardOutput() : file;
    }
}

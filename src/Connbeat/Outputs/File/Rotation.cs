using System.Globalization;

namespace Connbeat.Outputs.File;

/// <summary>
/// The names of older files, as the original gives them: <c>connbeat.1</c> is the youngest of them, <c>connbeat.2</c> the
/// one before it.
/// </summary>
internal static class Rotation
{
    /// <summary>
    /// Makes room for a new file by giving each the next number; the oldest goes when there would be too many. Where it
    /// fails half way it leaves a number free, and the next call goes on from there: no file goes because of that.
    /// </summary>
    /// <param name="path">The file without a number; afterwards there is none.</param>
    /// <param name="files">How many there may be, that one included; at least 2.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder does not let names be changed.</exception>
    public static void Shift(string path, int files)
    {
        DeleteSurplus(path, files);
        int free = 1;
        while (free < files - 1 && System.IO.File.Exists(Numbered(path, free)))
        {
            free++;
        }

        for (int number = free; number > 0; number--)
        {
            System.IO.File.Move(Numbered(path, number - 1), Numbered(path, number), overwrite: true);
        }
    }

    private static string Numbered(string path, int number) =>
        number == 0 ? path : string.Create(CultureInfo.InvariantCulture, $"{path}.{number}");

    /// <summary>What is left from a time when more files were kept; from its end, so that no gap hides the rest.</summary>
    private static void DeleteSurplus(string path, int files)
    {
        int end = files;
        while (System.IO.File.Exists(Numbered(path, end)))
        {
            end++;
        }

        while (end > files)
        {
            System.IO.File.Delete(Numbered(path, --end));
        }
    }
}

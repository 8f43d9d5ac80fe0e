using System.CommandLine;
using Connbeat.Config;
using Connbeat.Delivery.Spool;
using Connbeat.Outputs.Console;

namespace Connbeat.Commands;

/// <summary>
/// <c>connbeat spool</c>: what waits on disk, and is it whole. It changes nothing, and can be run beside a connbeat at work.
/// </summary>
internal static class SpoolCommand
{
    private const int ReaderGone = 141; // what a shell says of a program whose reader went away: 128 + SIGPIPE
    private const int BrokenPipe = 32; // EPIPE
    private const int CouldNotStart = 1;
    private const int Damaged = 1;

    /// <summary>The command.</summary>
    public static Command Build(RunFlags flags) => new("spool", "What waits on disk, and is it whole.")
    {
        Build(flags, "inspect", "What waits, for whom, and since when.", readsAll: false),
        Build(flags, "verify", "The same, and read every event: 1 where something is damaged.", readsAll: true),
    };

    private static Command Build(RunFlags flags, string name, string description, bool readsAll)
    {
        Argument<string?> path = new("PATH")
        {
            Description = "The folder; without one, queue.disk.path of the configuration.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string> format = new("--format") { Description = "text or json.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        Command command = new(name, description) { path, format };
        command.SetAction(asked =>
            Run(flags, asked, asked.GetValue(path), asJson: asked.GetValue(format) == "json", readsAll));
        return command;
    }

    /// <returns>1 where it can't be read, or something is damaged, else 0.</returns>
    private static int Run(RunFlags flags, ParseResult asked, string? path, bool asJson, bool readsAll)
    {
        if (path is null)
        {
            if (Configuration.TryLoad(flags, asked) is not { } config)
            {
                return CouldNotStart;
            }

            path = (config.Options.Queue.Disk ?? new DiskQueueOptions()).Folder;
        }

        try
        {
            List<SpoolInspection> found =
                [.. FoldersIn(path).Select(folder => SpoolInspection.Of(SpoolFolder.LookAt(folder), readsAll))];
            if (found.Count == 0)
            {
                Console.Error.WriteLine($"Exiting: there is no disk log in {path}; queue.disk would put one there");
                return CouldNotStart;
            }

            Write(found, asJson);
            return found.TrueForAll(spool => spool.IsWhole) ? 0 : Damaged;
        }
        catch (IOException gone) when (gone.HResult == BrokenPipe)
        {
            return ReaderGone;
        }
        catch (Exception failure) when (SpoolFault.Is(failure))
        {
            Console.Error.WriteLine($"Exiting: {failure.Message}");
            return CouldNotStart;
        }
    }

    /// <summary>A log is in the folder itself, or there is one for each schema in it.</summary>
    private static IEnumerable<string> FoldersIn(string path) =>
        ((string[])[path, .. AgentOptions.Schemas.Keys.Select(schema => Path.Combine(path, schema))])
        .Where(folder => File.Exists(Path.Combine(folder, CursorFile.Name)) ||
            (Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.events").Any()));

    private static void Write(IReadOnlyList<SpoolInspection> found, bool asJson)
    {
        using MemoryStream report = new(); // written at once: half a report is none
        if (asJson)
        {
            SpoolReport.WriteJson(found, report);
        }
        else
        {
            using StreamWriter text = new(report, leaveOpen: true);
            SpoolReport.WriteText(found, text);
        }

        using Stream stdout = StandardOutput.Open();
        stdout.Write(report.GetBuffer().AsSpan(0, (int)report.Length));
    }
}

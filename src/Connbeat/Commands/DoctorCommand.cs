using System.CommandLine;
using Connbeat.Commands.Doctor;
using Connbeat.Config;
using Connbeat.Outputs.Console;

namespace Connbeat.Commands;

/// <summary>
/// <c>connbeat doctor</c>: what this kernel and this user allow, what is degraded because of it, and the command that mends
/// it. It changes nothing, and can be run beside a connbeat at work.
/// </summary>
internal static class DoctorCommand
{
    private const int ReaderGone = 141; // what a shell says of a program whose reader went away: 128 + SIGPIPE
    private const int BrokenPipe = 32; // EPIPE
    private const int Broken = 1;

    /// <summary>The command.</summary>
    public static Command Build(RunFlags flags)
    {
        Option<string> format = new("--format") { Description = "text or json.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        Command command = new("doctor", "What is wrong here, what it costs, and what to type.") { format };
        command.SetAction((asked, _) => RunAsync(flags, asked, asJson: asked.GetValue(format) == "json"));
        return command;
    }

    /// <returns>1 where something is broken, else 0.</returns>
    private static async Task<int> RunAsync(RunFlags flags, ParseResult asked, bool asJson)
    {
        LoadedConfig? loaded = null;
        IReadOnlyList<ConfigFault> faults = [];
        try
        {
            loaded = Configuration.Load(flags, asked, PermissionCheck.None); // ConfigurationCheck tells it
        }
        catch (ConfigException faulty)
        {
            faults = faulty.Faults;
        }

        Patient patient = Patient.Here(loaded?.Options ?? new AgentOptions());
        IReadOnlyList<Finding> findings =
            await Examination.RunAsync(Subjects.Of(patient, loaded, faults), patient.Time);
        if (Environment.IsPrivilegedProcess)
        {
            findings = [.. findings.Select(finding => finding.ForRoot())];
        }

        try
        {
            using Stream stdout = StandardOutput.Open();
            Write(findings, asJson, stdout);
            return Examination.ExitCode(findings);
        }
        catch (IOException gone) when (gone.HResult == BrokenPipe)
        {
            return ReaderGone;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"Exiting: standard output: {failure.Message}");
            return Broken;
        }
    }

    private static void Write(IReadOnlyList<Finding> findings, bool asJson, Stream to)
    {
        using MemoryStream report = new(); // written at once: half a report is none
        if (asJson)
        {
            ReportJson.Write(findings, report);
        }
        else
        {
            using StreamWriter text = new(report, leaveOpen: true);
            Report.Write(findings, text, coloured: !Console.IsOutputRedirected);
        }

        to.Write(report.GetBuffer().AsSpan(0, (int)report.Length));
    }
}

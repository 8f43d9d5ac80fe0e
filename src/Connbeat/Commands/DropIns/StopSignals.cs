using System.Runtime.InteropServices;

namespace Connbeat.Commands.DropIns;

/// <summary>Waits until the process is asked to stop: SIGINT or SIGTERM.</summary>
internal static class StopSignals
{
    /// <summary>Waits.</summary>
    public static async Task WaitAsync()
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await asked.Task;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            asked.TrySetResult();
        }
    }
}

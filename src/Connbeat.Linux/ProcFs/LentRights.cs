using System.Runtime.CompilerServices;

namespace Connbeat.Linux.ProcFs;

/// <summary>
/// The rights over files and processes that the program's file lends to whoever starts it, as setcap(8) has it do, and that
/// this user has not by himself. They are for what connbeat looks at of itself, in /proc, and not for what he names.
/// </summary>
/// <remarks>
/// The kernel keeps capabilities for each thread, and a new thread has those of the one that starts it. So they are taken
/// from all that run connbeat's code before any file is opened, and a thread that looks into /proc has them for that moment: what opens a file, here
/// or in a library, does so by the user's own rights, and nothing can come between a question and an open as it would with
/// access(2). capabilities(7).
/// </remarks>
internal static class LentRights
{
    private static CapabilitySets _with, _without;
    private static volatile bool _finalizerIsWithout;

    /// <summary>Those that are withheld; none where the user has them by himself, as root or by the ambient set of a service.</summary>
    public static Capability Withheld { get; private set; }

    /// <summary>Withholds them from now on. To be called first of all, from the thread that starts all others.</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public static void Withhold()
    {
        const int Most = 100, NotPermitted = 1; // EPERM

        uint user = LibC.RealUser();
        if (user == 0)
        {
            return;
        }

        _with = _without = LibC.Capabilities();
        Capability lent = Of(user, _with.Effective, LibC.IsAmbient);
        _without.Effective &= ~lent;
        Withheld = lent;
        if (lent is Capability.None)
        {
            return;
        }

        Set(_without);

        // The runtime has started this one already, and what it calls may start threads.
        for (int tries = 0; !_finalizerIsWithout; tries++)
        {
            LeaveToFinalizer();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            if (tries == Most)
            {
                throw new KernelException("capset on the thread of finalizers", NotPermitted);
            }
        }
    }

    /// <summary>Those of a user that he has only by the file.</summary>
    /// <param name="user">Who started the program; of root all are his own.</param>
    /// <param name="effective">What the program may do.</param>
    /// <param name="isAmbient">True for one that every program has which that user starts.</param>
    public static Capability Of(uint user, Capability effective, Func<Capability, bool> isAmbient)
    {
        Capability lent = Capability.None;
        for (ulong left = user == 0 ? 0 : (ulong)(effective & Capability.OverFiles); left != 0; left &= left - 1)
        {
            Capability one = (Capability)(left & (~left + 1));
            lent |= isAmbient(one) ? Capability.None : one;
        }

        return lent;
    }

    /// <summary>The calling thread has them until what is returned is disposed. Not twice at once, and nothing that is named by a user is opened then.</summary>
    public static Loan Take()
    {
        bool isLent = Withheld is not Capability.None;
        if (isLent)
        {
            Set(_with);
        }

        return new Loan(isLent);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LeaveToFinalizer() => _ = new FinalizerThread();

    private static void Set(CapabilitySets sets)
    {
        int errno = LibC.TrySetCapabilities(sets);
        if (errno != 0)
        {
            throw new KernelException("capset", errno);
        }
    }

    /// <summary>The time for which a thread has them.</summary>
    internal readonly ref struct Loan(bool isLent)
    {
        /// <summary>Ends it.</summary>
        public void Dispose()
        {
            if (isLent)
            {
                Set(_without);
            }
        }
    }

    private sealed class FinalizerThread
    {
        ~FinalizerThread()
        {
            _finalizerIsWithout |= LibC.TrySetCapabilities(_without) == 0;
        }
    }
}

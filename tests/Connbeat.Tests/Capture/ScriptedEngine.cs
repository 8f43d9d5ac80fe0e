using System.Collections.Concurrent;
using Connbeat.Capture;
using Connbeat.Linux.Namespaces;
using Connbeat.Tests.Tracking;

namespace Connbeat.Tests.Capture;

/// <summary>Looks into namespaces that a test has furnished. Time on a processor is what its views say that it is.</summary>
internal sealed class ScriptedEngine : ICaptureEngine
{
    private readonly ConcurrentDictionary<uint, ScriptedView> _views = [];
    private long _spent;

    public string Name => "scripted";

    /// <summary>The namespaces that cannot be looked into.</summary>
    public ConcurrentDictionary<uint, bool> Shut { get; } = [];

    /// <summary>What opening a namespace throws.</summary>
    public Exception? Failure { get; set; }

    /// <summary>What opening a namespace takes.</summary>
    public TimeSpan CostOfOpening { get; set; }

    /// <summary>The namespaces that were opened, or tried, in order.</summary>
    public ConcurrentQueue<uint> Opened { get; } = [];

    /// <summary>Time on a processor so far.</summary>
    public TimeSpan CpuTime => TimeSpan.FromTicks(Interlocked.Read(ref _spent));

    /// <summary>The view of a namespace, to be furnished before or after it is opened.</summary>
    public ScriptedView this[uint @namespace] => _views.GetOrAdd(@namespace, id => new ScriptedView(id, this));

    public INamespaceView OpenOwn() => this[Entries.Namespace];

    public INamespaceView? Open(FoundNamespace found)
    {
        Opened.Enqueue(found.Id);
        Spend(CostOfOpening);
        return Failure is not null ? throw Failure : Shut.ContainsKey(found.Id) ? null : this[found.Id];
    }

    public void Spend(TimeSpan cost) => Interlocked.Add(ref _spent, cost.Ticks);
}

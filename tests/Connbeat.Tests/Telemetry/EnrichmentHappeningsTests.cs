using Connbeat.Telemetry;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Telemetry;

public sealed class EnrichmentHappeningsTests
{
    private readonly CollectingLogger<EnrichmentHappenings> _log = new();
    private readonly EnrichmentHappenings _happenings;

    public EnrichmentHappeningsTests() => _happenings = new(_log);

    [Fact]
    public void Missing_rights_are_said_once()
    {
        _happenings.Scanned(scanned: 5, denied: 0, faulty: 0, fault: null);
        _happenings.Scanned(scanned: 5, denied: 3, faulty: 0, fault: null);
        _happenings.Scanned(scanned: 0, denied: 0, faulty: 0, fault: null);
        _happenings.Scanned(scanned: 5, denied: 4, faulty: 0, fault: null);

        Assert.StartsWith("Warning 3 of the processes may not be looked at", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Failures_are_said_when_they_begin()
    {
        _happenings.ScanFailed(new InvalidOperationException("first"));
        _happenings.ScanFailed(new InvalidOperationException("second"));
        _happenings.Scanned(scanned: 1, denied: 0, faulty: 0, fault: null);
        _happenings.ScanFailed(new InvalidOperationException("third"));

        Assert.Equal(2, _log.Lines.Count);
        Assert.EndsWith("first", _log.Lines[0], StringComparison.Ordinal);
        Assert.EndsWith("third", _log.Lines[1], StringComparison.Ordinal);
        Assert.Equal(3, _happenings.Failed);
    }

    [Fact]
    public void Processes_that_cannot_be_read_are_said_when_they_appear()
    {
        _happenings.Scanned(scanned: 5, denied: 0, faulty: 2, fault: "odd");
        _happenings.Scanned(scanned: 5, denied: 0, faulty: 2, fault: "odd");

        Assert.Equal("Warning 2 processes could not be read; the first of them: odd", Assert.Single(_log.Lines));
    }
}

using System.Globalization;

namespace Connbeat.Tests.Delivery.Spool;

/// <summary>
/// The log on disk against a list of what was appended: random lives with crashes and every fault of a disk, and a printed
/// seed. CONNBEAT_SPOOL_STEPS and CONNBEAT_SPOOL_SEED set how many steps, and whose.
/// </summary>
public sealed class DiskLogModelTests(ITestOutputHelper output)
{
    private const int StepsPerWorld = 500;

    [Fact]
    public async Task What_is_appended_is_read_or_counted_whatever_the_disk_does()
    {
        long steps = Setting("CONNBEAT_SPOOL_STEPS") ?? 100_000;
        for (long done = 0; done < steps; done += StepsPerWorld)
        {
            int seed = (int?)Setting("CONNBEAT_SPOOL_SEED") ?? Random.Shared.Next();
            SpoolWorld? world = null;
            try
            {
                world = new SpoolWorld(new Random(seed));
                await world.LiveAsync(StepsPerWorld);
                world.Dispose();
            }
            catch
            {
                output.WriteLine($"CONNBEAT_SPOOL_SEED={seed}: {world?.Description}");
                throw;
            }
        }
    }

    private static long? Setting(string name) =>
        long.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out long value) ? value : null;
}

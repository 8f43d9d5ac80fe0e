using Connbeat.Outputs.File;

namespace Connbeat.Tests.Outputs.File;

public sealed class RotationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("connbeat-rotation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(4, "0", "1=0")]
    [InlineData(4, "0 1", "1=0 2=1")]
    [InlineData(4, "0 1 2", "1=0 2=1 3=2")]
    [InlineData(4, "0 1 2 3", "1=0 2=1 3=2")]
    [InlineData(2, "0 1", "1=0")]
    [InlineData(4, "0 2 3", "1=0 2=2 3=3")]
    [InlineData(4, "0 1 3", "1=0 2=1 3=3")]
    [InlineData(3, "0 1 2 3 4 5", "1=0 2=1")]
    public void Each_file_gets_the_next_number_up_to_the_first_free_one(int files, string before, string after)
    {
        foreach (string number in before.Split(' '))
        {
            System.IO.File.WriteAllText(Named(number), number);
        }

        Rotation.Shift(Named("0"), files);

        Assert.Equal(
            after,
            string.Join(' ', Directory.GetFiles(_folder).Order(StringComparer.Ordinal)
                .Select(file => $"{file[(file.LastIndexOf('.') + 1)..]}={System.IO.File.ReadAllText(file)}")));
    }

    [Fact]
    public void Other_files_are_left_alone()
    {
        string[] others = ["connbeat.log", "connbeat.1.gz", "connbeat.01", "other.1", "connbeat.x"];
        foreach (string other in others.Append("connbeat"))
        {
            System.IO.File.WriteAllText(Path.Combine(_folder, other), other);
        }

        Rotation.Shift(Named("0"), 2);

        Assert.Equal(
            others.Append("connbeat.1").Order(StringComparer.Ordinal),
            Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_fails_half_way_goes_on_from_there_and_no_file_is_lost()
    {
        foreach (string number in (string[])["0", "1", "2"])
        {
            System.IO.File.WriteAllText(Named(number), number);
        }

        string inTheWay = Directory.CreateDirectory(Named("3")).FullName;
        for (int attempt = 0; attempt < 3; attempt++)
        {
            Assert.ThrowsAny<SystemException>(() => Rotation.Shift(Named("0"), 4));
        }

        Directory.Delete(inTheWay);
        Rotation.Shift(Named("0"), 4);

        Assert.Equal(["0", "1", "2"], Enumerable.Range(1, 3).Select(number => System.IO.File.ReadAllText(Named($"{number}"))));
    }

    private string Named(string number) => Path.Combine(_folder, number == "0" ? "connbeat" : $"connbeat.{number}");
}

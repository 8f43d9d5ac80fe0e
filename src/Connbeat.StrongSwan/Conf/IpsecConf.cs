namespace Connbeat.StrongSwan.Conf;

/// <summary>
/// The connections of ipsec.conf and of all that it includes, as strongSwan's starter reads them; ipsec.conf(5).
/// </summary>
/// <param name="Tunnels">The connections, in their order, each once.</param>
/// <param name="Faults">What could not be read or makes no sense, each with its place.</param>
internal sealed record IpsecConf(IReadOnlyList<ConfTunnel> Tunnels, IReadOnlyList<string> Faults)
{
    private const long LargestFile = 4 * 1024 * 1024;
    private const int DeepestInclude = 20; // of the starter
    private const int MostFiles = 10_000;
    private const int LongestChain = 100; // of also=

    /// <summary>Reads it. What fails costs what it is about, and is told.</summary>
    public static IpsecConf Read(string path)
    {
        Reading reading = new();
        reading.ReadFile(Path.GetFullPath(path), from: null, depth: 0);
        return new IpsecConf([.. reading.Tunnels()], reading.Faults);
    }

    private sealed class Reading
    {
        private readonly Dictionary<string, Section> _connections = [];
        private readonly List<string> _order = [];
        private readonly List<string> _open = [];
        private Section? _section;
        private int _files;

        public List<string> Faults { get; } = [];

        public void ReadFile(string path, string? from, int depth)
        {
            string at = from is null ? path : $"{from}: include {path}";
            if (_open.Contains(path))
            {
                Faults.Add($"{at} includes itself; it is read once");
                return;
            }

            if (depth > DeepestInclude || ++_files > MostFiles)
            {
                Faults.Add($"{at}: too many files are included; this one is left out");
                return;
            }

            string[] lines;
            try
            {
                FileInfo file = new(path);
                lines = file.Length <= LargestFile ? File.ReadAllLines(path) : throw new IOException($"it has {file.Length} bytes; at most {LargestFile} are read");
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                Faults.Add($"{at} can't be read: {failure.Message}");
                return;
            }

            _open.Add(path);
            for (int i = 0; i < lines.Length; i++)
            {
                Take(ConfLine.Parse(lines[i]), path, i + 1, depth);
            }

            _open.RemoveAt(_open.Count - 1);
        }

        public IEnumerable<ConfTunnel> Tunnels()
        {
            foreach (string name in _order)
            {
                yield return new ConfTunnel(name, IsIgnored: Setting(name, []) == "ignore");
            }
        }

        private void Take(in ConfLine line, string path, int number, int depth)
        {
            switch (line.Kind)
            {
                case ConfLineKind.Section:
                    _section = line.Key == "conn" ? Open(line.Value) : null;
                    break;
                case ConfLineKind.Setting when line.Key == "auto" && _section is not null:
                    _section.Auto = line.Value;
                    break;
                case ConfLineKind.Setting when line.Key == "also" && _section is not null:
                    _section.Also.Add((line.Value, $"{path}:{number}"));
                    break;
                case ConfLineKind.Include:
                    Include(line.Value, path, number, depth);
                    break;
            }
        }

        private Section Open(string name)
        {
            if (!_connections.TryGetValue(name, out Section? section))
            {
                _connections[name] = section = new Section();
                if (name != "%default")
                {
                    _order.Add(name);
                }
            }

            return section;
        }

        private void Include(string pattern, string path, int number, int depth)
        {
            string whole = Path.GetFullPath(pattern, Path.GetDirectoryName(path) ?? "/");
            if (!Wildcards.AreIn(whole))
            {
                ReadFile(whole, $"{path}:{number}", depth + 1);
                return;
            }

            foreach (string file in Wildcards.Expand(whole))
            {
                ReadFile(file, $"{path}:{number}", depth + 1);
            }
        }

        /// <summary>The value of <c>auto</c>: its own, else that of a section that it names, else the default.</summary>
        private string? Setting(string name, HashSet<string> visited)
        {
            Section section = _connections[name];
            return section.Auto ?? Inherited(section, name, visited) ??
                (visited.Add("%default") && _connections.ContainsKey("%default") ? Setting("%default", visited) : null);
        }

        private string? Inherited(Section section, string name, HashSet<string> visited)
        {
            visited.Add(name);
            string? found = null;
            foreach ((string also, string at) in section.Also)
            {
                if (!_connections.TryGetValue(also, out Section? named))
                {
                    string fault = $"{at}: also={also} names no connection";
                    if (!Faults.Contains(fault))
                    {
                        Faults.Add(fault);
                    }
                }
                else if (found is null && visited.Count < LongestChain && visited.Add(also))
                {
                    found = named.Auto ?? Inherited(named, also, visited);
                }
            }

            return found;
        }

        private sealed class Section
        {
            public string? Auto { get; set; }

            public List<(string Name, string At)> Also { get; } = [];
        }
    }
}

/// <summary>A connection of ipsec.conf.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsIgnored">True where it says <c>auto=ignore</c>, by itself or by what it takes over.</param>
internal sealed record ConfTunnel(string Name, bool IsIgnored);

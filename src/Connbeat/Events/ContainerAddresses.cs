namespace Connbeat.Events;

/// <summary>The addresses of each container as its sockets show them: <c>container.local_ips</c>.</summary>
internal sealed class ContainerAddresses
{
    /// <summary>How many containers are remembered; the oldest is forgotten first.</summary>
    public const int Most = 1_024;

    private readonly Dictionary<string, LocalAddresses> _known = [];
    private readonly Queue<string> _oldest = [];

    /// <summary>The addresses of a container, to which more can be added.</summary>
    public LocalAddresses Of(string id)
    {
        if (_known.TryGetValue(id, out LocalAddresses? addresses))
        {
            return addresses;
        }

        if (_oldest.Count == Most)
        {
            _known.Remove(_oldest.Dequeue());
        }

        addresses = new LocalAddresses();
        _known.Add(id, addresses);
        _oldest.Enqueue(id);
        return addresses;
    }
}

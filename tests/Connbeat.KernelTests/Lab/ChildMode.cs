using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Connbeat.Tests.Shared;

namespace Connbeat.KernelTests.Lab;

/// <summary>
/// What this program does as the child of a test: it holds sockets. It answers one line to each, until its input ends:
/// <code>
///   connect ADDRESS PORT [COUNT]   ok
///   listen ADDRESS                 the port
///   tell ADDRESS PORT COUNT SIZE   the port that so many datagrams were sent from
///   accept                         ok; from the latest listener
///   become UID                     ok; what it makes from now on is that user's
///   bequeath                       the pid of a child that holds the latest socket too
///   bury                           ok; that child has ended
///   close                          ok; the latest socket
/// </code>
/// </summary>
internal static class ChildMode
{
    private static readonly List<Socket> Sockets = [];
    private static Process? _heir;

    /// <summary>Serves until the test has gone.</summary>
    public static void Run()
    {
        while (Console.ReadLine() is { } line)
        {
            Console.WriteLine(Answer(line.Split(' ')));
        }

        _heir?.Kill();
    }

    private static string Answer(string[] words)
    {
        switch (words)
        {
            case ["connect", string address, string port, .. string[] count]:
                Connect(new IPEndPoint(IPAddress.Parse(address), Number(port)), count is [string n] ? Number(n) : 1);
                return "ok";
            case ["listen", string address]:
                Socket listener = new(SocketType.Stream, ProtocolType.Tcp);
                listener.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
                listener.Listen();
                Sockets.Add(listener);
                return ((IPEndPoint)listener.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);
            case ["tell", string address, string port, string count, string size]:
                return Tell(new IPEndPoint(IPAddress.Parse(address), Number(port)), Number(count), Number(size));
            case ["accept"]:
                Sockets.Add(Sockets.FindLast(socket => !socket.Connected)!.Accept());
                return "ok";
            case ["become", string uid]:
                UnprivilegedThread.DropRights((uint)Number(uid));
                return "ok";
            case ["bequeath"]:
                Syscalls.SetInherited(Sockets[^1], inherited: true);
                _heir = Process.Start(new ProcessStartInfo("cat") { RedirectStandardInput = true })!;
                Syscalls.SetInherited(Sockets[^1], inherited: false);
                return _heir.Id.ToString(CultureInfo.InvariantCulture);
            case ["bury"]:
                _heir!.StandardInput.Close();
                _heir.WaitForExit();
                return "ok";
            case ["close"]:
                Syscalls.Close(Sockets[^1]);
                Sockets.RemoveAt(Sockets.Count - 1);
                return "ok";
            default:
                throw new ArgumentException($"A child is asked to '{string.Join(' ', words)}'.");
        }
    }

    private static string Tell(IPEndPoint remote, int count, int size)
    {
        Socket socket = new(remote.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        for (; count > 0; count--)
        {
            socket.SendTo(new byte[size], remote);
        }

        Sockets.Add(socket);
        return ((IPEndPoint)socket.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);
    }

    private static void Connect(IPEndPoint remote, int count)
    {
        for (; count > 0; count--)
        {
            Socket socket = new(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(remote);
            Sockets.Add(socket);
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Connbeat.Benchmarks.Load;

/// <summary>
/// A web server on loopback that takes events and only counts them: one POST after the other over kept connections, a line
/// feed per event, or two where it is asked as Elasticsearch is, which it answers with an item for each. A process of its own; prints its port, and at the end of its input how many came.
/// </summary>
internal static class CountingSink
{
    private static readonly byte[] Answer = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

    private static long _events;

    /// <summary>Serves until its input ends.</summary>
    public static int Run()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Console.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port);
        Thread accepting = new(() =>
        {
            while (true)
            {
                TcpClient client;
                try
                {
                    client = listener.AcceptTcpClient();
                }
                catch (SocketException)
                {
                    return; // the listener is closed
                }

                new Thread(() => Serve(client)) { IsBackground = true }.Start();
            }
        })
        { IsBackground = true };
        accepting.Start();
        while (Console.ReadLine() is not null)
        {
            Console.WriteLine(Interlocked.Read(ref _events));
        }

        return 0;
    }

    private static void Serve(TcpClient client)
    {
        using NetworkStream stream = client.GetStream();
        byte[] buffer = new byte[1 << 20];
        int filled = 0;
        try
        {
            while (true)
            {
                int end;
                while ((end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0)
                {
                    filled += Read(buffer.AsSpan(filled));
                }

                bool isBulk = buffer.AsSpan(0, end).StartsWith("POST /_bulk"u8);
                long left = LengthOf(buffer.AsSpan(0, end));
                int body = end + 4;
                long here = Math.Min(left, filled - body);
                long lines = buffer.AsSpan(body, (int)here).Count((byte)'\n');
                buffer.AsSpan(body + (int)here, filled - body - (int)here).CopyTo(buffer);
                filled = filled - body - (int)here;
                for (left -= here; left > 0;)
                {
                    int read = Read(buffer.AsSpan(0, (int)Math.Min(left, buffer.Length)));
                    lines += buffer.AsSpan(0, read).Count((byte)'\n');
                    left -= read;
                }

                Interlocked.Add(ref _events, isBulk ? lines / 2 : lines);
                stream.Write(isBulk ? BulkAnswer(lines / 2) : Answer);
            }
        }
        catch (IOException)
        {
            // The sender went away.
        }

        int Read(Span<byte> into) => stream.Read(into) is > 0 and int read ? read : throw new IOException("the end");
    }

    private static byte[] BulkAnswer(long events)
    {
        const string Item = """{"create":{"status":201}}""";
        string body = $$"""{"errors":false,"items":[{{string.Join(',', Enumerable.Repeat(Item, (int)events))}}]}""";
        return Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    private static long LengthOf(ReadOnlySpan<byte> head)
    {
        const string Name = "Content-Length: ";
        string text = Encoding.ASCII.GetString(head);
        int at = text.IndexOf(Name, StringComparison.OrdinalIgnoreCase) + Name.Length;
        int lineEnd = text.IndexOf('\r', at);
        return long.Parse(lineEnd < 0 ? text[at..] : text[at..lineEnd], System.Globalization.CultureInfo.InvariantCulture);
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Towncrier.Peers;

/// <summary>A bare connection to a Redis: commands out, the first line of each answer back. Knows nothing of the product's client.</summary>
public sealed class RedisTalk : IDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly BufferedStream _out;
    private readonly StreamReader _in;

    public RedisTalk(int port)
    {
        _client.Connect(IPAddress.Loopback, port);
        _out = new BufferedStream(_client.GetStream(), 64 * 1024);
        _in = new StreamReader(_client.GetStream(), Encoding.Latin1);
    }

    /// <summary>Sends commands together and reads an answer for each; an integer or a status, without its mark.</summary>
    public string[] Ask(params object[][] commands)
    {
        foreach (var command in commands) Write(command);
        _out.Flush();
        var answers = new string[commands.Length];
        for (var i = 0; i < answers.Length; i++)
        {
            var line = _in.ReadLine() ?? throw new IOException("redis closed the connection");
            if (line[0] == '-') throw new IOException(line);
            answers[i] = line[0] == '$' && line != "$-1" ? _in.ReadLine()! : line[1..];
        }

        return answers;
    }

    /// <summary>PUBLISH; how many received it.</summary>
    public int Publish(string channel, params object[] bodies)
        => Ask([.. bodies.Select(body => (object[])["PUBLISH", channel, body])]).Sum(answer => int.Parse(answer, CultureInfo.InvariantCulture));

    /// <summary>XADD with the body in the field <c>message</c>; the entries' ids.</summary>
    public string[] Add(string stream, params object[] bodies)
        => Ask([.. bodies.Select(body => (object[])["XADD", stream, "*", "message", body])]);

    public void Dispose()
    {
        _in.Dispose();
        _client.Dispose();
    }

    private void Write(object[] command)
    {
        Line($"*{command.Length}");
        foreach (var part in command)
        {
            var bytes = part as byte[] ?? Encoding.UTF8.GetBytes((string)part);
            Line($"${bytes.Length}");
            _out.Write(bytes);
            _out.Write("\r\n"u8);
        }
    }

    private void Line(string text) => _out.Write(Encoding.ASCII.GetBytes(text + "\r\n"));
}

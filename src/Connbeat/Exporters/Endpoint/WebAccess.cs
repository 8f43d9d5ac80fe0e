using System.Net.Security;
using System.Security.Cryptography;
using Connbeat.Config;
using Connbeat.Linux;
using Connbeat.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Connbeat.Exporters.Endpoint;

/// <summary>
/// Lets in whom a web-config.yml lets in. It is read again when it, or a file that it names, has changed: who comes then is
/// judged by the new one. One that is faulty changes nothing.
/// </summary>
internal sealed class WebAccess
{
    private readonly string _path;
    private readonly ExporterHappenings _happened;
    private readonly BasicAuth _basic;
    private readonly Lock _reading = new();
    private volatile Rules _rules;
    private string _stamp;

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="happened">Takes what is worth telling.</param>
    /// <param name="queue">Has passwords checked.</param>
    /// <exception cref="ConfigException">Something is wrong with it, or this host can't do what it asks for.</exception>
    public WebAccess(string path, ExporterHappenings happened, PasswordQueue queue)
    {
        _basic = new BasicAuth(queue);
        _path = path;
        _happened = happened;
        _rules = Read(path);
        _stamp = StampOf(_rules.Config.Files);
    }

    /// <summary>Reads the file; null where none is named.</summary>
    /// <exception cref="ConfigException">Something is wrong with it, or this host can't do what it asks for.</exception>
    public static WebAccess? Of(string path, ExporterHappenings happened) => path.Length > 0 ? new(path, happened, PasswordQueue.Shared) : null;

    /// <summary>True where nobody comes in who is not known.</summary>
    public bool Authenticates => _rules.Config.Authenticates;

    /// <summary>What a new connection is to be met with; null where no TLS is spoken.</summary>
    public SslServerAuthenticationOptions? TlsOptions => Current().Tls?.Options;

    /// <summary>Lets a request in; one that is not is answered here.</summary>
    public async Task<bool> AdmitsAsync(HttpContext context)
    {
        WebConfig config = Current().Config;
        foreach ((string name, string value) in config.Headers)
        {
            context.Response.Headers[name] = value;
        }

        if (config.Users.Count == 0)
        {
            return true;
        }

        InetAddress from = context.Connection.RemoteIpAddress is { } address ? InetAddress.From(address) : default;
        HttpResponse response = context.Response;
        switch (await _basic.KnowsAsync(context.Request.Headers.Authorization, config.Users, from, context.RequestAborted))
        {
            case true:
                return true;
            case false:
                response.StatusCode = StatusCodes.Status401Unauthorized;
                response.Headers.WWWAuthenticate = "Basic";
                await response.WriteAsync("Unauthorized\n");
                return false;
            case null:
                _happened.TooManyPasswords(from.ToString());
                response.StatusCode = StatusCodes.Status429TooManyRequests;
                response.Headers.RetryAfter = "1";
                await response.WriteAsync("Too many passwords wait to be checked\n");
                return false;
        }
    }

    private Rules Current()
    {
        lock (_reading)
        {
            string stamp = StampOf(_rules.Config.Files);
            if (stamp != _stamp)
            {
                _stamp = stamp;
                ReadAgain();
            }

            return _rules;
        }
    }

    private void ReadAgain()
    {
        try
        {
            Rules read = Read(_path);
            _rules = read;
            _stamp = StampOf(read.Config.Files);
            _happened.WebConfigRead(_path);
        }
        catch (ConfigException faulty)
        {
            _happened.WebConfigRefused(faulty.Message);
        }
    }

    private static Rules Read(string path)
    {
        WebConfig config = WebConfig.Load(path);
        if (config.Users.Count > 0)
        {
            RequireBcrypt(path, config.Users.Values.First().Value);
        }

        try
        {
            return new Rules(config, config.Tls is { } tls ? new TlsServer(tls) : null);
        }
        catch (CryptographicException failure)
        {
            throw Fault(path, $"tls_server_config can't be used: {failure.Message}");
        }
    }

    private static void RequireBcrypt(string path, string hash)
    {
        try
        {
            if (LibC.Crypt("nobody"u8, hash) is { Length: > 0 } made && made[0] == '$')
            {
                return;
            }

            throw Fault(path, "basic_auth_users needs bcrypt, which this system's libcrypt does not have");
        }
        catch (DllNotFoundException)
        {
            throw Fault(path, "basic_auth_users needs libcrypt, which is not here; Debian has it in the package libcrypt1");
        }
    }

    private static ConfigException Fault(string path, string message) => new([new ConfigFault(new Origin(path, 0), message)]);

    /// <summary>Another one where a file has changed.</summary>
    private static string StampOf(IEnumerable<string> files) => string.Join('|', files.Select(static path =>
    {
        FileInfo file = new(path);
        return file.Exists ? $"{file.LastWriteTimeUtc.Ticks} {file.Length}" : "";
    }));

    private sealed record Rules(WebConfig Config, TlsServer? Tls);
}

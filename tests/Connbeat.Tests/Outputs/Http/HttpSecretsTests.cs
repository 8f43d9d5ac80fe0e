using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Outputs.Http;
using Connbeat.Tests.Config;
using Connbeat.Tests.Delivery;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Outputs.Http;

/// <summary>Whatever goes wrong, nothing secret is said of it.</summary>
public sealed class HttpSecretsTests
{
    private const string Settings =
        "username: agent, password: 'hunter2 +/', parameters: { key: s3cr3t-key, other: 'p&rameter' }, " +
        "headers: { X-Api-Key: header-s3cr3t, X-Signed: 'Token another-s3cr3t' }, path: /in/0123456789abcdef0123";

    private static readonly string[] Secrets =
    [
        "hunter2", "s3cr3t", "p&rameter", "p%26rameter", "0123456789abcdef", "pa55", "url-k3y", "bearer-t0ken",
        "YWdlbnQ6aHVudGVyMiArLw==", "Ym9iOnBhNTU=",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Settings, "")]
    [InlineData(Settings, "bob:pa55@")]
    [InlineData("bearer_token: bearer-t0ken", "")]
    public async Task A_server_that_repeats_what_it_was_sent_is_not_repeated(string settings, string userInfo)
    {
        await using WebServer server = new();
        server.Answers(Echo(500), Echo(400), Echo(302));
        await using HttpOutput output = new(
            HttpSettings.Read(settings, $"http://{userInfo}127.0.0.1:{server.Port}?k=url-k3y"), new ManualTime());
        for (int answer = 0; answer < 3; answer++)
        {
            AssertTellsNothing(string.Join('\n', ReasonsOf(await SendAsync(output))));
        }
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_by_scheme_host_and_port()
    {
        int port = WebServer.ClosedPort();
        await using HttpOutput output = new(
            HttpSettings.Read(Settings, $"http://bob:pa55@127.0.0.1:{port}?k=url-k3y"), new ManualTime());

        DeliveryResult result = await SendAsync(output);
        Assert.Equal(new DeliveryResult.RetryLater($"http://127.0.0.1:{port}: Connection refused"), result);
    }

    [Fact]
    public void Options_tell_nothing_when_they_are_printed()
    {
        HttpOutputOptions options = HttpSettings.Read(Settings, "https://bob:pa55@h/?k=url-k3y");

        AssertTellsNothing($"{options}");
        AssertTellsNothing($"{string.Join(' ', options.Hosts)} {string.Join(' ', options.Headers)}");
    }

    [Theory]
    [InlineData("hosts: 'http://bob:pa55@h:port/?k=url-k3y'")]
    [InlineData("hosts: ['bob:pa55@h:99999?k=url-k3y']")]
    [InlineData("hosts: { 'http://bob:pa55@h/?k=url-k3y': 1 }")]
    [InlineData("hosts: h, password: 'hunter2${MISSING}'")]
    [InlineData("hosts: h, password: [hunter2]")]
    [InlineData("hosts: h, bearer_token: 'bearer-t0ken '")]
    [InlineData("hosts: h, headers: 'X-Api-Key: header-s3cr3t'")]
    [InlineData("hosts: h, headers: { X-Api-Key: [header-s3cr3t] }")]
    [InlineData("hosts: h, headers: { X-Api-Key: 's3cr3t-Zoë' }")]
    [InlineData("hosts: h, headers: { X-Api-Key: \"s3cr3t\\r\\nX: y\" }")]
    [InlineData("hosts: h, headers: { Content-Length: s3cr3t }")]
    [InlineData("hosts: h, parameters: 'key=s3cr3t-key'")]
    [InlineData("hosts: h, username: a, bearer_token: bearer-t0ken")]
    [InlineData("hosts: h, headers: { authorization: bearer-t0ken }, bearer_token: bearer-t0ken")]
    public void A_fault_of_the_configuration_names_the_setting_and_not_its_value(string settings)
    {
        using ConfigDirectory directory = new();
        string fault = Assert.Single(directory.Faults($"output.http: {{ {settings} }}"));

        Assert.StartsWith("connbeat.yml:1: ", fault, StringComparison.Ordinal);
        Assert.Contains("output.http", fault, StringComparison.Ordinal);
        AssertTellsNothing(fault);
    }

    private static WebServer.Answer Echo(int status) => (request, to, stop) => WebServer.Status(
        status,
        string.Join(" | ", request.Head.Split("\r\n").Select(line => line.Trim()).Append(Uri.UnescapeDataString(request.Line))))(
        request, to, stop);

    private static async Task<DeliveryResult> SendAsync(HttpOutput output) =>
        await output.SendAsync([Encoded.Event(1, "{}")], Token);

    private static string[] ReasonsOf(DeliveryResult result) => result switch
    {
        DeliveryResult.RetryLater later => [later.Reason],
        DeliveryResult.Refused refused => [refused.Reason],
        _ => throw new ArgumentException($"{result}"),
    };

    private static void AssertTellsNothing(string text) =>
        Assert.All(Secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
}

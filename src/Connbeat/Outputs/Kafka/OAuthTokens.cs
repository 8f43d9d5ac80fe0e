using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Connbeat.Config;

namespace Connbeat.Outputs.Kafka;

/// <summary>
/// Gets tokens for brokers that want one: client credentials, RFC 6749, 4.4. librdkafka asks in time before one expires, and
/// again after a failure.
/// </summary>
internal sealed class OAuthTokens : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DefaultLife = TimeSpan.FromMinutes(5);

    private readonly KafkaSasl _sasl;
    private readonly TimeProvider _time;
    private readonly WebTransport _web = new(new TlsOptions(), new ProxyOptions(), Patience);

    private OAuthTokens(KafkaSasl sasl, TimeProvider time)
    {
        _sasl = sasl;
        _time = time;
    }

    /// <summary>Null where no broker wants a token.</summary>
    public static OAuthTokens? Of(KafkaOutputOptions options, TimeProvider time) =>
        options.Sasl is { Mechanism: KafkaMechanism.OAuthBearer } sasl ? new OAuthTokens(sasl, time) : null;

    /// <summary>Gets one for a client, or tells it why not. Any thread; it does not wait.</summary>
    public void Refresh(IClient client) => _ = RefreshAsync(client);

    /// <inheritdoc/>
    public void Dispose() => _web.Dispose();

    /// <summary>Asks for a token.</summary>
    /// <returns>The token, and how long it is good for.</returns>
    /// <exception cref="HttpRequestException">There is none; the message says why.</exception>
    public async Task<(string Token, TimeSpan Life)> AskAsync()
    {
        using CancellationTokenSource late = new(Patience, _time);
        Dictionary<string, string> form = new() { ["grant_type"] = "client_credentials" };
        if (_sasl.Scope.Length > 0)
        {
            form["scope"] = _sasl.Scope;
        }

        using HttpRequestMessage request = new(HttpMethod.Post, _sasl.TokenUrl!.Uri) { Content = new FormUrlEncodedContent(form) };
        string credentials = $"{Uri.EscapeDataString(_sasl.Username)}:{Uri.EscapeDataString(_sasl.Password!.Value)}";
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        request.Headers.Accept.ParseAdd("application/json");
        using HttpResponseMessage answer = await _web.SendAsync(request, late.Token);
        if (!answer.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"{_sasl.TokenUrl} answered {(int)answer.StatusCode}");
        }

        return Read(await answer.Content.ReadAsByteArrayAsync(late.Token));
    }

    private (string Token, TimeSpan Life) Read(byte[] answer)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(answer);
            string? token = json.RootElement.GetProperty("access_token").GetString();
            TimeSpan life = json.RootElement.TryGetProperty("expires_in", out JsonElement seconds) && seconds.TryGetInt32(out int number)
                ? TimeSpan.FromSeconds(number)
                : DefaultLife;
            return (token ?? "", life);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new HttpRequestException($"{_sasl.TokenUrl} gave no access_token", wrong);
        }
    }

    private async Task RefreshAsync(IClient client)
    {
        try
        {
            (string token, TimeSpan life) = await AskAsync();
            client.OAuthBearerSetToken(token, (_time.GetUtcNow() + life).ToUnixTimeMilliseconds(), _sasl.Username);
        }
        catch (Exception failure)
        {
            try
            {
                client.OAuthBearerSetTokenFailure(failure is OperationCanceledException
                    ? $"{_sasl.TokenUrl}: no answer within {Patience.TotalSeconds} s" : failure.Message);
            }
            catch (Exception gone) when (gone is ObjectDisposedException or KafkaException or InvalidOperationException)
            {
                // The client has been closed meanwhile: nobody needs it.
            }
        }
    }
}

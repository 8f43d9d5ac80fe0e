namespace Connbeat.Config;

/// <summary>What <c>connbeat setup</c> makes beside index templates for Elasticsearch: a part of the <c>setup</c> section.</summary>
internal sealed record ElasticSetupOptions
{
    /// <summary>The port of Kibana where its address has none.</summary>
    public const int KibanaPort = 5601;

    private const string Kibana = "kibana";

    /// <summary>Where dashboards are loaded into; null: they are not. Default null.</summary>
    public ElasticConnection? Dashboards { get; init; }

    /// <summary>The space of Kibana that gets them; empty: the default one. The key is <c>kibana.space</c>. Default "".</summary>
    public string Space { get; init; } = "";

    /// <summary>
    /// How many days an index is kept, 1 to 36500; 0: no lifecycle policy is made. The key is <c>lifecycle.keep_days</c>.
    /// Default 30.
    /// </summary>
    public int KeepDays { get; init; } = 30;

    /// <summary>Reads its part.</summary>
    /// <param name="section">The <c>setup</c> section.</param>
    /// <param name="elasticsearch">Who asks Elasticsearch: the same asks Kibana where nobody else is named.</param>
    public static ElasticSetupOptions Read(ConfigSection section, ElasticConnection? elasticsearch)
    {
        ConfigSection kibana = section.Section(Kibana);
        ElasticSetupOptions options = new()
        {
            KeepDays = section.Section("lifecycle").Int("keep_days", new ElasticSetupOptions().KeepDays, min: 0, max: 36_500),
        };
        if (!section.Has(Kibana))
        {
            return options;
        }

        bool enabled = kibana.Bool("enabled", true);
        if (!enabled)
        {
            kibana.SwitchOff();
        }

        TimeSpan timeout = kibana.Duration(
            "timeout", new PumpOptions().Timeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1));
        ElasticConnection connection = ElasticConnection.Read(kibana, "setup.kibana", "host", KibanaPort, timeout);
        string space = kibana.Text("space", "", "a name of a space: small letters, digits, - and _", IsSpace);
        return enabled ? options with { Dashboards = AskedBy(connection, elasticsearch), Space = space } : options;
    }

    private static ElasticConnection AskedBy(ElasticConnection kibana, ElasticConnection? elasticsearch) =>
        kibana.NamesUser || elasticsearch is null ? kibana : kibana with
        {
            Username = elasticsearch.Username,
            Password = elasticsearch.Password,
            ApiKey = elasticsearch.ApiKey,
            BearerToken = elasticsearch.BearerToken,
        };

    private static bool IsSpace(string text) =>
        text.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');
}

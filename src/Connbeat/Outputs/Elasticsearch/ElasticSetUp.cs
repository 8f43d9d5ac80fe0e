using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Linux;

namespace Connbeat.Outputs.Elasticsearch;

/// <summary>
/// Makes what events need in Elasticsearch or OpenSearch, and dashboards in Kibana: a lifecycle policy, component templates,
/// the index template, the data stream. What is there as it should be is left alone.
/// </summary>
internal sealed class ElasticSetUp(ElasticsearchOptions options, ElasticSetupOptions setup, TimeProvider time) : ISetUp
{
    private readonly ElasticClient _client = new(options.Connection, time);
    private readonly ElasticClient? _kibana = setup.Dashboards is { } kibana ? new ElasticClient(kibana, time) : null;
    private readonly string _name = IndexTemplates.NameOf(options);
    private HttpAddress _host = options.Connection.Hosts[0];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SetUpStep>> SetUpAsync(bool dryRun, CancellationToken cancellationToken)
    {
        (Cluster? cluster, string refusal) = await GreetAsync(cancellationToken);
        List<SetUpStep> steps = [];
        ElasticVersion version = cluster?.Version ?? ElasticVersion.Newest;
        if (cluster is null)
        {
            steps.Add(new SetUpStep(SetUpOutcome.Failed, dryRun ? $"{refusal}; what {version} would be asked:" : refusal));
        }
        else if (!version.IsKnown)
        {
            return [new SetUpStep(SetUpOutcome.Failed, $"{_host} is {version}; expected {ElasticVersion.Known}")];
        }

        if (cluster is not null || dryRun)
        {
            foreach (Wanted wanted in Wants(version))
            {
                SetUpStep step = await MakeAsync(wanted, isThere: cluster is not null, dryRun, cancellationToken);
                steps.Add(step);
                if (step.Outcome is SetUpOutcome.Failed)
                {
                    break; // the next stands on it
                }
            }
        }

        steps.AddRange(await LoadDashboardsAsync(dryRun, cancellationToken));
        return steps;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        _kibana?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>What is to be there, each standing on those before it.</summary>
    private IEnumerable<Wanted> Wants(ElasticVersion version)
    {
        bool hasLifecycle = setup.KeepDays > 0;
        if (hasLifecycle)
        {
            // Who keeps events for longer has changed it.
            yield return new Wanted(
                $"lifecycle policy {_name}", LifecyclePolicy.Path(_name, version),
                LifecyclePolicy.Of(options, setup.KeepDays, version), IfOther: SetUpOutcome.There);
        }

        if (options.Template.Enabled)
        {
            IndexTemplates templates = new(options, version, hasLifecycle);
            SetUpOutcome ifOther = options.Template.Overwrite ? SetUpOutcome.Made : SetUpOutcome.Differs;
            yield return new Wanted(
                $"component template {templates.MappingsName}", $"/_component_template/{templates.MappingsName}",
                templates.Mappings(), ifOther);
            yield return new Wanted(
                $"component template {templates.SettingsName}", $"/_component_template/{templates.SettingsName}",
                templates.Settings(), ifOther);
            yield return new Wanted($"index template {_name}", $"/_index_template/{_name}", templates.Index(), ifOther);
            if (IndexPattern.IsDataStream(options.Index))
            {
                yield return new Wanted(
                    $"data stream {options.Index.Text}", $"/_data_stream/{options.Index.Text}", Body: null, SetUpOutcome.There);
            }
        }
    }

    private async Task<(Cluster?, string Refusal)> GreetAsync(CancellationToken cancellationToken)
    {
        string refusal = "";
        foreach (HttpAddress host in options.Connection.Hosts)
        {
            ElasticAnswer hello = await _client.AskAsync(
                host, HttpMethod.Get, "/", null, ElasticProbe.MostBytes, cancellationToken);
            refusal = hello.Words;
            if (hello.IsGood)
            {
                _host = host;
                try
                {
                    return (Cluster.Parse(hello.Body), "");
                }
                catch (WireFormatException foreign)
                {
                    refusal = $"{host} gave {foreign.Message}; see that output.elasticsearch says where it is";
                }
            }
        }

        return (null, refusal);
    }

    private async Task<SetUpStep> MakeAsync(Wanted wanted, bool isThere, bool dryRun, CancellationToken cancellationToken)
    {
        JsonObject? body = wanted.Marked();
        ElasticAnswer found = isThere
            ? await _client.AskAsync(_host, HttpMethod.Get, wanted.Path, null, ElasticProbe.MostBytes, cancellationToken)
            : new ElasticAnswer((int)HttpStatusCode.NotFound, default);
        if (found.IsGood && (wanted.IfOther is SetUpOutcome.There || wanted.IsIn(found.Body.Span)))
        {
            return new SetUpStep(SetUpOutcome.There, wanted.Name);
        }

        if (found.IsGood && wanted.IfOther is SetUpOutcome.Differs)
        {
            return new SetUpStep(SetUpOutcome.Differs, $"{wanted.Name}; output.elasticsearch.template.overwrite says to leave it");
        }

        if (!found.IsGood && found.Status != (int)HttpStatusCode.NotFound)
        {
            string advice = found.Status == (int)HttpStatusCode.BadRequest && wanted.IsPolicy
                ? "; set setup.lifecycle.keep_days: 0 where there are no such policies"
                : "";
            return new SetUpStep(SetUpOutcome.Failed, $"{wanted.Name}: {found.Words}{advice}");
        }

        string json = body is null ? "" : IndexTemplates.Text(body);
        if (dryRun)
        {
            return new SetUpStep(SetUpOutcome.Missing, $"{wanted.Name}\nPUT {wanted.Path}\n{json}".TrimEnd('\n'));
        }

        ElasticAnswer made = await _client.AskAsync(
            _host, HttpMethod.Put, wanted.Path, body is null ? null : ElasticContent.OfJson(json), ElasticProbe.MostBytes,
            cancellationToken);
        return made.IsGood || made.Error?.Type == "resource_already_exists_exception"
            ? new SetUpStep(SetUpOutcome.Made, wanted.Name)
            : new SetUpStep(SetUpOutcome.Failed, $"{wanted.Name}: {made.Words}");
    }

    private async Task<IEnumerable<SetUpStep>> LoadDashboardsAsync(bool dryRun, CancellationToken cancellationToken)
    {
        const string Name = "dashboard Connections, with what it stands on";

        if (_kibana is null)
        {
            return [];
        }

        string path = $"{(setup.Space.Length > 0 ? $"/s/{setup.Space}" : "")}/api/saved_objects/_import";
        string lines = SavedObjects.Lines(options);
        if (dryRun)
        {
            return [new SetUpStep(SetUpOutcome.Missing, $"{Name}\nPOST {path} (a form with one file)\n{lines}".TrimEnd('\n'))];
        }

        HttpAddress host = setup.Dashboards!.Hosts[0];
        ElasticAnswer answer = await _kibana.AskAsync(
            host, HttpMethod.Post, path, SavedObjects.Form(lines), ElasticProbe.MostBytes, cancellationToken);
        return
        [
            !answer.IsGood ? new SetUpStep(SetUpOutcome.Failed, $"{Name}: {answer.Words}")
            : SavedObjects.Read(answer.Body) is not { } read
                ? new SetUpStep(SetUpOutcome.Failed, $"{Name}: {host} gave an answer of something that is not Kibana")
            : read.Problem is { } problem ? new SetUpStep(SetUpOutcome.Failed, $"{Name}: {_kibana.Printable(problem)}")
            : read.Loaded > 0 ? new SetUpStep(SetUpOutcome.Made, Name)
            : new SetUpStep(SetUpOutcome.There, Name),
        ];
    }

    /// <summary>Something that is to be there.</summary>
    /// <param name="Name">What it is, in words.</param>
    /// <param name="Path">Where it stands.</param>
    /// <param name="Body">What it is; null where its name says all.</param>
    /// <param name="IfOther">What is told where there is another: made anew, left alone, or left alone and worth a word.</param>
    private sealed record Wanted(string Name, string Path, JsonObject? Body, SetUpOutcome IfOther)
    {
        public bool IsPolicy => Name.StartsWith("lifecycle", StringComparison.Ordinal);

        /// <summary>Servers tell what they have in a form of their own, so a digest of what was sent stands with it.</summary>
        private string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Body!.ToJsonString())))[..16];

        public bool IsIn(ReadOnlySpan<byte> found) => found.IndexOf(Encoding.UTF8.GetBytes(Digest)) >= 0;

        public JsonObject? Marked()
        {
            JsonObject? marked = Body?.DeepClone().AsObject();
            if (marked?["_meta"] is JsonObject meta)
            {
                meta["digest"] = Digest;
            }

            return marked;
        }
    }
}

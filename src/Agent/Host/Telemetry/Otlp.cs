using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Towncrier.Host.Telemetry;

/// <summary>
/// Sends metrics and spans to a collector where OpenTelemetry's own variables ask for it: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>
/// and those beside it (protocol, headers, interval, service name). Without it nothing of it is loaded.
/// </summary>
internal static class Otlp
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const string Ours = "Towncrier"; // the name of each meter and of the activity source

    /// <summary>What is wrong with what the environment asks for; null when all is well, or nothing is asked for.</summary>
    public static string? Problem(string? endpoint) =>
        string.IsNullOrWhiteSpace(endpoint) || (Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            ? null
            : $"{Endpoint} '{endpoint}' is no http or https URL: write one such as http://127.0.0.1:4318, or unset it";

    /// <summary>Begins where the environment asks for it; false when it asks for what cannot be.</summary>
    /// <param name="telemetry">Sends the last values when it is disposed of; null when nobody asks.</param>
    public static bool TryStart(out IDisposable? telemetry, out string problem)
    {
        var endpoint = Environment.GetEnvironmentVariable(Endpoint);
        problem = Problem(endpoint) ?? "";
        telemetry = problem.Length > 0 || string.IsNullOrWhiteSpace(endpoint) ? null : new Providers(Environment.GetEnvironmentVariable(Protocol) is not null);
        return problem.Length == 0;
    }

    private sealed class Providers : IDisposable
    {
        private readonly MeterProvider _meters;
        private readonly TracerProvider _traces;

        public Providers(bool protocolIsSet)
        {
            var resource = ResourceBuilder.CreateDefault().AddService("towncrier", serviceVersion: ProductVersion.Text, serviceInstanceId: Environment.MachineName).AddEnvironmentVariableDetector();
            // Collectors take OTLP over HTTP wherever they take it at all; gRPC for who says so.
            void Set(OtlpExporterOptions otlp)
            {
                if (!protocolIsSet) otlp.Protocol = OtlpExportProtocol.HttpProtobuf;
            }

            _meters = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Ours).AddOtlpExporter(Set).Build();
            _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Ours).AddOtlpExporter(Set).Build();
        }

        public void Dispose()
        {
            _meters.Dispose();
            _traces.Dispose();
        }
    }
}

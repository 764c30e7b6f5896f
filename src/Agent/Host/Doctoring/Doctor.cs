using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Towncrier.Host.Doctoring.Checks;
using Towncrier.Host.Doctoring.Nginx;

namespace Towncrier.Host.Doctoring;

/// <summary>What the doctor was asked.</summary>
internal sealed record DoctorOptions
{
    /// <summary><c>--nginx FILE</c>: the output of `nginx -T`, or a configuration file; null runs `nginx -T`.</summary>
    public string? NginxFile { get; init; }

    /// <summary><c>--cache DIR</c>; empty means every *_cache_path of the configuration.</summary>
    public IReadOnlyList<string> Caches { get; init; } = [];

    /// <summary><c>--state DIR</c></summary>
    public string? StateDirectory { get; init; }

    /// <summary><c>--json</c>: one object a line.</summary>
    public bool Json { get; init; }
}

/// <summary>The command <c>doctor</c>: names every pitfall of an nginx cache, and what to change. Changes nothing itself.</summary>
internal static class Doctor
{
    /// <summary>No error was found; there may be warnings.</summary>
    public const int Healthy = 0;

    /// <summary>The nginx configuration could not be read, so nothing was judged.</summary>
    public const int Unreadable = 2;

    /// <summary>At least one error was found.</summary>
    public const int Ill = 4;

    // Every check is a pure function of the case.
    private static readonly Func<DoctorCase, IEnumerable<Finding>>[] Checks =
        [KeyChecks.All, ServingChecks.All, DirectoryChecks.All, ContentChecks.All, KernelChecks.All];

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Findings go to <paramref name="output"/>, the worst first; why nothing was judged goes to <paramref name="error"/>.</summary>
    public static async Task<int> RunAsync(DoctorOptions options, TextWriter output, TextWriter error, Machine? machine, CancellationToken cancel)
    {
        var build = await NginxProgram.BuildAsync(cancel).ConfigureAwait(false);
        var (text, name, why) = await ReadAsync(options.NginxFile, cancel).ConfigureAwait(false);
        var model = text is null ? null : NginxModel.Read(text, name, build.Prefix);
        if (model is not { HasHttp: true })
        {
            await error.WriteAsync(text is null ? $"doctor: {why}\nGive the output of `nginx -T` with --nginx FILE.\n" : $"doctor: {name} has no http block; it is no nginx configuration\n").ConfigureAwait(false);
            return Unreadable;
        }

        var doctor = new DoctorCase(model, build, Caches(model, options), machine ?? LinuxMachine.Detect(), options.StateDirectory is null ? null : Path.GetFullPath(options.StateDirectory));
        var findings = Judge(doctor);
        foreach (var finding in findings) await output.WriteAsync(options.Json ? AsJson(finding) : AsText(finding)).ConfigureAwait(false);
        if (!options.Json) await output.WriteAsync(Summary(doctor, findings)).ConfigureAwait(false);
        return findings.Any(f => f.Severity == Severity.Error) ? Ill : Healthy;
    }

    /// <summary>All findings, the worst first.</summary>
    public static IReadOnlyList<Finding> Judge(DoctorCase doctor)
    {
        var syntax = doctor.Model.Problems.Select(p => new Finding("nginx.syntax", Severity.Warning, $"the configuration could not be read in full: {p}", p.Split(": ")[0], "Run nginx -t"));
        var none = doctor.Caches.Count == 0
            ? [new Finding("cache.none", Severity.Error, "the configuration has no *_cache_path: there is nothing to purge", doctor.Model.Main is [var first, ..] ? first.File : "nginx", "Set proxy_cache_path and proxy_cache")]
            : Enumerable.Empty<Finding>();
        return [.. syntax.Concat(none).Concat(Checks.SelectMany(check => check(doctor))).Distinct().OrderByDescending(f => f.Severity)];
    }

    private static IReadOnlyList<DoctorCache> Caches(NginxModel model, DoctorOptions options)
    {
        var paths = options.Caches.Count > 0 ? options.Caches.Select(Path.GetFullPath).Select(p => p.Length > 1 ? p.TrimEnd('/') : p) : model.Zones.Select(z => z.Path);
        return [.. paths.Distinct().Select(path =>
        {
            var zones = model.Zones.Where(z => z.Path == path).ToList();
            return new DoctorCache(path, zones, Directory.Exists(path) ? CacheSurvey.Of(path, zones.Count > 0 ? zones[0].Levels : null) : CacheSurvey.None);
        })];
    }

    private static async Task<(string? Text, string Name, string Why)> ReadAsync(string? file, CancellationToken cancel)
    {
        if (file is null)
        {
            var (dump, why) = await NginxProgram.DumpAsync([], cancel).ConfigureAwait(false);
            return (dump, "nginx -T", why);
        }

        try
        {
            if (new FileInfo(file).Length > NginxText.MaxLength) return (null, file, $"{file} is larger than 64 MiB");
            return (await File.ReadAllTextAsync(file, cancel).ConfigureAwait(false), Path.GetFullPath(file), "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (null, file, e.Message);
        }
    }

    private static string AsText(Finding f) =>
        $"{f.Severity.ToString().ToLowerInvariant()} {f.Id} ({f.Where})\n  {Capital(f.What)}.\n  Remedy: {f.Remedy}\n\n";

    private static string AsJson(Finding f) => new JsonObject
    {
        ["id"] = f.Id,
        ["severity"] = f.Severity.ToString().ToLowerInvariant(),
        ["what"] = f.What,
        ["where"] = f.Where,
        ["remedy"] = f.Remedy,
    }.ToJsonString(Json) + "\n";

    private static string Summary(DoctorCase doctor, IReadOnlyList<Finding> findings) =>
        $"{doctor.Caches.Count} cache(s), {doctor.Caches.Sum(c => c.Survey.Files)} files: {findings.Count(f => f.Severity == Severity.Error)} errors, {findings.Count(f => f.Severity == Severity.Warning)} warnings, {findings.Count(f => f.Severity == Severity.Info)} notes\n";

    private static string Capital(string text) => text.StartsWith('/') ? text : char.ToUpperInvariant(text[0]) + text[1..];
}

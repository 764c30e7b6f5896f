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
        await output.WriteAsync(options.Json
            ? string.Concat(findings.Select(AsJson))
            : string.Concat(findings.GroupBy(f => (f.Id, f.What, f.Remedy)).Select(AsText)) + Summary(doctor, findings)).ConfigureAwait(false);
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

    // A site with fifty locations has most of its findings fifty times: one paragraph, with all the places.
    private static string AsText(IEnumerable<Finding> same)
    {
        var all = same.ToList();
        var places = string.Join(", ", all.Select(f => f.Where).Distinct().Take(8)) + (all.Count > 8 ? $" and {all.Count - 8} more" : "");
        return $"{all[0].Severity.ToString().ToLowerInvariant()} {all[0].Id} ({places})\n  {Capital(all[0].What)}.\n  Remedy: {all[0].Remedy.TrimEnd(';')}.\n\n";
    }

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

    // Directives and paths keep their spelling.
    private static string Capital(string text) =>
        text.Split(' ')[0].AsSpan().ContainsAny('_', '/') ? text : char.ToUpperInvariant(text[0]) + text[1..];
}

using System.ComponentModel;
using System.Diagnostics;

namespace Towncrier.Host.Doctoring.Nginx;

/// <summary>Runs the installed nginx to ask for its configuration. It is never started as a server; as root, nginx -T makes the cache directories that are missing, as nginx -t does.</summary>
internal static class NginxProgram
{
    // A dump of thousands of sites takes under a second; a resolver that does not answer can hold nginx -T for longer.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <summary>What <c>nginx -T</c> printed, or null and why not.</summary>
    /// <param name="arguments">More arguments, such as <c>-c FILE -p DIR</c>.</param>
    /// <param name="cancel">Ends the wait and the process.</param>
    public static async Task<(string? Text, string Why)> DumpAsync(IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        var (code, output, error) = await RunAsync(["-T", .. arguments], cancel).ConfigureAwait(false);
        if (code == 0) return (output, "");
        var last = error.Trim().Split('\n')[^1];
        return (null, code is null ? last : $"nginx -T ended with {code}: {last}");
    }

    /// <summary>The defaults of the installed nginx; <see cref="NginxBuild.Unknown"/> when there is none.</summary>
    public static async Task<NginxBuild> BuildAsync(CancellationToken cancel)
    {
        var (code, _, error) = await RunAsync(["-V"], cancel).ConfigureAwait(false);
        return code == 0 ? NginxBuild.Read(error) : NginxBuild.Unknown;
    }

    private static async Task<(int? Code, string Output, string Error)> RunAsync(string[] arguments, CancellationToken cancel)
    {
        // sbin is not in every user's PATH, and that is where nginx lives.
        var places = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/usr/local/sbin", "/usr/local/nginx/sbin", "/usr/local/openresty/nginx/sbin"]);
        var program = places.Where(d => d.StartsWith('/')).Select(d => Path.Combine(d, "nginx")).FirstOrDefault(File.Exists);
        if (program is null) return (null, "", "nginx is not installed here");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Longest);
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
                var error = process.StandardError.ReadToEndAsync(deadline.Token);
                await process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
                return (process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                process.Kill(entireProcessTree: true);
                return (null, "", $"nginx {arguments[0]} did not end within {Longest.TotalSeconds} s");
            }
        }
        catch (Win32Exception e)
        {
            return (null, "", $"nginx cannot be run: {e.Message}");
        }
    }
}

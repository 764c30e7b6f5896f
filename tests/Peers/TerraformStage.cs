using System.Text.Json.Nodes;
using Towncrier.Peers.Azurerm;

namespace Towncrier.Peers;

/// <summary>
/// A copy of the project's terraform in a temporary folder, and one root module in it to work with. Its state lies beside it. It has
/// keys that are good nowhere and none of the user's profiles, and it calls <paramref name="endpoint"/> alone.
/// </summary>
/// <param name="root">Below infra/terraform, such as <c>examples/single-region</c>.</param>
/// <param name="endpoint">An emulator of AWS on loopback; null: plans that call nothing.</param>
public sealed class TerraformStage(string root, Uri? endpoint = null) : IAsyncDisposable
{
    /// <summary>For all of an apply: the provider waits 25 s after each write to a queue, and writes to several at a time.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(5);

    private readonly TempFolder _folder = new();
    private AzurermStub? _azurerm;

    /// <summary>The copy of infra/terraform.</summary>
    public string Infra => _folder.Of("terraform");

    /// <summary>The root module; put files into it before <see cref="InitAsync"/>.</summary>
    public string Root => Path.Combine(Infra, root);

    /// <summary>
    /// Copies, and gets the providers: AWS's own, and a stub of Azure's. Skips the test by name when terraform is missing, or when there is neither a mirror
    /// with the provider nor a registry that can be reached.
    /// </summary>
    /// <param name="variables">Of the root module; every later command uses them.</param>
    public async Task InitAsync(JsonObject? variables = null)
    {
        Copy();
        _azurerm = await AzurermStub.StartAsync();
        await SetAsync(variables ?? []);
        var init = await RunAsync("init", "-input=false");
        if (init.Code == 0) return;
        if (TerraformTool.Mirror() is null) Assert.Skip("the AWS provider (not in Debian) is on no mirror here (TF_PLUGIN_MIRROR), and the public registry did not give it: " + init.Words);
        init.Done();
    }

    /// <summary>Only the copy, for commands that need no provider.</summary>
    public void Copy()
    {
        TerraformTool.Require();
        CopyFolder(new DirectoryInfo(Source()), Infra);
        File.WriteAllText(_folder.Of("cli.tfrc"), TerraformTool.CliConfig());
    }

    /// <summary>Replaces the variables that <see cref="InitAsync"/> was given.</summary>
    public Task SetAsync(JsonObject variables) =>
        File.WriteAllTextAsync(Path.Combine(Root, "stage.auto.tfvars.json"), variables.ToJsonString(), TestContext.Current.CancellationToken);

    /// <exception cref="InvalidOperationException">It failed, or there is no emulator to apply to.</exception>
    public async Task ApplyAsync()
    {
        if (endpoint is not { IsLoopback: true }) throw new InvalidOperationException("apply needs an emulator on loopback");
        (await RunAsync("apply", "-auto-approve", "-input=false", "-parallelism=30")).Done();
    }

    /// <returns>Whether there is anything to change; and the plan, in words.</returns>
    public async Task<(bool Changes, string Words)> PlanAsync()
    {
        var plan = await RunAsync("plan", "-detailed-exitcode", "-input=false", "-parallelism=30");
        return plan.Code is 0 or 2 ? (plan.Code == 2, plan.Stdout) : throw new InvalidOperationException(plan.Words);
    }

    public async Task DestroyAsync() => (await RunAsync("destroy", "-auto-approve", "-input=false", "-parallelism=30")).Done();

    /// <summary>The values of the root module's outputs after an apply, by name.</summary>
    public async Task<JsonObject> OutputsAsync()
    {
        var outputs = JsonNode.Parse((await RunAsync("output", "-json")).Done().Stdout)!.AsObject();
        return new JsonObject(outputs.Select(one => KeyValuePair.Create(one.Key, one.Value!["value"]?.DeepClone())));
    }

    /// <summary>The addresses of what is in the state.</summary>
    public async Task<string[]> StateAsync() =>
        (await RunAsync("state", "list")).Done().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The output values of each run of a test file that plans, by the run's name and the output's.</summary>
    /// <param name="file">Below the root, such as <c>tests/outputs.tftest.hcl</c>.</param>
    public async Task<IReadOnlyDictionary<string, JsonObject>> PlannedOutputsAsync(string file)
    {
        var test = (await RunAsync("test", "-json", "-verbose", $"-filter={file}")).Done();
        var plans = test.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!.AsObject()).Where(line => (string?)line["type"] == "test_plan");
        return plans.ToDictionary(plan => (string)plan["@testrun"]!, plan => new JsonObject(
            plan["test_plan"]!["output_changes"]!.AsObject().Select(one => KeyValuePair.Create(one.Key, one.Value!["after"]?.DeepClone()))));
    }

    /// <summary>Runs terraform in the root module.</summary>
    public async Task<TerraformRun> RunAsync(params string[] args)
    {
        await using var process = ChildProcess.Start("terraform", [$"-chdir={Root}", .. args, "-no-color"], Environment());
        var code = await process.ExitAsync(_longest);
        return new TerraformRun($"terraform {string.Join(' ', args)} in {root}", code, process.Stdout, process.Stderr);
    }

    public async ValueTask DisposeAsync()
    {
        if (_azurerm is not null) await _azurerm.DisposeAsync();
        _folder.Dispose();
    }

    private Dictionary<string, string> Environment() => new()
    {
        ["TF_CLI_CONFIG_FILE"] = _folder.Of("cli.tfrc"),
        ["TF_REATTACH_PROVIDERS"] = _azurerm?.Reattach ?? "",
        ["TF_IN_AUTOMATION"] = "1",
        ["TF_DATA_DIR"] = "",
        ["CHECKPOINT_DISABLE"] = "1",
        ["AWS_ACCESS_KEY_ID"] = "test",
        ["AWS_SECRET_ACCESS_KEY"] = "test",
        ["AWS_SESSION_TOKEN"] = "",
        ["AWS_PROFILE"] = "",
        ["AWS_CONFIG_FILE"] = "/dev/null",
        ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
        // Nothing listens on port 9 of loopback: whatever calls AWS without an emulator fails at once.
        ["AWS_ENDPOINT_URL"] = (endpoint ?? new Uri("http://127.0.0.1:9")).GetLeftPart(UriPartial.Authority),
    };

    private static void CopyFolder(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in from.EnumerateFiles().Where(file => !file.Name.StartsWith("terraform.tfstate", StringComparison.Ordinal)))
            file.CopyTo(Path.Combine(to, file.Name));
        foreach (var folder in from.EnumerateDirectories().Where(folder => folder.Name != ".terraform"))
            CopyFolder(folder, Path.Combine(to, folder.Name));
    }

    /// <summary>infra/terraform of the checkout that the tests were built in.</summary>
    public static string Source() => RepositoryFolder.Of("infra", "terraform");
}

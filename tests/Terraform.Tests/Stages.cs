using System.Collections.Concurrent;

namespace Towncrier.Terraform.Tests;

/// <summary>One initialized stage for each root module, made when it is first asked for: getting the provider takes seconds.</summary>
public sealed class Stages : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<TerraformStage>>> _stages = new(StringComparer.Ordinal);

    /// <summary>A stage for commands that change nothing in it.</summary>
    public Task<TerraformStage> OfAsync(string root) => _stages.GetOrAdd(root, name => new(() => MakeAsync(name))).Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var stage in _stages.Values.Where(stage => stage.IsValueCreated && stage.Value.IsCompletedSuccessfully))
            await (await stage.Value).DisposeAsync();
    }

    private static async Task<TerraformStage> MakeAsync(string root)
    {
        var stage = new TerraformStage(root);
        await stage.InitAsync();
        return stage;
    }
}

using Microsoft.Extensions.Options;

namespace Towncrier.Store.AspNetCore.Running;

/// <summary>Says all that is wrong with the options of one store, before the application starts.</summary>
internal sealed class StoreOptionsCheck(string store) : IValidateOptions<TowncrierStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, TowncrierStoreOptions options)
    {
        if (name != store) return ValidateOptionsResult.Skip;
        var problems = options.ToStore(null).Problems().Select(problem => $"{store}: {problem}").ToArray();
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}

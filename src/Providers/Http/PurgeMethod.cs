using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Towncrier.Wire;

namespace Towncrier.Providers.Http;

/// <summary>
/// The PURGE method of caching proxies: drops the one URL that the request itself names, and answers with the report.
/// </summary>
internal sealed class PurgeMethod(Intake intake, HttpSourceOptions options, Action<Refusal>? refused)
{
    public const string Name = "PURGE";

    private readonly OwnAuthorities _own = new(options.OwnAuthorities);

    public async Task HandleAsync(HttpContext http)
    {
        var raw = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!RequestTarget.TryParse(raw, http.Request.Host.Value, out var target))
        {
            await RefuseAsync(http, RefusalReason.Malformed, "the request target is neither a path nor an http URL").ConfigureAwait(false);
            return;
        }

        if (!TryReadMode(http.Request.Headers, out var mode))
        {
            await RefuseAsync(http, RefusalReason.InvalidValue, "X-Purge-Mode must be soft or hard").ConfigureAwait(false);
            return;
        }

        var message = InvalidationJson.Encode(new Invalidation
        {
            Command = InvalidationCommand.Purge,
            Host = target.Authority is { } authority && !_own.Contains(authority) ? authority : null,
            Values = [target.PathAndQuery],
            Mode = mode,
        });
        if (await intake.SubmitAsync(http, [message], options.MaxWait).ConfigureAwait(false) is [var fate])
            await AnswerAsync(http, fate).ConfigureAwait(false);
    }

    // Proxies answer 405 to a PURGE that is not allowed, and senders look for that. Allow is empty: nothing else helps.
    private static Task AnswerAsync(HttpContext http, Fate fate)
    {
        if (fate is not { Kind: FateKind.Rejected, Refusal.Reason: RefusalReason.NotAllowed or RefusalReason.MissingSignature }) return Answer.OneAsync(http, fate);
        http.Response.Headers.Allow = "";
        return Answer.ProblemAsync(http, new Problem(StatusCodes.Status405MethodNotAllowed, fate.Refusal) { Id = fate.Id });
    }

    private Task RefuseAsync(HttpContext http, RefusalReason reason, string words)
    {
        var refusal = new Refusal(reason, words);
        refused?.Invoke(refusal);
        return Answer.ProblemAsync(http, new Problem(StatusCodes.Status400BadRequest, refusal));
    }

    private static bool TryReadMode(IHeaderDictionary headers, out PurgeMode mode)
    {
        var asked = headers["X-Purge-Mode"].ToString();
        var soft = asked.Equals("soft", StringComparison.OrdinalIgnoreCase);
        mode = soft || headers["Fastly-Soft-Purge"] == "1" ? PurgeMode.Soft : PurgeMode.Hard;
        return soft || asked.Length == 0 || asked.Equals("hard", StringComparison.OrdinalIgnoreCase);
    }
}

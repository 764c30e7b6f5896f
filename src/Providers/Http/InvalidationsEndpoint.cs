using Microsoft.AspNetCore.Http;
using Towncrier.Wire;

namespace Towncrier.Providers.Http;

/// <summary><c>POST /v1/invalidations</c>: one message, or an array of them.</summary>
internal sealed class InvalidationsEndpoint(Intake intake, HttpSourceOptions options, Action<Refusal>? refused)
{
    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            await TakeAsync(http).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(http, new Problem(e.StatusCode, e.Message)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client went away within its body: there is no message, and nobody to tell.
        }
    }

    private Task RefuseAsync(HttpContext http, Problem problem)
    {
        refused?.Invoke(new Refusal(problem.Reason ?? RefusalReason.Malformed, problem.Detail));
        return Answer.ProblemAsync(http, problem);
    }

    private async Task TakeAsync(HttpContext http)
    {
        var problem = Check(http.Request, out var wait);
        if (problem is not null)
        {
            await RefuseAsync(http, problem).ConfigureAwait(false);
        }
        else if (await BodyReader.ReadAsync(http, options.MaxBodyBytes).ConfigureAwait(false) is not { } body)
        {
            var refusal = new Refusal(RefusalReason.Oversized, $"the body has more than {options.MaxBodyBytes} bytes");
            await RefuseAsync(http, new Problem(StatusCodes.Status413PayloadTooLarge, refusal)).ConfigureAwait(false);
        }
        else if (!MessageBatch.TrySplit(body, options.Limits, out var messages, out var refusal))
        {
            await RefuseAsync(http, new Problem(StatusCodes.Status400BadRequest, refusal)).ConfigureAwait(false);
        }
        else if (await intake.SubmitAsync(http, messages, wait).ConfigureAwait(false) is { } fates)
        {
            var isArray = !messages[0].Equals(body); // A lone object is its own batch; an element is less than its array.
            await (isArray ? Answer.ManyAsync(http, fates) : Answer.OneAsync(http, fates[0])).ConfigureAwait(false);
        }
    }

    private static Problem? Check(HttpRequest request, out TimeSpan? wait)
    {
        if (!WaitQuery.TryParse(request.Query, out wait, out var wrong))
            return new Problem(StatusCodes.Status400BadRequest, new Refusal(RefusalReason.InvalidValue, wrong));
        return MediaType.IsJson(request.ContentType) ? null : new Problem(
            StatusCodes.Status415UnsupportedMediaType, "the Content-Type must be application/json or application/*+json, in UTF-8");
    }
}

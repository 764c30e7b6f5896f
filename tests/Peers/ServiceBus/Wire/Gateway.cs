using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Towncrier.Peers.ServiceBus;

/// <summary>Takes each request in, by its faults and its rights to the call it is, and its answer out.</summary>
internal sealed class Gateway(Broker broker, Gatekeeper gatekeeper, ServiceBusFaults faults, ServiceBusSettings settings, TimeProvider clock)
{
    private readonly MessageCalls _messages = new(broker, settings, clock);
    private readonly ManagementCalls _management = new(broker, clock);

    public RequestLog Log { get; } = new(settings.RememberedRequests);

    public async Task HandleAsync(HttpContext http)
    {
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = RequestPath.Read(query < 0 ? target : target[..query]);
        var call = new CallIn(http, path, CallIn.OperationOf(path.Kind, http.Request.Method));
        var fault = faults.Take(call.Operation);
        var cut = fault is { Status: 0 };
        try
        {
            var answer = cut && !fault!.CutAfterWork ? new Answer(0) : fault is { Status: > 0 } ? FaultOf(call, fault.Status) : await WorkAsync(call);
            if (faults.DelayOf(call.Operation) is var delay && delay > TimeSpan.Zero) await Task.Delay(delay, call.Gone);
            Remember(call, target, cut ? 0 : answer.Status);
            if (cut) http.Abort();
            else await WriteAsync(http.Response, answer, call.Gone);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or BadHttpRequestException && call.Gone.IsCancellationRequested)
        {
            Remember(call, target, 0); // the caller has gone, or this server stops
        }
    }

    private async Task WriteAsync(HttpResponse response, Answer answer, CancellationToken gone)
    {
        response.StatusCode = answer.Status;
        response.Headers.Server = "Microsoft-HTTPAPI/2.0";
        response.Headers.Date = clock.GetUtcNow().ToString("r", System.Globalization.CultureInfo.InvariantCulture); // the broker's, not this process's
        if (answer.ContentType is not null) response.ContentType = answer.ContentType;
        foreach (var (name, value) in answer.Headers) response.Headers.Append(name, value);
        if (answer.Body.IsEmpty)
        {
            if (answer.Status != 204) response.ContentLength = 0;
            return;
        }

        // Without a length it goes out in chunks, as the real one's answers do.
        await response.Body.WriteAsync(answer.Body, gone);
    }

    private async Task<Answer> WorkAsync(CallIn call)
    {
        var (needs, claim) = call.Operation switch
        {
            ServiceBusOperation.Send => (ServiceBusRights.Send, "Unauthorized access. 'Send' claim(s) are required to perform this operation."),
            ServiceBusOperation.Manage => (ServiceBusRights.Manage, call.Method == "GET" ? "Manage,EntityRead claims required for this operation." : "Manage,EntityWrite claims required for this operation."),
            _ => (ServiceBusRights.Listen, "Unauthorized access. 'Listen' claim(s) are required to perform this operation."),
        };
        if (gatekeeper.Refuses(call.Request.Headers.Authorization, call.Request.Host.Host, call.Request.Path.Value!, needs, claim) is { } refusal)
            return Answer.Error(401, refusal, call.Path.Address, clock.GetUtcNow());
        return call.Operation == ServiceBusOperation.Manage ? await _management.WorkAsync(call) : await _messages.WorkAsync(call);
    }

    private Answer FaultOf(CallIn call, int status) => Answer.Error(status, status switch
    {
        401 => "InvalidSignature: The token has an invalid signature.",
        503 => "The request was terminated because the entity is being throttled. Error code : 50009. Please wait 2 seconds and try again.",
        _ => "The service was unable to process the request; please retry the operation.",
    }, call.Path.Address, clock.GetUtcNow());

    private void Remember(CallIn call, string target, int status)
    {
        if (Log.IsOff) return;
        var headers = new KeyValuePair<string, string>[call.Request.Headers.Count];
        var at = 0;
        foreach (var (name, value) in call.Request.Headers)
            headers[at++] = KeyValuePair.Create(name, name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) ? WithoutSecret(value.ToString()) : value.ToString());
        Log.Add(new SeenRequest(call.Operation, call.Method, target, headers, status));
    }

    private static string WithoutSecret(string authorization)
    {
        if (!authorization.StartsWith("SharedAccessSignature ", StringComparison.OrdinalIgnoreCase)) return authorization.Split(' ')[0];
        return "SharedAccessSignature " + string.Join('&', authorization["SharedAccessSignature ".Length..].Split('&').Where(one => !one.StartsWith("sig=", StringComparison.OrdinalIgnoreCase)));
    }
}

namespace Towncrier.Providers.Varnish;

/// <summary>What a try of a request came to.</summary>
/// <param name="Error">Null when it was applied.</param>
/// <param name="Retry">Trying again can help.</param>
/// <param name="Answered">A response came at all.</param>
internal readonly record struct Verdict(string? Error, bool Retry, bool Answered)
{
    public static Verdict Of(VarnishRequest request, AnswerHead answer)
        => answer.Status is >= 200 and < 300
            ? new Verdict(null, false, true)
            : new Verdict($"Varnish answered {answer} to {request.Method} {request.Target}: {Advice(answer.Status, request.Method)}", answer.Status is >= 500 and not 501, true);

    public static Verdict NoAnswer(string url, string reason) => new($"{url} did not answer: {reason}", true, false);

    private static string Advice(int status, string method) => status switch
    {
        400 => "a ban expression may be wrong, or longer than its parameter http_req_hdr_len allows",
        401 or 403 or 405 => "let this host's address into the acl that its VCL checks, and see that the VCL handles " + method,
        404 or 501 => $"its VCL does not seem to handle {method}, which then goes to the backend",
        >= 300 and < 400 => "something else may listen there, or its VCL redirects before it looks at the method",
        >= 500 => "see its log (varnishlog -g request)",
        _ => "see what its VCL does with the method",
    };
}

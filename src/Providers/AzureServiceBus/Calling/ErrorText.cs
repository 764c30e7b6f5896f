using System.Security.Authentication;
using Azure.Identity;

namespace Towncrier.Providers.AzureServiceBus.Calling;

/// <summary>The words of an error: what was asked of which entity, what Service Bus says, and what to do where that is known. Pure; never names a secret.</summary>
internal static class ErrorText
{
    private const int MostDetail = 600;

    /// <param name="now">By our clock, when the answer came.</param>
    public static string Of(BrokerRequest request, ServiceBusAddress address, BrokerAnswer answer, DateTimeOffset now)
    {
        var detail = Strike(Clean(ErrorDetail.Read(answer.Body ?? default)), address);
        var advice = Advice.Of(request, address, answer.Status, detail, answer.Date - now);
        return $"{Subject(request, address)}: Service Bus says \"{(detail.Length > 0 ? detail : "it gives no reason")}\" ({answer.Status}){(advice is null ? "" : $"; {advice}")}";
    }

    public static string Of(BrokerRequest request, ServiceBusAddress address, Exception loss) => $"{Subject(request, address)}: {Strike(Problem(request, address, loss), address)}";

    private static string Problem(BrokerRequest request, ServiceBusAddress address, Exception loss)
    {
        if (loss is AuthenticationFailedException)
            return $"no token of Microsoft Entra: {Clean(loss.Message)}; give this host a managed identity, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and a secret, a certificate or a federated token, or use connection_string_file";
        if (loss is OperationCanceledException)
            return loss.InnerException is TimeoutException && loss.Message.Contains("ConnectTimeout", StringComparison.Ordinal)
                ? $"no connection within {Pipeline.ConnectTimeout.TotalSeconds:0} s; does a firewall drop the packets? Service Bus is called at port {address.Endpoint.Port}"
                : $"no answer within {request.Timeout.TotalSeconds:0.#} s; the connection is given up";
        var http = loss as HttpRequestException ?? loss.InnerException as HttpRequestException;
        var said = Clean((http?.InnerException ?? http ?? loss.InnerException ?? loss).Message);
        return http?.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => $"no host {address.Endpoint.Host} is known ({said}); check the namespace's name, and that this host resolves names of Azure",
            HttpRequestError.ConnectionError => $"cannot connect: {said}",
            HttpRequestError.ProxyTunnelError => $"cannot connect through the proxy: {said}",
            HttpRequestError.SecureConnectionError => $"no secure connection: {Clean((http.InnerException as AuthenticationException)?.Message ?? said)}; a certificate is not trusted (SSL_CERT_FILE names what is), or a proxy opens TLS on the way",
            _ => $"the connection was lost: {said}",
        };
    }

    private static string Subject(BrokerRequest request, ServiceBusAddress address) => $"{request.Operation} {request.Entity} at {address.Host}";

    // One line, without control characters.
    private static string Clean(string text) => new([.. text.ReplaceLineEndings(" ").Trim().Take(MostDetail).Where(c => !char.IsControl(c))]);

    private static string Strike(string text, ServiceBusAddress address)
    {
        foreach (var secret in (string?[])[address.Key, address.Signature])
            if (secret is not null) text = text.Replace(secret, "***", StringComparison.Ordinal);
        return text;
    }
}

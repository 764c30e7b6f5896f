using System.Text;
using Microsoft.AspNetCore.OutputCaching;

namespace Towncrier.Store.AspNetCore.OutputCaching;

/// <summary>The URL under which a response is invalidated: as a browser or a proxy in front asks for it, without the query values by which the cache does not tell responses apart.</summary>
internal static class RequestUrl
{
    /// <param name="context">When all policies have run.</param>
    public static string Of(OutputCacheContext context)
    {
        var request = context.HttpContext.Request;
        var text = new StringBuilder(256)
            .Append(request.Scheme).Append("://").Append(request.Host.ToUriComponent().ToLowerInvariant())
            .Append(request.PathBase.ToUriComponent()).Append(request.Path.ToUriComponent());
        var query = request.QueryString.Value.AsSpan();
        var keys = context.CacheVaryByRules.QueryKeys;
        if (query.Length > 1 && keys.Count > 0) Append(text, query[1..], keys.ToArray());
        return text.ToString();
    }

    // As sent, order and escapes included: a proxy in front keeps them as they are, too.
    private static void Append(StringBuilder text, ReadOnlySpan<char> query, string?[] keys)
    {
        if (keys.Contains("*"))
        {
            text.Append('?').Append(query);
            return;
        }

        var mark = '?';
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            var equals = pair.IndexOf('=');
            var name = Uri.UnescapeDataString((equals < 0 ? pair : pair[..equals]).ToString().Replace('+', ' '));
            if (!keys.Contains(name, StringComparer.OrdinalIgnoreCase)) continue;
            text.Append(mark).Append(pair);
            mark = '&';
        }
    }
}
